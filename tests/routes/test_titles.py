"""Bounds in refusals name regions and leading potentials by their titles, not by their keys."""

from tests.routes.groups import karya
from tests.routes.programmes import KARYA, LEADER, PALU, B
from workflow.called import Titles
from workflow.domain.bounds import bounds
from workflow.domain.definition.model import Dimension
from workflow.domain.potentials import ListPotential, Study
from workflow.domain.words import Text
from workflow.engine import Engine

BOUND = """\
    potential: {value: facts.potential, in: [rotan, kopi],
                say: {id: Potensi harus ada dalam daftar, en: The potential must be on the list}}
"""


def publish(engine: Engine) -> None:
    named = B.replace("version: 1", "version: 2")
    named = named.replace("supersedes: null", "supersedes: {version: 1, running: finish-on-old}")
    named = named.replace("      days:   {type", "      potential: {type: string, maxLength: 80}\n      days:   {type")
    named = named.replace("benefits: {tools", BOUND + "benefits: {tools")
    engine.registry.publish(named, f"{KARYA}.yaml", {}, by="seed")


def test_a_potential_is_named_by_its_title_and_by_its_key_where_nobody_listed_it(here: Engine) -> None:
    publish(here)
    order = ListPotential(title=Text("Rotan Palu", "Palu rattan"), kbli=("16291",), study=Study(title="Kajian uji"))
    here.potentials.put("72.71", "rotan", order, by="seed", office="dinas.palu")
    routes = here.routes.of_facts(karya(1, 2, potential="kopi-robusta"), PALU, LEADER)
    (refusal,) = next(one for one in routes if one.programme == KARYA).refusals
    assert refusal.code == "eligibility.potential"
    assert refusal.how.id == "Harus salah satu dari Rotan Palu, kopi; sekarang kopi-robusta"
    assert refusal.how.en == "It has to be one of Palu rattan, kopi; it is kopi-robusta"


def test_regions_and_programmes_are_named_by_their_titles(here: Engine) -> None:
    called = Titles(here.registry, here.potentials).called
    say = Text("Syarat", "Bound")
    under = Dimension(name="region", value="facts.region", under=("72.71", "99.99"), at=(), say=say)
    assert bounds(under, called).id == "di bawah Kota Palu, 99.99"
    named = Dimension(name="before", value="facts.before", in_=(KARYA, "lain"), at=(), say=say)
    assert bounds(named, called).en == "one of Trial programme, lain"
