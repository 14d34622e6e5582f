"""The dossier: canonical JSON, and what changes it and what does not."""

import msgspec
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.story import Story, answer, approve, before_the_panel, inquire, proposed, supplied, ticked, verify
from tests.domain.world import facts, members, tkm
from workflow.domain.dossier import LARGEST, canonical, covered, dossier

names = st.text(st.characters(max_codepoint=127), max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
)


@given(values)
def test_our_canonical_json_is_that_of_rfc_8785(value):
    assert canonical(value) == rfc8785.dumps(value)


def seen(story: Story) -> str:
    return dossier(story.world.definition, story.case)


def test_documents_answers_and_replies_change_it():
    story = Story().given(proposed())
    found = [seen(story)]
    for step in (
        supplied("site_report", by="officer.palu"),
        ticked(),
        ticked(members_met=False),
        supplied("site_report", by="officer.palu"),
    ):
        found.append(seen(story.given(step)))
    story.given(inquire())
    assert seen(story) == found[-1]
    found.append(seen(story.given(answer())))
    assert len(set(found)) == len(found)


def test_votes_and_actions_that_stay_do_not():
    story = Story().given(before_the_panel())
    before = seen(story)
    assert seen(story.given(approve("panel1"))) == before
    other = Story().given(proposed(), supplied("site_report", by="officer.palu"))
    before = seen(other)
    assert seen(other.given(verify())) == before


def test_it_holds_after_stored_and_read_again():
    story = Story().given(before_the_panel(), approve("panel1"))
    case = msgspec.json.decode(msgspec.json.encode(story.case), type=type(story.case))
    assert case == story.case
    assert dossier(story.world.definition, case) == seen(story)


def test_every_decision_names_what_it_saw():
    story = Story().given(proposed(), supplied("site_report", by="officer.palu"))
    before = seen(story)
    story.when(verify())
    assert story.events[0].body.dossier == before


def test_a_list_of_persons_is_covered_as_a_set_and_other_lists_in_order():
    story = Story().given(proposed())
    case = story.case
    shuffled = msgspec.structs.replace(case, facts=facts(members=list(reversed(members()))))
    fewer = msgspec.structs.replace(case, facts=facts(members=members(9)))
    hashes = [covered(tkm(), c, "facts.members") for c in (case, shuffled, fewer)]
    assert hashes[0] == hashes[1] != hashes[2]
    assert covered(tkm(), case, "facts.plan") != covered(tkm(), case, "facts.plan.tools")
