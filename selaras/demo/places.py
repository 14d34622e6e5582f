"""Places a year by city and regency of Sulawesi Tengah, as the demo sets them: invented figures."""

from workflow.domain.publishing import SetQuota

PROGRAMME = "tkm-kelompok"
BASIS = "Keputusan Contoh {year}/KUOTA/DEMO (sintetis)"
PLACES = {
    "72.71": 50,
    "72.10": 32,
    "72.03": 36,
    "72.08": 40,
    "72.02": 26,
    "72.01": 34,
    "72.04": 20,
    "72.05": 14,
    "72.06": 16,
    "72.07": 8,
    "72.09": 12,
    "72.11": 6,
    "72.12": 6,
}
"""Kemendagri code to places: Palu, Sigi, Donggala, Parigi Moutong, Poso, Banggai, Toli-Toli, Buol, Morowali,
Banggai Kepulauan, Tojo Una-Una, Banggai Laut, Morowali Utara."""


def quotas(year: int) -> tuple[SetQuota, ...]:
    """The places of one year."""
    basis = BASIS.format(year=year)
    return tuple(
        SetQuota(region=region, year=year, places=places, legal_basis=basis) for region, places in PLACES.items()
    )
