"""Leading potentials of Sulawesi Tengah, as the planners of the demo list them: illustrations on invented studies."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from selaras.demo.people import PALU, SIGI, SULTENG
from workflow.domain.potentials import ListPotential, Study
from workflow.domain.words import Text
from workflow.store.log import CommandKey

if TYPE_CHECKING:
    from workflow.engine import Engine

REQUEST = "demo"
"""The same in every release: what was loaded once stays as it was loaded."""
STUDY = "Kajian Contoh {number:02d}/POTENSI/DEMO (sintetis)"
KEEPERS = {"72.71": ("head.palu", PALU), "72.10": ("head.sigi", SIGI)}
PROVINCE = ("head.sulteng", SULTENG)
"""Keeps the lists of the regencies that have no planner of their own in the demo."""


class Leading(NamedTuple):
    key: str
    id: str
    en: str
    kbli: tuple[str, ...]
    regions: tuple[str, ...]


POTENTIALS = (
    Leading("bawang-goreng", "Bawang goreng", "Fried shallots", ("10399",), ("72.71", "72.10")),
    Leading("rotan", "Kerajinan rotan", "Rattan", ("16291", "31002"), ("72.71", "72.10", "72.02", "72.09")),
    Leading("tenun-donggala", "Tenun Donggala", "Donggala weaving", ("13121",), ("72.03", "72.71")),
    Leading("ikan-asap", "Ikan asap dan olahan ikan", "Smoked fish", ("10212",), ("72.71", "72.03", "72.12")),
    Leading("kakao", "Kakao", "Cocoa", ("10731", "10732"), ("72.10", "72.08", "72.02")),
    Leading("kelapa", "Kelapa", "Coconut", ("10773",), ("72.01", "72.04", "72.05")),
    Leading("garam-talise", "Garam Talise", "Salt of Talise", ("08930", "10774"), ("72.71",)),
    Leading("kopi", "Kopi", "Coffee", ("10761",), ("72.10", "72.02")),
    Leading("ukir-eboni", "Ukiran kayu eboni", "Ebony craft", ("16293",), ("72.71", "72.08", "72.06")),
    Leading("rumput-laut", "Rumput laut", "Seaweed", ("10298",), ("72.07", "72.11", "72.06")),
    Leading("durian", "Durian", "Durian", ("01220",), ("72.08",)),
    Leading("penjahitan", "Penjahitan", "Tailoring", ("14120",), ("72.71", "72.01")),
    Leading("bengkel", "Bengkel", "Repair shops", ("45201", "45407"), ("72.71", "72.06")),
    Leading("warung-makan", "Warung makan", "Food stalls", ("56102",), ("72.71", "72.10")),
)  # fmt: skip


def load(engine: "Engine", at: datetime) -> int:
    """List every potential in its regions as of `at`; how many listings there are. Done again it changes nothing."""
    number = 0
    for leading in POTENTIALS:
        for region in leading.regions:
            number += 1
            by, office = KEEPERS.get(region, PROVINCE)
            command = CommandKey(actor=by, key=f"demo/potential/{region}/{leading.key}", request=REQUEST)
            study = Study(title=STUDY.format(number=number))
            order = ListPotential(title=Text(leading.id, leading.en), kbli=leading.kbli, study=study)
            engine.potentials.put(region, leading.key, order, by=by, office=office, command=command, at=at)
    return number
