"""Places a year by city and regency, and when proposals are taken, by programme of the demo: invented figures."""

from datetime import date

from selaras.demo.regions import REGIONS
from workflow.domain.publishing import SetIntake, SetQuota

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
OPEN = {TKM: "", PADAT_KARYA: "72.71", KLASTER: "72"}
"""Where proposals are taken all year, so that nobody who tries the demo comes too late."""
OVER = (TKM, "75")
"""A province beside the demo's, whose intake ends with March."""
INTAKE = "Keputusan Contoh {year}/PENERIMAAN/DEMO (sintetis)"


def quotas(programme: str, year: int) -> tuple[SetQuota, ...]:
    """The places of one programme and year."""
    basis = BASIS.format(year=year)
    return tuple(
        SetQuota(region=region, year=year, places=places, legal_basis=basis)
        for region, places in PLACES[programme].items()
    )


def intakes(programme: str, year: int) -> tuple[SetIntake, ...]:
    """When a programme takes proposals in a year."""
    first, last, basis = date(year, 1, 1), date(year, 12, 31), INTAKE.format(year=year)
    found = [SetIntake(region=OPEN[programme], year=year, opens=first, closes=last, legal_basis=basis)]
    if programme == OVER[0]:
        closes = date(year, 3, 31)
        found.append(SetIntake(region=OVER[1], year=year, opens=first, closes=closes, legal_basis=basis))
    return tuple(found)
