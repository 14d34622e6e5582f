"""What read models remember of a routed case is what the case is."""

from tests.routes.groups import act, submitted
from tests.routes.programmes import OFFICER, USAHA, put
from tests.routes.test_routes import AGREED
from tests.routes.test_taking import route
from workflow.engine import Engine
from workflow.projections import waiting
from workflow.projections.models import ReadModels

REMEMBERED = ("state", "phase", "ended", "round", "due", "warn", "counts", "totals", "version", "position", "region")


def test_the_inbox_remembers_a_routed_case_as_it_is(here: Engine) -> None:
    put(here, AGREED)
    ref = submitted(here, USAHA, 1, 2)
    act(here, ref, "visit", OFFICER)
    taken = route(here, ref).case.ref
    remembered: dict[str, waiting.Waiting] = {}
    for event in here.log.select(0, 1000):
        if event.stream.startswith("case/"):
            waiting.fold(remembered, event)
    for one in (ref, taken):
        case = here.casework.case(one)[0]
        assert {name: getattr(remembered[one], name) for name in REMEMBERED} == {
            name: getattr(case, name) for name in REMEMBERED
        }
        assert set(remembered[one].taken) == set(case.takings)


def test_every_read_model_follows_a_route(here: Engine) -> None:
    put(here, AGREED)
    ref = submitted(here, USAHA, 1, 2)
    act(here, ref, "visit", OFFICER)
    taken = route(here, ref).case
    models = ReadModels(here.pool, here.log, here.registry.definition, here.settings.master_key)
    models.runner.prepare()
    for name in models.runner.names:
        assert models.runner.catch_up(name) == here.log.head(), name
    assert here.casework.case(taken.ref)[0].totals["visit"] == 1
