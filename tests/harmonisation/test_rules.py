"""Given these events, these findings: each kind, with its figure and where it ends."""

from datetime import UTC, date, datetime

from workflow.domain.definition.model import Definition
from workflow.domain.findings.about import Names, about
from workflow.domain.findings.finding import Finding
from workflow.domain.findings.finding_rules import findings
from workflow.domain.findings.parts import clauses_of, keys_of
from workflow.domain.findings.presence import presence_of
from workflow.domain.findings.sentences import said
from workflow.domain.terms import DimensionRule, Eligibility, FactPair, Places, Quota, Running, Transfer

from .programmes import ALPHA, BETA, BETA_2, BY_HASH, GAMMA, programme
from .telling import PALU, SIGI, Log, item, terms

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def two() -> Log:
    """Alpha in Palu and Sigi, beta in Palu."""
    log = Log()
    for definition in (ALPHA, BETA):
        log.publish(definition)
    log.quota("alpha", 2)
    log.quota("alpha", 3, SIGI)
    log.quota("beta", 2)
    return log


def found(room, log: Log, kind: str, position: int | None = None) -> dict[tuple, Finding]:
    """(parties, region, dimension) to each finding of a kind."""
    told = room().tell(log.events)
    picture = told.harmonised.told(2026, NOW, position).picture
    ours = [one for one in findings(picture) if one.kind == kind and one.resolved is None]
    for one in ours:
        assert said(one, Names(world=picture.world, place=str)).id
        assert len(one.id) == 64
        assert keys_of(picture, one) or clauses_of(picture, one), one.kind
    return {(one.parties, one.region, one.dimension): one for one in ours}


def resolved(room, log: Log, as_of: datetime | int | None = None) -> dict[str, int]:
    """Kind of each finding that is gone, to the position of the event that ended it."""
    picture = room().tell(log.events).harmonised.told(2026, NOW, as_of).picture
    return {one.kind: one.resolved for one in findings(picture) if one.resolved is not None}


def figures(room, log: Log, kind: str, position: int | None = None) -> dict[tuple, int]:
    return {key: one.figure for key, one in found(room, log, kind, position).items()}


BOTH = ("alpha", "beta")


def test_overlap_counts_the_groups_that_pass_both_where_both_run(room):
    log = two()
    log.open("both")
    log.open("too-large-for-beta", size=12)
    log.open("not-in-palu", region=SIGI)
    log.open("of-beta", BETA)
    log.take("of-beta", "submit")
    assert figures(room, log, "overlap") == {(BOTH, PALU, ""): 2}


def test_a_group_that_ended_with_nothing_overlaps_no_more(room):
    log = two()
    log.open("a")
    log.withdraw("a")
    assert figures(room, log, "overlap") == {(BOTH, PALU, ""): 0}


def test_a_fact_that_is_missing_is_unknown_and_says_so(room):
    log = two()
    log.open("a", size=None)
    (one,) = found(room, log, "overlap").values()
    assert (one.figure, one.unknown) == (0, 1)


def test_programmes_that_no_group_fits_both_of_do_not_overlap(room):
    large = programme("gamma", size=(16, 20))
    BY_HASH[large.hash] = large
    log = two()
    log.publish(large)
    log.quota("gamma", 5)
    assert set(figures(room, log, "overlap")) == {(BOTH, PALU, "")}


def test_an_overlap_is_unaligned_until_terms_are_in_force(room):
    log = two()
    agreed = log.align()
    assert figures(room, log, "unaligned") == {}
    assert figures(room, log, "unaligned", agreed - 1) == {(BOTH, PALU, ""): 0}
    log.align(standing="suspended")
    assert set(figures(room, log, "unaligned")) == {(BOTH, PALU, "")}


def test_a_gap_names_the_dimension_at_which_no_programme_takes_the_group(room):
    log = two()
    log.open("too-small", size=2)
    log.open("too-dear", grant=99)
    log.open("for-beta-only", size=4)
    assert figures(room, log, "gap") == {(("alpha",), PALU, "size"): 1, (("alpha",), PALU, "grant"): 1}


def test_two_payers_of_one_item_conflict_until_the_terms_name_one(room):
    log = two()
    log.align(agreed=terms())
    log.align(agreed=terms(items=(item("tools", "ministry"),)))
    key = (BOTH, PALU, "payer.tools")
    assert set(found(room, log, "conflict", len(log.events) - 1)) == {key}
    assert set(found(room, log, "conflict")) == set()


def test_clauses_that_cannot_both_hold_conflict(room):
    after = Eligibility(dimensions=(DimensionRule(dimension="size", rule="intersection"),))
    far = programme("gamma", size=(16, 20), more="\n    prior: {value: facts.line, in: [alpha], say: {id: w, en: r}}")
    BY_HASH[far.hash] = far
    log = two()
    log.publish(far)
    wrong = terms(ALPHA, far, ceiling=15, eligibility=after, until=date(2026, 2, 1))
    log.align(agreed=wrong, standing="negotiated")
    told = room().tell(log.events)
    picture = told.harmonised.told(2026, NOW).picture
    standing = [one for one in findings(picture) if one.resolved is None and one.parties == ("alpha", "gamma")]
    ours = {one.dimension: clauses_of(picture, one) for one in standing}
    assert set(ours) == {"ceiling", "empty.size", "exclusive.gamma", "window.alpha", "window.gamma"}
    names = Names(world=picture.world, place=str)
    words = {one.dimension: about(one, names).en for one in standing}
    assert "Rp20 a group, above the ceiling of Rp15" in words["ceiling"]
    assert words["empty.size"] == "nothing fits both: r / r"
    assert all(name not in said for name, said in words.items() if "." in name)
    assert all(len(clauses) >= 2 for clauses in ours.values())


def window(room, log: Log, position: int | None = None) -> dict[str, list[str]]:
    """Region of each conflict on alpha's window, to the intakes that it names."""
    picture = room().tell(log.events).harmonised.told(2026, NOW, position).picture
    return {
        one.region: [part.path for part in clauses_of(picture, one) if part.path.startswith("intake.")]
        for one in findings(picture)
        if (one.kind, one.dimension, one.resolved) == ("conflict", "window.alpha", None)
    }


def test_an_intake_that_closes_too_late_for_its_proposals_to_be_approved_under_the_terms_conflicts(room):
    """The review of ten working days is the only deadline before alpha approves."""
    log = two()
    log.align(agreed=terms(running=Running(binds_at="approve")))
    in_time, late = date(2026, 12, 17), date(2026, 12, 18)
    log.intake("alpha", in_time)
    assert window(room, log) == {}
    position = log.intake("alpha", late)
    assert window(room, log) == {PALU: ["intake.72.71.2026"]}
    assert window(room, log, position - 1) == {}
    log.intake("alpha", in_time)
    assert window(room, log) == {}
    assert window(room, log, position) == {PALU: ["intake.72.71.2026"]}


def test_an_intake_of_a_larger_region_or_of_one_inside_is_judged_too_and_a_regions_own_goes_before(room):
    log = two()
    log.align(agreed=terms(regions=("72",), running=Running(binds_at="approve")))
    late = date(2026, 12, 31)
    log.intake("alpha", late, SIGI)
    assert window(room, log) == {"72": ["intake.72.10.2026"]}
    log.intake("alpha", date(2026, 6, 30), SIGI)
    log.intake("alpha", late, "")
    assert window(room, log) == {"72": ["intake.72.2026"]}
    log.intake("alpha", date(2026, 6, 30), "72")
    assert window(room, log) == {}


def test_a_person_live_in_two_cases_is_doubled_unless_terms_are_cumulative(room):
    log = two()
    for ref, definition, region in (("a", ALPHA, SIGI), ("b", BETA, PALU)):
        log.open(ref, definition, region)
        log.take(ref, "submit", persons=("p", f"only-{ref}"))
    key = (BOTH, PALU, "person")
    assert figures(room, log, "double") == {key: 1, (BOTH, SIGI, "person"): 1}
    doubled = len(log.events)
    log.align(agreed=terms(rule="cumulative", regions=("72",)))
    assert figures(room, log, "double") == {}
    log.align(standing="ended")
    log.withdraw("b")
    assert figures(room, log, "double") == {}
    assert figures(room, log, "double", doubled)[key] == 1


def test_an_imported_case_holds_the_persons_that_its_facts_name(room):
    log = two()
    log.open("new")
    log.take("new", "submit", persons=("p",))
    log.open("old", imported=True, line="p")
    assert figures(room, log, "double") == {(("alpha",), PALU, "person"): 1}


def test_idle_and_over_committed_places(room):
    log = two()
    for ref in ("a", "b"):
        log.open(ref)
        log.take(ref, "submit")
    lowered = log.quota("alpha", 1)
    assert figures(room, log, "over-committed") == {(("alpha",), PALU, "places"): 1}
    assert figures(room, log, "over-committed", lowered - 1) == {}
    assert figures(room, log, "idle") == {(("alpha",), SIGI, "places"): 3, (("beta",), PALU, "places"): 2}


def test_places_of_ended_cases_stay_used(room):
    log = two()
    log.open("a")
    for action in ("submit", "approve", "finish"):
        log.take("a", action)
    assert figures(room, log, "idle")[("alpha",), PALU, "places"] == 1


def test_transferable_is_what_waits_elsewhere_and_fits_as_far_as_terms_allow(room):
    log = two()
    for number in range(3):
        log.open(f"w{number}")
        log.wait(f"w{number}")
    log.open("large", size=14)
    log.wait("large")
    key = (("beta",), PALU, "places")
    assert found(room, log, "idle")[key].transferable == 0
    cap = Transfer(cap=1, until=date(2026, 12, 1), approved_by="head")
    log.align(agreed=terms(quota=Quota(transfer=cap)))
    assert found(room, log, "idle")[key].transferable == 1
    log.align(agreed=terms(quota=Quota(transfer=Transfer(cap=9, until=date(2026, 12, 1), approved_by="head"))))
    assert found(room, log, "idle")[key].transferable == 2
    log.align(agreed=terms(quota=Quota(transfer=Transfer(cap=9, until=date(2026, 6, 1), approved_by="head"))))
    assert found(room, log, "idle")[key].transferable == 0


def test_transferred_places_count_where_they_went_and_against_the_cap(room):
    log = two()
    log.align(agreed=terms(quota=Quota(transfer=Transfer(cap=3, until=date(2026, 12, 31), approved_by="head"))))
    log.transfer("alpha", 2)
    assert figures(room, log, "idle")[("alpha",), SIGI, "places"] == 1
    assert figures(room, log, "idle")[("alpha",), PALU, "places"] == 4
    log.quota("alpha", 5, SIGI)
    assert figures(room, log, "idle")[("alpha",), SIGI, "places"] == 3
    for ref in ("a", "b", "c"):
        log.open(ref, BETA)
        log.wait(ref)
    key = (("alpha",), PALU, "places")
    assert found(room, log, "idle")[key].transferable == 1
    log.transfer("alpha", 2, PALU, SIGI, returned=True)
    assert found(room, log, "idle")[key].transferable == 2


def test_places_can_be_used_only_between_the_parties_and_in_the_regions_of_the_terms(room):
    log = two()
    cap = Quota(transfer=Transfer(cap=9, until=date(2026, 12, 1), approved_by="head"))
    for ref, region in (("a", PALU), ("b", SIGI)):
        log.open(ref, region=region)
        log.wait(ref)
    key = (("alpha",), SIGI, "places")

    def usable(regions: tuple[str, ...], other: Definition = BETA) -> int | None:
        log.align(agreed=terms(ALPHA, other, quota=cap, regions=regions))
        return found(room, log, "idle")[key].transferable

    assert usable((SIGI,)) == 0
    assert usable((PALU, SIGI)) == 1
    assert usable(("72",)) == 1
    assert usable((f"{SIGI}.01", PALU)) == 0
    log.open("c", BETA)
    log.wait("c")
    assert usable(("72",)) == 2
    assert usable(("72",), programme("gamma")) == 1


def test_what_was_transferred_in_another_year_counts_against_the_cap_too(room):
    log = two()
    log.align(agreed=terms(quota=Quota(transfer=Transfer(cap=3, until=date(2026, 12, 31), approved_by="head"))))
    for ref in ("a", "b", "c"):
        log.open(ref)
        log.wait(ref)
    key = (("beta",), PALU, "places")
    assert found(room, log, "idle")[key].transferable == 2
    log.transfer("alpha", 1, year=2025)
    log.transfer("alpha", 1, year=2027)
    assert found(room, log, "idle")[key].transferable == 1


def test_places_are_idle_only_after_the_day_that_terms_name(room):
    log = two()
    log.align(agreed=terms(quota=Quota(idle_after=date(2026, 11, 25))))
    assert set(figures(room, log, "idle")) == {(("alpha",), SIGI, "places")}
    log.align(agreed=terms(quota=Quota(idle_after=date(2026, 11, 24))))
    assert len(figures(room, log, "idle")) == 3


def test_terms_are_stale_once_a_newer_version_is_in_force(room):
    log = two()
    log.align()
    assert figures(room, log, "stale") == {}
    log.publish(BETA_2)
    assert figures(room, log, "stale") == {(BOTH, PALU, "beta"): 1}


def test_a_new_version_is_what_groups_are_judged_by_and_yesterday_stays(room):
    log = two()
    log.open("a")
    published = log.publish(BETA_2)
    assert figures(room, log, "overlap") == {(BOTH, PALU, ""): 0}
    assert figures(room, log, "overlap", published - 1) == {(BOTH, PALU, ""): 1}


def test_nothing_is_found_before_the_first_event(room):
    log = two()
    log.open("a")
    told = room().tell(log.events)
    assert findings(told.harmonised.told(2026, NOW, 0).picture) == ()
    assert findings(told.harmonised.told(2026, NOW, datetime(2020, 1, 1, tzinfo=UTC)).picture) == ()


def test_the_same_finding_keeps_its_name(room):
    log = two()
    before = found(room, log, "overlap")
    log.open("a")
    log.publish(GAMMA)
    after = found(room, log, "overlap")
    assert before.keys() == after.keys()
    assert [one.id for one in before.values()] == [one.id for one in after.values()]
    assert len({one.id for one in found(room, log, "idle").values()}) == 3


def test_a_finding_that_is_gone_names_the_event_that_ended_it(room):
    log = two()
    log.open("small", size=2)
    grown = log.change("small", size=8)
    agreed = log.align(agreed=terms(items=(item("tools", "city"),)))
    gone = resolved(room, log)
    assert gone == {"gap": grown, "unaligned": agreed, "conflict": agreed}


def test_a_doubled_person_is_resolved_by_terms_or_by_the_case_that_lets_go(room):
    log = two()
    for ref, definition in (("a", ALPHA), ("b", BETA)):
        log.open(ref, definition)
        log.take(ref, "submit", persons=("p",))
    agreed = log.align(agreed=terms(rule="cumulative"))
    assert resolved(room, log)["double"] == agreed
    left = log.withdraw("b")
    assert resolved(room, log)["double"] == left


def test_places_that_are_taken_up_are_idle_no_more_and_again_when_freed(room):
    log = Log()
    log.publish(ALPHA)
    log.quota("alpha", 1)
    log.open("a")
    taken = log.take("a", "submit")
    assert resolved(room, log) == resolved(room, log, log.at) == {"idle": taken}
    freed = log.withdraw("a")
    told = room().tell(log.events)
    (idle,) = findings(told.harmonised.told(2026, NOW).picture)
    assert (idle.figure, idle.resolved) == (1, None)
    assert told.harmonised.began(presence_of(idle)) == freed
    assert told.harmonised.began(presence_of(idle), taken - 1) == 2
    assert told.harmonised.began(presence_of(idle), log.at) == freed


def test_facts_are_compared_as_the_terms_map_them_and_a_mapped_fact_that_is_missing_is_unknown(room):
    log = two()
    log.open("large", size=14, grant=8)
    log.open("without", size=9, grant=None)
    assert figures(room, log, "overlap") == {(BOTH, PALU, ""): 0}
    paired = Eligibility(facts=(FactPair(a="grant", b="size"),))
    mapped = log.align(agreed=terms(eligibility=paired))
    (one,) = found(room, log, "overlap").values()
    # What the terms call the other's size is missing: its own size is no answer.
    assert (one.figure, one.unknown) == (1, 1)
    log.open("later", size=14, grant=9)
    log.align(standing="suspended", agreed=terms(eligibility=paired))
    assert figures(room, log, "overlap") == {(BOTH, PALU, ""): 0}
    assert figures(room, log, "overlap", mapped + 1) == {(BOTH, PALU, ""): 2}


def test_places_that_are_too_many_and_no_longer_say_by_which_event_as_of_a_moment_too(room):
    log = Log()
    log.publish(ALPHA)
    log.quota("alpha", 1)
    log.open("a")
    log.take("a", "submit")
    lowered = log.quota("alpha", 0)
    lowered_at = log.at
    assert figures(room, log, "over-committed") == {(("alpha",), PALU, "places"): 1}
    raised = log.quota("alpha", 1)
    for as_of in (None, raised, log.at):
        assert resolved(room, log, as_of)["over-committed"] == raised
    for then in (lowered, lowered_at):
        assert "over-committed" not in resolved(room, log, then)


def test_idle_places_that_terms_call_not_idle_yet_are_resolved_by_these_terms(room):
    log = two()
    agreed = log.align(agreed=terms(quota=Quota(idle_after=date(2026, 12, 1))))
    ours = findings(room().tell(log.events).harmonised.told(2026, NOW).picture)
    idle = {(one.parties, one.region): one.resolved for one in ours if one.kind == "idle"}
    assert idle == {(("alpha",), PALU): agreed, (("beta",), PALU): agreed, (("alpha",), SIGI): None}


def test_a_potential_that_no_programme_names_is_a_gap_until_one_does_or_it_is_dropped(room):
    naming = programme("beta", 2, under="'72.71'", size=(3, 10), grant=12, payer="city", more=NAMING)
    BY_HASH[naming.hash] = naming
    log = two()
    listed = log.list_potential("salt")
    log.list_potential("coffee")
    log.list_potential("coral", "75.71")
    found_then = found(room, log, "gap")
    assert {dimension for *_, dimension in found_then} == {"potential.salt", "potential.coffee"}
    published = log.publish(naming)
    told = room().tell(log.events)
    gone = {one.dimension: one for one in findings(told.harmonised.told(2026, NOW).picture) if one.kind == "gap"}
    assert gone["potential.salt"].resolved == published
    assert gone["potential.salt"].id == found_then[BOTH, PALU, "potential.salt"].id
    assert told.harmonised.began(presence_of(gone["potential.salt"]), published - 1) == listed
    dropped = log.drop_potential("coffee")
    assert resolved(room, log)["gap"] in (published, dropped)
    assert figures(room, log, "gap") == {}


NAMING = "\n    potential: {value: facts.potential, in: [salt], say: {id: p, en: p}}"


def test_places_that_a_transfer_took_break_no_promise_and_a_lowered_quota_does(room):
    log = two()
    promised = Quota(places=(Places(region=PALU, side="a", places=2), Places(region="72", side="a", places=5)))
    log.align(agreed=terms(regions=("72",), quota=promised))
    log.transfer("alpha", 2, PALU, SIGI)
    assert found(room, log, "conflict") == {}
    lowered = log.quota("alpha", 1)
    keys = {(BOTH, PALU, f"places.{PALU}"), (BOTH, "72", "places.72")}
    assert keys <= found(room, log, "conflict").keys()
    log.quota("alpha", 4, SIGI)
    assert (BOTH, "72", "places.72") not in found(room, log, "conflict")
    assert keys <= found(room, log, "conflict", lowered).keys()
