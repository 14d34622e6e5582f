"""Objection and appeal, as UU 30/2014 knows them: who may still say no, how often, and what is left afterwards."""

from tests.domain.story import Story, take, turned_down

OBJECTS = take("object", "leader.palu", reason="Kami keberatan sekali")
DISMISSED = take("dismiss_objection", "head.ministry", reason="Keberatan tidak beralasan")
APPEALS = take("appeal", "leader.palu", reason="Kami naik banding")


def dismissed() -> Story:
    return Story().given(turned_down(), OBJECTS, DISMISSED)


def test_a_dismissed_objection_is_upheld_and_its_letter_signed_by_who_dismissed_it():
    story = dismissed()
    assert story.state == "upheld"
    assert (story.case.letters[-1].name, story.case.letters[-1].signed_by) == ("refusal", "head.ministry")
    assert story.world.claims


def test_an_appeal_that_is_granted_leads_to_mentoring():
    story = dismissed().given(APPEALS)
    story.when(take("decide_appeal", "minister", reason="Banding diterima seluruhnya")).then("AppealGranted")
    assert story.state == "mentoring"


def test_an_appeal_that_is_dismissed_ends_the_case_and_frees_what_it_held():
    story = dismissed().given(APPEALS)
    story.when(take("dismiss_appeal", "minister", reason="Banding tidak beralasan")).then("AppealDismissed")
    assert story.state == "closed_refused"
    assert story.case.ended
    assert not story.case.held


def test_nobody_appeals_before_the_objection_is_dismissed():
    Story().given(turned_down()).when(APPEALS).then_refused("state")


def test_only_the_applicant_appeals():
    dismissed().when(take("appeal", "officer.palu", reason="Kami naik banding")).then_refused("applicant")


def test_an_appeal_wants_its_reason():
    dismissed().when(take("appeal", "leader.palu", reason="pendek")).then_refused("reason")


def test_the_appeal_is_lodged_once_in_the_whole_history():
    story = dismissed().given(
        APPEALS,
        take("reopen", "minister", reason="Dibuka kembali oleh menteri"),
        take("decline", "head.palu", reason="Tetap ditolak oleh kota"),
    )
    assert story.state == "refused"
    story.when(OBJECTS).then_refused("once")
    story.when(APPEALS).then_refused("state", "once")
