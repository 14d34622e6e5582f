"""Laws that hold after any history of any commands."""

import ast
from datetime import date
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.domain.story import Story, graduated
from tests.domain.world import PALU, POSTS, SIGI, World, facts, members
from workflow.domain import evolve as evolving
from workflow.domain.commands import (
    AnswerChecklist,
    AnswerInquiry,
    AttachDocument,
    ChangeFacts,
    MindDeadline,
    OpenCase,
    OpenInquiry,
    Promote,
    TakeAction,
)
from workflow.domain.events import CaseEvent
from workflow.domain.evolve import fold
from workflow.domain.merge import merge
from workflow.domain.refusal import Refused, Unchanged
from workflow.domain.refusals import refusals, status_of

PEOPLE = ["leader.palu", "leader2.palu", *(person for person, _, _ in POSTS), "plh.palu", "system", "nobody"]
DECIDERS = {
    "draft": ["leader.palu", "leader2.palu", "officer.palu"],
    "city_review": ["officer.palu", "officer2.palu", "head.palu", "officer.sigi", "head.sigi", "plh.palu"],
    "coordination": ["coord.sulteng", "head.sulteng"],
    "ministry": ["panel1", "panel2", "panel3", "panel4", "panel6", "head.ministry"],
}
REASON = "Alasan yang cukup panjang"
PATCHES = [
    {"group": "Nama Lain"},
    {"group": "Kelompok Uji"},
    {"plan": {"tools": 13_000_000, "materials": 7_000_000}},
    {"plan": {"tools": 12_000_000, "materials": 8_000_000}},
    {"members": list(reversed(members()))},
    {"members": members(first=5)},
    {"members": members(9)},
    {"region": SIGI},
    {"region": PALU},
]


class AnyHistory(RuleBasedStateMachine):
    """Random people ask for random things, likely ones more often; each decision keeps the laws."""

    @initialize(
        quota=st.integers(1, 3), far=st.tuples(st.integers(0, 6), st.integers(0, 4)), first=st.sampled_from([8, 31])
    )
    def world_begins(self, quota, far, first):
        self.world = World()
        self.world.directory.appoint("plh.palu", "city_head", "dinas.palu", instead_of="head.palu")
        self.world.quotas = {(region, 2026): quota for region in ("72.71", "72.10")}
        for ref, leader in (("TKM-1", "leader.palu"), ("TKM-2", "leader2.palu")):
            draft = facts(members=members(first=1 if ref == "TKM-1" else first))
            self.world.decide(leader, ref, OpenCase(ref=ref, facts=draft, tracking_code=ref))
        self.paper = 0
        for case, steps in zip(("TKM-1", "TKM-2"), far, strict=True):
            for _ in range(steps):
                self.go_on(case)

    refs = st.sampled_from(["TKM-1", "TKM-1", "TKM-2"])

    def attempt(self, by, ref, command):
        """Decide, and hold the answer against what asking said a moment before."""
        self.world.later(minutes=7)
        case = self.world.cases[ref]
        expected = None
        if isinstance(command, TakeAction):
            context = self.world.context(by, ref)
            expected = refusals(self.world.definition, case, command.action, context, command)
        found = self.outcome(by, ref, command)
        if isinstance(found, Refused):
            assert found.refusals
            assert expected is None or expected == found.refusals
            assert status_of(found.refusals) in (403, 409, 422)
        elif found is not None:
            assert not expected
            return
        assert self.world.cases[ref] is case

    def outcome(self, by, ref, command):
        """The events, or the refusal; None where nothing would change."""
        try:
            return self.world.decide(by, ref, command)
        except Refused as refused:
            return refused
        except Unchanged:
            return None

    def somebody(self, data, ref):
        likely = DECIDERS.get(self.world.cases[ref].state, PEOPLE)
        return data.draw(st.sampled_from(likely) | st.sampled_from(PEOPLE))

    @rule(data=st.data(), ref=refs)
    def somebody_acts(self, data, ref):
        case, by = self.world.cases[ref], self.somebody(data, ref)
        actions = self.world.definition.actions
        here = [name for name, action in actions.items() if case.state in action.from_ and name != "withdraw"]
        action = actions[data.draw(st.sampled_from(here or list(actions)) | st.sampled_from(list(actions)))]
        command = TakeAction(
            action=action.name,
            reason=data.draw(st.sampled_from([REASON, REASON, None])),
            vote=data.draw(st.sampled_from(["approve", "refuse"])) if action.panel else None,
            assign=data.draw(st.sampled_from(["officer.palu", "mentor1", "mentor2"])) if action.assigns else None,
            outcomes={"workers": 1, "revenue": 1, "loan": 0} if action.outcomes else None,
            on_behalf_of="head.palu" if by == "plh.palu" else None,
            redo=data.draw(st.sampled_from([(), (), ("recommend",)])) if action.returns else (),
            facts=merge(case.facts, {"members": data.draw(st.sampled_from([members(), members(first=40)]))})
            if action.amends
            else None,
        )
        self.attempt(by, ref, command)

    @rule(data=st.data(), ref=refs)
    def somebody_supplies(self, data, ref):
        self.paper += 1
        kind = data.draw(st.sampled_from(list(self.world.definition.documents)))
        sha256 = f"{data.draw(st.sampled_from([0, self.paper])):064x}"
        command = AttachDocument(document=kind, sha256=sha256, type="application/pdf", size=1)
        self.attempt(self.somebody(data, ref), ref, command)

    @rule(ref=refs)
    def somebody_goes_on(self, ref):
        self.go_on(ref)

    @rule(ref=refs)
    def somebody_goes_further(self, ref):
        self.go_on(ref)
        self.go_on(ref)

    @rule(ref=refs, change=st.booleans())
    def somebody_returns_it(self, ref, change):
        case = self.world.cases[ref]
        by = {"city_review": "head.palu", "coordination": "coord.sulteng", "ministry": "head.ministry"}.get(case.state)
        if by:
            self.attempt(by, ref, TakeAction(action="send_back", reason=REASON))
            if change:
                self.attempt(case.applicant, ref, ChangeFacts(facts=merge(self.world.cases[ref].facts, PATCHES[2])))
            self.attempt(case.applicant, ref, TakeAction(action="submit"))

    def go_on(self, ref):
        """Everything that the state's next decision needs, so that histories get far."""
        case = self.world.cases[ref]
        leader = case.applicant
        city = "sigi" if case.region == SIGI else "palu"
        yes = TakeAction(action="approve", vote="approve")
        ways = {
            "draft": [(leader, "proposal"), (leader, "domicile"), (leader, TakeAction(action="submit"))],
            "city_review": [
                (f"officer.{city}", "site_report"),
                (f"officer.{city}", TakeAction(action="verify_site")),
                (f"officer.{city}", AnswerChecklist(answers={"members_met": True, "not_yet_served": True})),
                (f"head.{city}", "recommendation"),
                (f"head.{city}", TakeAction(action="recommend")),
            ],
            "coordination": [("coord.sulteng", "coordination"), ("coord.sulteng", TakeAction(action="agree"))],
            "ministry": [(person, yes) for person in case.seats if person not in {v.person for v in case.votes}][:2],
            "mentoring": [
                ("mentorlead", TakeAction(action="assign_mentor", assign="mentor1")),
                ("mentor1", "monthly_report"),
                ("mentor1", TakeAction(action="report_progress", outcomes={"workers": 1, "revenue": 1, "loan": 0})),
                ("mentor1", TakeAction(action="graduate")),
            ],
            "waiting": [("system", Promote())],
            "refused": [(leader, TakeAction(action="object", reason=REASON))],
            "objection": [("minister", TakeAction(action="reopen", reason=REASON))],
        }
        for by, what in ways.get(case.state, []):
            self.paper += 1
            if isinstance(what, str):
                what = AttachDocument(document=what, sha256=f"{self.paper:064x}", type="application/pdf", size=1)
            self.attempt(by, ref, what)

    @rule(data=st.data(), ref=refs, patch=st.sampled_from(PATCHES))
    def somebody_edits(self, data, ref, patch):
        case = self.world.cases[ref]
        by = data.draw(st.sampled_from([case.applicant, case.applicant, "officer.palu", "head.palu"]))
        self.attempt(by, ref, ChangeFacts(facts=merge(case.facts, patch)))

    @rule(data=st.data(), ref=refs, met=st.booleans())
    def somebody_ticks(self, data, ref, met):
        answers = {"members_met": met, "not_yet_served": True}
        self.attempt(self.somebody(data, ref), ref, AnswerChecklist(answers=answers))

    @rule(data=st.data(), ref=refs, to=st.sampled_from(["group_leader", "city_officer", "province_coord"]))
    def somebody_asks(self, data, ref, to):
        self.attempt(self.somebody(data, ref), ref, OpenInquiry(to=to, question="Mengapa?"))

    @rule(data=st.data(), ref=refs)
    def somebody_answers(self, data, ref):
        case = self.world.cases[ref]
        for inquiry in case.inquiries:
            if inquiry.status == "open":
                by = data.draw(st.sampled_from([case.applicant, "officer.palu", "coord.sulteng"]))
                self.attempt(by, ref, AnswerInquiry(number=inquiry.number, answer="Karena"))

    @rule(data=st.data(), ref=refs)
    def somebody_takes_it_from_the_queue(self, data, ref):
        self.attempt(data.draw(st.sampled_from(["system", "system", "leader.palu"])), ref, Promote())

    @rule(places=st.integers(0, 3), city=st.sampled_from(["72.71", "72.10"]))
    def places_are_set(self, places, city):
        self.world.quotas[city, 2026] = places

    @rule(days=st.integers(1, 9))
    def time_passes(self, days):
        self.world.later(days=days)

    @rule(ref=refs, what=st.sampled_from(["warn", "pass", "lapse"]), inquiry=st.none() | st.integers(1, 3))
    def the_engine_looks_at_the_clock(self, ref, what, inquiry):
        self.attempt("system", ref, MindDeadline(what=what, inquiry=inquiry))

    @precondition(lambda self: len({a.person for a in self.world.directory.all if a.role == "ministry_panel"}) > 2)
    @rule(person=st.sampled_from([f"panel{n}" for n in range(1, 8)]))
    def a_seat_falls_vacant(self, person):
        self.world.directory.end(person)

    @rule(n=st.integers(1, 8))
    def somebody_is_appointed(self, n):
        if not self.world.directory.appointments(f"panel{n}"):
            self.world.directory.appoint(f"panel{n}", "ministry_panel", "ministry", since=date(2026, 1, 1))

    # --- laws -------------------------------------------------------------------------------------------------------

    @invariant()
    def the_same_history_is_the_same_state(self):
        for ref, case in self.world.cases.items():
            assert self.world.replayed(ref) == case

    @invariant()
    def no_panel_goes_past_its_quorum(self):
        panel = self.world.definition.actions["approve"].panel
        for case in self.world.cases.values():
            votes = [v for v in case.votes if not v.void]
            assert len({v.person for v in votes}) == len({v.seat for v in votes}) == len(votes)
            assert sum(v.vote == "approve" for v in votes) < panel.quorum
            assert len(case.seats) <= panel.seats
            assert case.state != "ministry" or len(case.seats) >= panel.quorum

    @invariant()
    def claims_are_held_once_and_by_no_ended_case_that_does_not_keep_them(self):
        held = [
            key
            for case in self.world.cases.values()
            for name, keys in case.held.items()
            if name not in case.counters
            for key in keys
        ]
        assert len(held) == len(set(held)) == len(self.world.claims)
        for case in self.world.cases.values():
            if case.ended:
                assert set(case.held) <= set(self.world.definition.states[case.state].keeps)
            places = [key for name in case.counters for key in case.held[name]]
            assert all(self.world.places[key] >= 1 for key in places)
        for key, used in self.world.places.items():
            assert used == sum(key in keys for case in self.world.cases.values() for keys in case.held.values())

    @invariant()
    def who_waits_has_a_turn_and_no_place_and_nobody_else_has(self):
        for ref, case in self.world.cases.items():
            queue = self.world.definition.states[case.state].queue
            assert (case.turn is None) == (queue is None)
            turns = [key for key, refs in self.world.queues.items() for one in refs if one == ref]
            assert turns == ([case.turn.key] if case.turn else [])
            assert case.turn is None or "city_quota" not in case.held

    @invariant()
    def nobody_did_both_of_what_is_kept_apart(self):
        for case in self.world.cases.values():
            for separation in self.world.definition.separation:
                one, other = (set(case.done_by.get(action, ())) for action in separation.actions)
                assert not one & other

    @invariant()
    def a_clock_runs_or_is_stopped_by_an_open_inquiry(self):
        for case in self.world.cases.values():
            assert (case.stopped_days_left is None) or any(i.status == "open" for i in case.inquiries)
            clock = self.world.definition.states[case.state].clock
            assert (clock is None) == (case.due is None and case.stopped_days_left is None)


AnyHistory.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
TestAnyHistory = AnyHistory.TestCase


# --- folding without a definition -----------------------------------------------------------------------------------


def test_evolve_knows_nothing_of_definitions():
    tree = ast.parse(Path(evolving.__file__).read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any("definition" in module or "decide" in module for module in imported)


def test_a_stored_history_folds_with_nothing_but_itself():
    story = Story().given(graduated())
    events = []
    for event in story.world.histories["TKM-1"]:
        body = msgspec.json.decode(msgspec.json.encode(event.body), type=CaseEvent)
        events.append(msgspec.structs.replace(event, body=body))
    assert fold(events) == story.case
