"""Laws that hold however groups' cases and the alignments that bind them come one after another."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.alignments.aligned_world import AlignedWorld
from tests.alignments.paper import alignment, terms
from tests.domain.world import facts, members
from workflow.domain.alignments import AlignmentChanged
from workflow.domain.commands import AnswerChecklist, AttachDocument, OpenCase, Realign, Rebind, TakeAction
from workflow.domain.events import ActionTaken, VoteCast
from workflow.domain.evolve import evolve
from workflow.domain.merge import merge
from workflow.domain.rebound import CaseRebound
from workflow.domain.refusal import Refused, Unchanged
from workflow.domain.signing import terms_of

REASON = "Alasan yang cukup panjang"
GROUPS = ["TKM-1", "TKM-2", "TKM-3"]
PACTS = ["P-1", "P-2"]
OFFICIALS = ["head.palu", "officer.palu", "coord.sulteng", "head.sulteng", "head.ministry", "minister"]
DECIDED = {"mentoring", "completed", "annulled"}
"""Where a group's case is approved: the last decision of its path was taken."""
AMENDMENTS = [{"persons": {"rule": "cumulative"}}, {"persons": {"rule": "exclusive"}}, {"until": "2026-11-30"}]


class AnyHistory(RuleBasedStateMachine):
    @initialize(
        later=st.sampled_from(["keep", "rebind"]),
        binds_at=st.sampled_from(["recommend", "agree"]),
        far=st.tuples(*[st.integers(0, 4)] * len(GROUPS)),
        negotiated=st.integers(0, 4),
    )
    def world_begins(self, later, binds_at, far, negotiated):
        self.world, self.paper = AlignedWorld(), 0
        for number, ref in enumerate(GROUPS):
            people = members(first=1 + 20 * number)
            self.attempt("leader.palu", ref, OpenCase(ref=ref, facts=facts(members=people), tracking_code=ref))
        for ref in PACTS:
            own = terms({"running": {"binds_at": binds_at, "later": later}})
            whole = {"region": "72.71", "title": "Penyelarasan Uji", "terms": own}
            self.attempt("head.palu", ref, OpenCase(ref=ref, facts=whole, tracking_code=ref))
        for _ in range(negotiated):
            self.negotiate("P-1")
        for ref, steps in zip(GROUPS, far, strict=True):
            for _ in range(steps):
                self.go_on(ref)

    def attempt(self, by, ref, command):
        self.world.later(minutes=7)
        try:
            self.world.decide(by, ref, command)
        except (Refused, Unchanged):
            return

    def supply(self, by, ref, *kinds):
        for kind in kinds:
            self.paper += 1
            paper = AttachDocument(document=kind, sha256=f"{self.paper:064x}", type="application/pdf", size=1)
            self.attempt(by, ref, paper)

    def take(self, by, ref, action, **brought):
        self.attempt(by, ref, TakeAction(action=action, reason=REASON, **brought))

    # --- groups -----------------------------------------------------------------------------------------------------

    @rule(ref=st.sampled_from(GROUPS))
    def a_group_goes_on(self, ref):
        self.go_on(ref)

    def go_on(self, ref):
        case = self.world.cases[ref]
        match case.state:
            case "draft":
                self.supply("leader.palu", ref, "proposal", "domicile")
                self.take("leader.palu", ref, "submit")
            case "city_review":
                self.supply("officer.palu", ref, "site_report")
                self.take("officer.palu", ref, "verify_site")
                self.supply("head.palu", ref, "recommendation")
                answers = {"members_met": True, "not_yet_served": True}
                self.attempt("officer.palu", ref, AnswerChecklist(answers=answers))
                self.take("head.palu", ref, "recommend")
            case "coordination":
                self.supply("coord.sulteng", ref, "coordination")
                self.take("coord.sulteng", ref, "agree")
            case "ministry":
                voted = {vote.person for vote in case.votes if not vote.void}
                for person in [person for person in case.seats if person not in voted][:2]:
                    self.take(person, ref, "approve", vote="approve")
            case "mentoring":
                self.take("mentorlead", ref, "assign_mentor", assign="mentor1")

    @rule(ref=st.sampled_from(GROUPS), action=st.sampled_from(["send_back", "decline", "withdraw"]))
    def a_group_turns_aside(self, ref, action):
        for by in ("leader.palu", "head.palu", "coord.sulteng", "head.ministry"):
            self.take(by, ref, action)

    @rule(ref=st.sampled_from(GROUPS), by=st.sampled_from(OFFICIALS))
    def somebody_binds_a_group_anew(self, ref, by):
        self.attempt(by, ref, Rebind())

    @rule()
    def the_engine_brings_all_level(self):
        for ref in GROUPS:
            self.attempt("system", ref, Realign())
        for ref in GROUPS:
            case, known = self.world.cases[ref], self.world.alignments.known
            held = [known[one.alignment] for one in case.bound if known[one.alignment].standing == "suspended"]
            standing = {one.name for one in case.clock.standing}
            assert standing <= {f"suspension/{one.ref}" for one in held}
            if held and case.state not in DECIDED and not case.ended:
                # What had run out before the suspension is late, and stays so.
                assert case.due is None or case.due <= max(one.changed for one in held)

    # --- alignments -------------------------------------------------------------------------------------------------

    @rule(ref=st.sampled_from(PACTS))
    def an_alignment_goes_on(self, ref):
        self.negotiate(ref)

    def negotiate(self, ref):
        case = self.world.cases[ref]
        match case.state:
            case "draft":
                self.supply("head.palu", ref, "study", "legal_basis")
                self.take("head.palu", ref, "propose")
                self.supply("coord.sulteng", ref, "opinion")
                self.take("coord.sulteng", ref, "give_opinion")
                self.take("head.ministry", ref, "accept")
            case "agreed":
                self.take("head.ministry", ref, "put_in_force")
            case "in_force":
                self.supply("head.ministry", ref, "suspension")
                self.take("head.ministry", ref, "suspend")
            case "suspended":
                self.take("head.ministry", ref, "resume")
            case _:
                hash = terms_of(alignment(), case.facts).hash
                self.take("head.ministry", ref, "sign_a", terms=hash)
                self.take("head.palu", ref, "sign_b", terms=hash)

    @rule(ref=st.sampled_from(PACTS), by=st.sampled_from(OFFICIALS), data=st.data())
    def somebody_acts_on_an_alignment(self, ref, by, data):
        case = self.world.cases[ref]
        names = [action.name for action in alignment().actions.values() if case.state in action.from_]
        action = alignment().actions[data.draw(st.sampled_from(sorted(names) or ["end"]))]
        self.supply(by, ref, *action.documents)
        patch = data.draw(st.sampled_from(AMENDMENTS)) if action.amends else None
        hashes = [told.body.hash for told in self.world.told] + [terms_of(alignment(), case.facts).hash]
        self.take(
            by,
            ref,
            action.name,
            facts=merge(case.facts, {"terms": patch}) if patch else None,
            terms=data.draw(st.sampled_from(hashes)) if action.name.startswith("sign_") else None,
        )

    @rule(ref=st.sampled_from(PACTS), patch=st.sampled_from(AMENDMENTS))
    def the_parties_amend_it(self, ref, patch):
        case = self.world.cases[ref]
        if case.state == "in_force":
            whole = merge(case.facts, {"terms": patch})
            self.take("head.palu", ref, "propose_amendment", facts=whole)
            self.negotiate(ref)

    @rule(days=st.integers(1, 6))
    def time_passes(self, days):
        self.world.later(days=days)

    # --- laws -------------------------------------------------------------------------------------------------------

    def stood(self, ref: str, position: int) -> AlignmentChanged | None:
        """What an alignment was at a position."""
        told = [e.body for e in self.world.told if e.body.ref == ref and e.position < position]
        return told[-1] if told else None

    @invariant()
    def nothing_is_bound_to_terms_that_were_not_in_force_then(self):
        for ref in GROUPS:
            bound = ()
            for event in self.world.histories.get(ref, ()):
                body = event.body
                if isinstance(body, ActionTaken | CaseRebound) and body.binds:
                    for one in body.binds:
                        if one not in bound:
                            then = self.stood(one.alignment, event.position)
                            assert (then.standing, then.hash) == ("in_force", one.terms)
                            assert then.terms.since <= event.at.date() <= then.terms.until
                    bound = body.binds

    @invariant()
    def nobody_acts_on_a_case_that_waits_for_a_suspended_alignment(self):
        for ref in GROUPS:
            case = None
            for event in self.world.histories.get(ref, ()):
                body = event.body
                if isinstance(body, ActionTaken | VoteCast) and case.state not in DECIDED and event.actor != "system":
                    waits = [self.stood(one.alignment, event.position).standing for one in case.bound]
                    assert "suspended" not in waits or body.action == "withdraw"
                case = evolve(case, event)

    @invariant()
    def what_is_in_force_was_signed_by_both_and_is_the_only_one(self):
        running = [one for one in self.world.alignments.known.values() if one.standing in ("in_force", "suspended")]
        assert len(running) <= 1
        for one in running:
            signed = {
                event.body.action: event.office
                for event in self.world.histories[one.ref]
                if isinstance(event.body, ActionTaken) and event.body.terms == one.hash
            }
            assert signed == {"sign_a": "ministry", "sign_b": "dinas.palu"}

    @invariant()
    def the_same_history_is_the_same_state(self):
        for ref, case in self.world.cases.items():
            assert self.world.replayed(ref) == case


AnyHistory.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
TestAnyHistory = AnyHistory.TestCase
