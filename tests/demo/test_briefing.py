"""The demo's outcomes against a slow count of its cases, and the briefing for the meeting of city and ministry."""

from collections import defaultdict

import pytest

from selaras.demo.raising import before
from tests.demo.conftest import NOW, all_cases
from tests.demo.test_read_models import models
from workflow.briefing import papers
from workflow.briefing.composing import compose
from workflow.briefing.gathering import Briefings, Reader
from workflow.briefing.parts import Briefing
from workflow.domain.events import ActionTaken
from workflow.engine import Engine
from workflow.projections.models import ReadModels
from workflow.projections.outcome_figures import figure
from workflow.projections.outcome_lists import Scope

__all__ = ["models"]


@pytest.fixture(scope="module")
def briefing(loaded: Engine, models: ReadModels) -> Briefing:
    last = before(loaded)
    assert last is not None
    briefings = Briefings(loaded.log, loaded.directory, loaded.potentials, models.harmonised, models.outcomes)
    return compose(briefings.gather("72", last, NOW.year, Reader()))


def test_every_figure_of_each_programme_is_what_its_cases_say(loaded: Engine, models: ReadModels) -> None:
    last = before(loaded)
    assert last is not None
    reports = defaultdict(list)
    for event in loaded.log.select(0, last):
        if isinstance(event.body, ActionTaken) and "workers" in event.body.outcomes:
            reports[event.stream.removeprefix("case/")].append(event.body.outcomes)
    cases = [case for case in all_cases(loaded, last) if case.ref in reports]
    for programme in {case.programme for case in cases}:
        ours = [case for case in cases if case.programme == programme]
        found = figure(models.outcomes.counted(Scope(programme=programme), last).groups, NOW.date())
        plans = [case.facts["plan"] for case in ours]
        assert found.reporting == len(ours)
        assert found.workers_start == sum(plan["workers_now"] for plan in plans)
        assert found.workers_target == sum(plan["workers_target"] for plan in plans)
        assert found.workers_now == sum(reports[case.ref][-1]["workers"] for case in ours)
        assert found.entrepreneurs == sum(reports[case.ref][-1].get("entrepreneurs", 0) for case in ours)
        benefits = loaded.registry.definition(ours[0].definition).benefits
        paid = [name for name, benefit in benefits.items() if benefit.unit == "IDR"]
        assert found.grant == sum(plan.get(name, 0) for plan in plans for name in paid)


def test_the_briefing_tells_the_places_of_the_three_programmes(briefing: Briefing) -> None:
    told = {one.programme: (one.quota, one.held + one.used, one.waiting, one.free) for one in briefing.places}
    assert told["tkm-kelompok"] == (300, 269, 18, 31)
    assert told["padat-karya-palu"] == (16, 9, 0, 7)
    assert told["klaster-potensi"] == (130, 112, 0, 18)


def test_the_briefing_tells_what_is_not_in_tune(briefing: Briefing) -> None:
    told = papers.text(briefing)
    assert "7 dapat dipakai hari ini" in told
    assert "bertentangan: siapa membayar alat" in told
    assert "_" not in told.split("DI MANA KITA BERDIRI")[1].replace("as_of", "")
    assert "14 perkara di Kota Palu melanggar" in told
    assert "Garam Talise di Kota Palu tidak disebut program mana pun; 4 kelompok" in told
    assert "untuk Kabupaten Donggala ditangguhkan" in told


def test_the_briefing_of_the_whole_province_is_one_page(briefing: Briefing) -> None:
    assert b"/Type/Pages/Count 1/" in papers.page(briefing)
