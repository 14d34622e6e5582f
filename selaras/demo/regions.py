"""The thirteen cities and regencies of Central Sulawesi, as the demo names them."""

from typing import NamedTuple


class Region(NamedTuple):
    slug: str
    """As it stands in the names of the people who serve there."""
    code: str
    """Kemendagri code of the city or regency."""
    title: str
    districts: tuple[str, ...]
    """Last parts of some districts' codes."""
    potentials: tuple[str, ...]
    """Keys of the leading potentials that its groups work on."""


REGIONS = (
    Region("palu", "72.71", "Kota Palu", ("06", "03", "08"), ("bawang-goreng", "rotan", "ikan-asap", "penjahitan")),
    Region("sigi", "72.10", "Kabupaten Sigi", ("01", "09", "05"), ("bawang-goreng", "kakao", "kopi", "rotan")),
    Region("donggala", "72.03", "Kabupaten Donggala", ("08", "09"), ("tenun-donggala", "ikan-asap")),
    Region("parigi", "72.08", "Kabupaten Parigi Moutong", ("01", "04", "09"), ("kakao", "durian", "ukir-eboni")),
    Region("poso", "72.02", "Kabupaten Poso", ("01", "05", "18"), ("kakao", "kopi", "rotan")),
    Region("banggai", "72.01", "Kabupaten Banggai", ("03", "07", "12"), ("kelapa", "penjahitan")),
    Region("tolitoli", "72.04", "Kabupaten Toli-Toli", ("01", "04"), ("kelapa",)),
    Region("buol", "72.05", "Kabupaten Buol", ("02", "06"), ("kelapa",)),
    Region("morowali", "72.06", "Kabupaten Morowali", ("05", "08"), ("rumput-laut", "bengkel", "ukir-eboni")),
    Region("bangkep", "72.07", "Kabupaten Banggai Kepulauan", ("03", "06"), ("rumput-laut",)),
    Region("tojo", "72.09", "Kabupaten Tojo Una-Una", ("01", "05"), ("rotan",)),
    Region("banglaut", "72.11", "Kabupaten Banggai Laut", ("01", "03"), ("rumput-laut",)),
    Region("morut", "72.12", "Kabupaten Morowali Utara", ("02", "05"), ("ikan-asap",)),
)
BY_SLUG = {region.slug: region for region in REGIONS}
CLASSES = {
    "bawang-goreng": "10399",
    "rotan": "16291",
    "tenun-donggala": "13121",
    "ikan-asap": "10212",
    "kakao": "10732",
    "kelapa": "10773",
    "garam-talise": "08930",
    "kopi": "10761",
    "ukir-eboni": "16293",
    "rumput-laut": "10298",
    "durian": "01220",
    "penjahitan": "14120",
    "bengkel": "45407",
    "warung-makan": "56102",
}
"""Potential to the KBLI 2020 class of the groups that work on it."""
