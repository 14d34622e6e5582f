"""Places a year by city and regency, for each programme of the demo: invented figures."""

from selaras.demo.regions import REGIONS
from workflow.domain.publishing import SetQuota

TKM, PADAT_KARYA, KLASTER = "tkm-kelompok", "padat-karya-palu", "klaster-potensi"
PROGRAMME = TKM
BASIS = "Keputusan Contoh {year}/KUOTA/DEMO (sintetis)"
_IN_ORDER = {
    TKM: (50, 32, 36, 40, 26, 34, 20, 14, 16, 8, 12, 6, 6),
    PADAT_KARYA: (16,),
    KLASTER: (4, 14, 12, 20, 10, 15, 8, 9, 10, 8, 7, 5, 8),
}
"""In the order of `REGIONS`."""
PLACES = {
    programme: {region.code: places for region, places in zip(REGIONS, figures, strict=False)}
    for programme, figures in _IN_ORDER.items()
}
"""Programme, and Kemendagri code of a city or regency, to places."""


def quotas(programme: str, year: int) -> tuple[SetQuota, ...]:
    """The places of one programme and year."""
    basis = BASIS.format(year=year)
    return tuple(
        SetQuota(region=region, year=year, places=places, legal_basis=basis)
        for region, places in PLACES[programme].items()
    )
