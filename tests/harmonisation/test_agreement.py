"""Kept up event by event, built anew, and counted from scratch at any position: the same figures."""

from collections import Counter
from datetime import UTC, date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow.domain.alignments import AlignmentChanged, Alignments
from workflow.domain.alignments import fold as align
from workflow.domain.events import Recorded
from workflow.domain.findings.clauses import World, clauses, compared
from workflow.domain.findings.figures import Group, Key, figures_of
from workflow.domain.findings.folding import fold
from workflow.domain.findings.mentoring import on_mentoring, overloaded
from workflow.domain.findings.presence import CLAUSES
from workflow.domain.potentials import PotentialDropped, PotentialListed, Potentials
from workflow.domain.potentials import fold as listed_after
from workflow.domain.promised import Order
from workflow.domain.registry import DefinitionPublished, IntakeSet, PlacesTransferred, QuotaSet, signed
from workflow.domain.terms import Eligibility, FactPair, Mentoring, Places, Quota, Running
from workflow.domain.windows import Window
from workflow.projections.judging import Judges
from workflow.projections.rebuilding import rebuild

from .programmes import ALPHA, BETA, BETA_2, BY_HASH, GAMMA, PERMIT
from .telling import PALU, SIGI, Log, item, terms
from .unsealed import Unsealed

NOW = datetime(2026, 11, 25, tzinfo=UTC)
LAST_DAYS = (date(2025, 12, 31), date(2026, 2, 3), date(2026, 12, 31))
KINDS_OF_STEP = ["publish", "quota", "intake", "transfer", "align", "open", "open", "list", "month", *["step"] * 6]
PROMISES = (
    (Places(region=PALU, side="a", places=2), Places(region=PALU, side="b", places=1)),
    (Places(region="72", side="a", places=3),),
    (Places(region=f"{PALU}.01", side="b", places=2),),
)
ONE_EACH = Mentoring(provider="ministry", groups_per_mentor=1, visits_per_month=1)
OPENED = (ALPHA, BETA, GAMMA, PERMIT)
NEXT = {
    "draft": ["submit", "wait", "withdraw", "change", "move"],
    "waiting": ["submit", "withdraw"],
    "review": ["approve", "withdraw", "release"],
    "mentoring": ["assign", "report", "finish", "withdraw", "release", "release", "delete"],
}


@st.composite
def logs(draw: st.DrawFn) -> list[Recorded]:
    """What a few groups, agencies and alignments did, in one order."""
    log = Log()
    coming = [ALPHA, BETA, GAMMA, PERMIT, BETA_2]
    for number in range(draw(st.integers(5, 40))):
        what = draw(st.sampled_from(KINDS_OF_STEP))
        running = sorted(ref for ref, state in log.state.items() if state in NEXT)
        if what == "publish" and coming:
            log.publish(coming.pop(0))
        elif what == "quota":
            programme = draw(st.sampled_from(["alpha", "beta"]))
            log.quota(programme, draw(st.integers(0, 3)), draw(st.sampled_from([PALU, SIGI])))
        elif what == "intake":
            programme, region = draw(st.sampled_from(["alpha", "beta"])), draw(st.sampled_from([PALU, SIGI, "72", ""]))
            log.intake(programme, draw(st.sampled_from([date(2026, 6, 30), date(2026, 12, 31)])), region)
        elif what == "transfer":
            ways = st.sampled_from([(SIGI, PALU, False), (PALU, SIGI, True)])
            one, other, returned = draw(ways)
            log.transfer(draw(st.sampled_from(["alpha", "beta"])), draw(st.integers(1, 2)), one, other, returned)
        elif what == "align":
            rule = draw(st.sampled_from(["exclusive", "cumulative"]))
            standing = draw(st.sampled_from(["negotiated", "in_force", "suspended", "ended"]))
            pairs = draw(st.sampled_from([(), (FactPair(a="grant", b="size"),)]))
            mentoring = draw(st.sampled_from([None, ONE_EACH]))
            agreed = terms(
                rule=rule,
                eligibility=Eligibility(facts=pairs),
                running=Running(binds_at="approve"),
                mentoring=mentoring,
                quota=Quota(places=draw(st.sampled_from(PROMISES))),
                items=draw(st.sampled_from([(), (item("tools", "city"),)])),
                ceiling=draw(st.sampled_from([None, 12, 15, 20])),
            )
            log.align(draw(st.sampled_from(["PEN-1", "PEN-2"])), standing, agreed)
        elif what == "list":
            change = draw(st.sampled_from([log.list_potential, log.list_potential, log.drop_potential]))
            change(draw(st.sampled_from(["salt", "coffee"])), draw(st.sampled_from([PALU, "72"])))
        elif what == "month":
            log.later(days=25)
        elif what == "open":
            sizes = st.sampled_from([2, 4, 6, 9, 20])
            log.open(
                f"C{number}",
                draw(st.sampled_from(OPENED)),
                draw(st.sampled_from([PALU, SIGI])),
                size=draw(sizes),
                grant=draw(st.sampled_from([8, 14, 30])),
            )
        elif running:
            step(draw, log, draw(st.sampled_from(running)))
    return log.events


def step(draw: st.DrawFn, log: Log, ref: str) -> None:
    match draw(st.sampled_from(NEXT[log.state[ref]])):
        case "change":
            log.change(ref, size=draw(st.sampled_from([2, 6, 9, None])))
        case "move":
            log.change(ref, region=draw(st.sampled_from(["72.71.02", "72.10.05"])))
        case "wait":
            log.wait(ref)
        case "withdraw":
            log.withdraw(ref)
        case "submit":
            log.take(ref, "submit", persons=(draw(st.sampled_from("pqr")),))
        case "assign":
            log.take(ref, "assign", mentor=draw(st.sampled_from(["mentor1", "mentor2"])))
        case "release":
            log.release(ref, draw(st.sampled_from(LAST_DAYS)), draw(st.sampled_from(["ministry", "city"])))
        case "delete":
            if log.kept.get(ref):
                log.delete(ref)
        case action:
            log.take(ref, action)


def counted(events: list[Recorded]) -> tuple[Counter[Key], frozenset]:
    """Every figure and clause from scratch: fold all, then judge all by the definitions in force, then count."""
    groups: dict[str, Group] = {}
    found: Counter[Key] = Counter()
    hashes, places, moved, windows, orders = {}, Counter(), Counter(), {}, {}
    alignments, listed = Alignments(), Potentials()
    for event in events:
        match event.body:
            case DefinitionPublished() as body:
                hashes[body.programme] = body.hash
            case QuotaSet() as body:
                cell = (event.stream.removeprefix("programme/"), body.region, body.year)
                places[cell] = body.places + moved[cell]
                orders.setdefault((cell[0], body.year), {})[body.region] = Order(body.places, body.legal_basis)
            case PlacesTransferred() as body:
                cell = (event.stream.removeprefix("programme/"), body.region, body.year)
                places[cell] += signed(body)
                moved[cell] += signed(body)
                if (body.direction == "in") != body.returned:
                    found[Key("transferred", body.alignment, "", body.region, body.year)] += signed(body)
            case IntakeSet() as body:
                cell = (event.stream.removeprefix("programme/"), body.region, body.year)
                windows[cell] = Window(opens=body.opens, closes=body.closes)
            case AlignmentChanged():
                alignments = align([event], alignments)
            case PotentialListed() | PotentialDropped():
                listed = listed_after([event], listed)
            case _:
                fold(groups, event, BY_HASH.__getitem__)
    programmes = compared({name: BY_HASH[hash] for name, hash in hashes.items()})
    agreed = World(alignments=alignments.known)
    judges = Judges(BY_HASH.__getitem__, Unsealed())
    holders: dict[str, list[Group]] = {}
    for group in groups.values():
        judges.judge(group, programmes.values(), agreed)
        found.update(figures_of(group, programmes))
        for person in group.persons:
            holders.setdefault(person, []).append(group)
    for several in holders.values():
        doubled = set()
        for one in several:
            for other in several:
                if one is not other:
                    a, b = sorted([one.programme, other.programme])
                    doubled.add(Key("double", a, b, one.region, one.year))
        found.update(doubled)
    for pair, terms_of_pair in on_mentoring(alignments.known.values()).items():
        for mentor in {key.b for key in found if key.kind == "mentored"}:
            theirs = {
                group.ref: group.region
                for group in groups.values()
                if any(key[:3] == ("mentored", group.programme, mentor) for key in figures_of(group, programmes))
                and group.programme in pair
            }
            found.update(Key("overload", *pair, region, year) for _, region, year in overloaded(terms_of_pair, theirs))
    world = World(
        definitions=programmes,
        alignments=alignments.known,
        places=places,
        orders=orders,
        windows=windows,
        potentials=listed.of(""),
    )
    return +found, clauses(world)


def shown(room, position: int | None) -> tuple[Counter[Key], frozenset]:
    picture = room.harmonised.told(2026, NOW, position).picture
    left_out = ("visit", "unvisited", "quota", "held", "used", "waiting", "doubled", *CLAUSES)
    return +Counter({k: v for k, v in picture.figures.items() if k.kind not in left_out}), picture.clauses


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=logs(), batch=st.integers(1, 12), data=st.data())
def test_figures_at_any_position_are_those_counted_from_scratch(room, events, batch, data):
    told = room().tell(events, batch)
    assert shown(told, None) == counted(events)
    for position in data.draw(st.lists(st.integers(0, len(events)), max_size=4)):
        assert shown(told, position) == counted(events[:position]), position


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=logs(), batch=st.integers(1, 12))
def test_built_anew_it_is_what_it_was_kept_up_to_be(room, events, batch):
    told = room().tell(events, batch)
    kept = rows(told)
    rebuild(told.runner, "harmonisation")
    assert rows(told) == kept


def rows(room) -> dict[str, list[str]]:
    tables = (
        *("memory", "persons", "changes", "totals", "published", "alignments", "orders", "moved", "intakes", "clauses"),
        *("potentials", "months"),
    )
    with room.pool.connection() as connection:
        return {
            table: [
                row[0] for row in connection.execute(f"SELECT t::text FROM read_harmonisation.{table} t ORDER BY 1")
            ]
            for table in tables
        }
