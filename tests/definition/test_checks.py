"""Each static check finds the definition that breaks it, in the line where it is broken."""

import shutil

import pytest

from tests.definition.paper import FILE, TEXT, assert_found, findings, patched
from workflow.definition_files import check_file

DANGLING = [
    ("start: draft", "start: drafd", "start: drafd", "state `drafd`; did you mean `draft`?"),
    (
        "  by: [group_leader, city_officer]\n  in: [draft]",
        "  by: [leader]\n  in: [draft]",
        "by: [leader]",
        "role `leader`",
    ),
    ("  in: [draft]\n", "  in: [draught]\n", "in: [draught]", "`draft`?"),
    ("draft_requires: [region]", "draft_requires: [regoin]", "draft_requires: [regoin]", "`region`?"),
    ("keeps: [one_programme_per_person,", "keeps: [one_program_per_person,", "keeps:", "claim"),
    ("{escalate: province_head}", "{escalate: provinz_head}", "{escalate: provinz_head}", "role"),
    (
        "{to: lapsed, event: ProposalLapsed}}\n  waiting",
        "{to: lost, event: ProposalLapsed}}\n  waiting",
        "to: lost",
        "state",
    ),
    ("{for: city_quota, then: submit,", "{for: city_qota, then: submit,", "city_qota", "claim"),
    ("{for: city_quota, then: submit,", "{for: city_quota, then: submitt,", "submitt", "action"),
    ("else: {to: draft, event: Wait", "else: {to: daft, event: Wait", "daft", "state"),
    ("    from: [refused]", "    from: [refusd]", "from: [refusd]", "`refused`?"),
    ("    from: [upheld]\n    to: appeal", "    from: [upheld]\n    to: appael", "to: appael", "`appeal`?"),
    ("ministry: [ministry_head]}", "ministry: [ministry_haed]}", "ministry_haed", "`ministry_head`?"),
    ("    documents: [member_change]", "    documents: [members_change]", "members_change", "document"),
    ("    checklist: city_review", "    checklist: city_revue", "city_revue", "checklist"),
    ("    claims: [one_programme_per_person]", "    claims: [one_person]", "[one_person]", "claim"),
    ("    letter: annulment", "    letter: anulment", "anulment", "letter"),
    ("    assigns: mentor", "    assigns: mentr", "mentr", "role"),
    ("    amends: [facts.members]", "    amends: [facts.membres]", "membres", "`members`?"),
    ("    amends: [facts.members]", "    amends: [facts.members.nik]", "members.nik", "no field"),
    ("    amends: [facts.members]", "    amends: [documents.proposal]", "amends: [doc", "`amends` names facts"),
    ("{role: ministry_panel, seats", "{role: panel, seats", "{role: panel", "role"),
    ("on_refusal: refuse}", "on_refusal: refus}", "refus}", "action"),
    ("never_both: [agree, approve]", "never_both: [agree, aprove]", "aprove", "`approve`?"),
    ("  agree:     {unless", "  agre:     {unless", "agre:", "action"),
    ("[facts.plan, facts.sector,", "[facts.plan, facts.secter,", "secter", "`sector`?"),
    ("documents.domicile]}", "documents.domizile]}", "domizile", "`domicile`?"),
    ("at: [submit, replace_member],", "at: [submit, replace_membr],", "replace_membr", "action"),
    ("else: {to: waiting, event", "else: {to: waitin, event", "waitin,", "state"),
    ("else: {role: ministry_head}}", "else: {role: ministry}}", "else: {role: ministry}", "role"),
    ("  to: [group_leader, city_officer, province_coord]", "  to: [leader]", "to: [leader]", "role"),
    ("  in: [city_review, coordination, ministry]", "  in: [city]", "in: [city]", "state"),
    ("{event: MentorAssigned, ", "{event: MentorAsigned, ", "MentorAsigned", "`MentorAssigned`?"),
    ("to: [handlers, escalation],", "to: [handler, escalation],", "[handler,", "`handlers`?"),
    ("Passed,      to: [handlers, escalation]", "Passed,      to: [asker]", "to: [asker]", "about no inquiry"),
]


@pytest.mark.parametrize(("old", "new", "at", "says"), DANGLING)
def test_a_name_that_stands_for_nothing(old, new, at, says):
    assert_found(patched((old, new)), "unknown-name", at, says)


LIMBO = "  limbo: {phase: review, clock: {due: 5, unit: working, then: {escalate: city_head}}}\nstart: draft"


def test_a_state_that_no_way_leads_to():
    text = patched(("start: draft", LIMBO.replace("{escalate: city_head}", "{to: lapsed, event: Gone}")))
    assert_found(text, "unreachable", "  limbo:", "no way leads from `draft` to `limbo`")


def test_a_state_from_which_no_way_leads_to_an_end():
    text = patched(
        ("start: draft", LIMBO),
        ("    from: [mentoring]\n    to: annulled", "    from: [mentoring]\n    to: limbo"),
    )
    assert_found(text, "no-end", "  limbo:", "`end: true`")


def test_a_state_in_which_nothing_ever_happens():
    text = patched(
        ("start: draft", "  limbo: {phase: review}\nstart: draft"),
        ("    from: [mentoring]\n    to: annulled", "    from: [mentoring]\n    to: limbo"),
    )
    assert_found(text, "stuck", "  limbo:", "nobody can act and no clock runs")


ONE_LINE = [
    ("end", "    from: [refused]", "    from: [refused, lapsed]", "from: [refused, lapsed]", "`lapsed` is an end"),
    (
        "end",
        "en: Lapsed}\n",
        "en: Lapsed}\n    clock: {due: 5, unit: working, then: {to: draft, event: Gone}}\n",
        "  lapsed:",
        "clock",
    ),
    ("keeps", "en: Appeal}\n", "en: Appeal}\n    keeps: [city_quota]\n", "keeps: [city_quota]", "only an end"),
    (
        "clock",
        "{to: lapsed, event: ProposalLapsed}}\n  waiting",
        "{to: draft, event: ProposalLapsed}}\n  waiting",
        "{to: draft, event: ProposalLapsed}",
        "ends nothing",
    ),
    (
        "escalation",
        "{escalate: mentor_lead}",
        "{escalate: group_leader}",
        "{escalate: group_leader}",
        "cannot act in `mentoring`",
    ),
    ("quorum", "seats: 5, quorum: 3", "seats: 2, quorum: 3", "seats: 2", "2 seats never reach a quorum of 3"),
    (
        "refusal-action",
        "    from: [ministry]\n    to: refused\n    by: [system]",
        "    from: [ministry]\n    to: refused\n    by: [system]\n    once: true",
        "once: true\n    letter: refusal",
        "no once",
    ),
    (
        "refusal-action",
        "    from: [ministry]\n    to: refused\n    by: [system]",
        "    from: [ministry]\n    to: refused\n    by: [system]\n    documents: [coordination]",
        "documents: [coordination]\n    letter",
        "no documents",
    ),
    (
        "refusal-action",
        "    from: [ministry]\n    to: refused\n    by: [system]",
        "    from: [ministry]\n    to: refused\n    by: [system]\n    claims: [city_quota]",
        "claims: [city_quota]\n    letter",
        "no claims",
    ),
    (
        "refusal-action",
        "    from: [ministry]\n    to: refused\n    by: [system]",
        "    from: [ministry]\n    to: refused\n    by: [minister]",
        "on_refusal: refuse",
        "by: [system]",
    ),
    (
        "refusal-action",
        "    from: [ministry]\n    to: refused\n    by: [system]",
        "    from: [coordination]\n    to: refused\n    by: [system]",
        "on_refusal: refuse",
        "where the panel sits",
    ),
    (
        "system",
        "    to: annulled\n    by: [ministry_head]",
        "    to: annulled\n    by: [system]",
        "by: [system]\n    reason: required\n    letter: ann",
        "nothing takes",
    ),
    (
        "system",
        "    to: annulled\n    by: [ministry_head]",
        "    to: annulled\n    by: [system, minister]",
        "by: [system, minister]",
        "nobody else's",
    ),
    (
        "signature",
        "signed_by: actor, else: {role: ministry_head}}",
        "signed_by: actor}",
        "letter: refusal\n  object",
        "cannot sign",
    ),
    (
        "panel",
        "    from: [ministry]\n    to: mentoring",
        "    from: [ministry]\n    to: ministry",
        "to: ministry\n    letter",
        "leads out",
    ),
    ("panel", "{role: ministry_panel, seats", "{role: group_leader, seats", "{role: group_leader, seats", "applicants"),
    (
        "returns",
        "    from: [city_review, coordination, ministry]\n    to: draft",
        "    from: [city_review, coordination, ministry]\n    to: city_review",
        "returns: true",
        "another state",
    ),
    ("carry", "  agree:     {unless", "  approve:     {unless", "  approve:     {", "votes never carry"),
    ("carry", "  agree:     {unless", "  send_back:     {unless", "  send_back:     {", "is a return"),
    ("carry", "  agree:     {unless", "  verify_site:     {unless", "  verify_site:     {", "does not leave"),
    ("carry", "  agree:     {unless", "  decline:     {unless", "  recommend: {unless", "already"),
    (
        "queue",
        "else: {to: draft, event: WaitingListRefused}",
        "else: {to: refused, event: WaitingListRefused}",
        "claims: [one_programme_per_person, city_quota]",
        "claim it only there",
    ),
    ("queue", "{for: city_quota, then: submit,", "{for: city_quota, then: withdraw,", "queue: {for", "does not claim"),
    (
        "queue",
        "else: {to: waiting, event: GroupWaitlisted}",
        "else: {to: refused, event: GroupWaitlisted}",
        "else: {to: refused, event: GroupW",
        "has no queue",
    ),
    (
        "queue",
        "    documents: [proposal, domicile]\n",
        "    documents: [proposal, site_report]\n",
        "documents: [proposal, site",
        "renew",
    ),
    (
        "queue",
        "    claims: [one_programme_per_person, city_quota]\n",
        "    checklist: city_review\n    claims: [one_programme_per_person, city_quota]\n",
        "checklist: city_review\n    claims",
        "end with their round",
    ),
    (
        "queue",
        "'facts.plan.tools * 10 >= (facts.plan.tools + facts.plan.materials) * 6'",
        "'counts.submit == 0'",
        "tools_share: {if: 'counts.submit",
        "counts.submit",
    ),
    (
        "queue",
        "  in: [city_review, coordination, ministry]",
        "  in: [city_review, waiting]",
        "waiting]",
        "waits for its turn",
    ),
    (
        "separation",
        "never_both: [submit, verify_site]",
        "never_both: [submit, object]",
        "[submit, object]",
        "nobody is left",
    ),
    ("separation", "never_both: [submit, verify_site]", "never_both: [submit, refuse]", "[submit, refuse]", "engine's"),
    ("repeated", "never_both: [agree, approve]", "never_both: [agree, recommend]", "[agree, recommend]", "already"),
    ("type", "never_both: [agree, approve]", "never_both: [agree]", "never_both: [agree]", "two actions"),
    ("assigns", "    assigns: mentor\n", "    assigns: group_leader\n", "assigns: group_leader", "not assigned"),
    ("assigns", "    assigns: mentor\n", "    assigns: auditor\n", "assigns: auditor", "acts nowhere"),
    (
        "inquiry",
        "  in: [city_review, coordination, ministry]",
        "  in: [city_review, lapsed]",
        "in: [city_review, lapsed]",
        "an end",
    ),
    (
        "inquiry",
        "  to: [group_leader, city_officer, province_coord]",
        "  to: [city_head]",
        "  by: [city_officer, city_head, province_coord, m",
        "only ask itself",
    ),
    ("region", "draft_requires: [region]", "draft_requires: []", "draft_requires: []", "must name `region`"),
    (
        "document",
        "types: [application/pdf], renew: round}\n  recommendation",
        "types: [application/pdf], renew: round, in: [draft]}\n  recommendation",
        "documents: [site_report]\n",
        "supplied anew",
    ),
    ("name", "    event: SiteVerified", "    event: VoteCast", "event: VoteCast", "kind of event of the log"),
    (
        "name",
        "  auditor:        {",
        "  handlers: {level: nation}\n  auditor:        {",
        "handlers: {",
        "meaning of its own",
    ),
    ("dimension", "min: 17, max: 55", "min: 57, max: 55", "min: 57", "nobody would fit"),
    ("dimension", "min: 17, max: 55,", "", "age:     {", "one kind of bounds"),
    ("missing-key", "    by: [mentor_lead]\n", "", "  assign_mentor:", "either `by` or `panel`"),
    ("missing-key", "ministry: [ministry_head]}", "}", "by: {city_review: [city_officer, city_head], ", "`ministry`"),
]


@pytest.mark.parametrize(("rule", "old", "new", "at", "says"), ONE_LINE)
def test_the_rule_finds_what_breaks_it(rule, old, new, at, says):
    assert_found(patched((old, new)), rule, at, says)


@pytest.mark.parametrize(
    ("rule", "at", "says"),
    [
        ("applicant-clock", "  upheld:", "while claims are held"),
        ("escalation", "{escalate: minister}}\n  appeal", "cannot act"),
    ],
)
def test_a_wait_for_the_applicant_that_nothing_ends(rule, at, says):
    told = "  - {event: AppealPeriodEnded,   to: [group_leader],               template: period_ended}\n"
    ended = ("then: {to: closed_refused, event: AppealPeriodEnded}", "then: {escalate: minister}")
    assert_found(patched(ended, (told, "")), rule, at, says)


def test_an_escalation_to_the_only_one_who_acts():
    text = patched(
        (
            "    by: [minister, ministry_head]\n    reason: required\n    letter: refusal",
            "    by: [ministry_head]\n    reason: required\n    letter: refusal",
        ),
        ("    to: mentoring\n    by: [minister, ministry_head]", "    to: mentoring\n    by: [ministry_head]"),
        ("    from: [objection, appeal]", "    from: [objection]"),
    )
    assert_found(text, "escalation", "{escalate: ministry_head}}\n  completed", "a vacant post would stop the case")


def test_a_city_role_needs_a_region_in_the_facts():
    region = next(line for line in TEXT.splitlines(keepends=True) if line.startswith("      region:    {"))
    text = patched(
        (region, ""),
        ("draft_requires: [region]", "draft_requires: [group]"),
        ("required: [group, region,", "required: [group,"),
    )
    assert "region" in {finding.rule for finding in findings(text)}


def test_what_is_defined_and_unused_is_a_warning_and_no_error(tmp_path):
    shutil.copytree(FILE.parent, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "v.yaml"
    file.write_text(
        patched(("    letter: annulment\n", ""), ("  auditor:        {level: any, reads: all", "  guest: {level: any"))
    )
    definition, found = check_file(file)
    assert definition is not None
    assert [(f.rule, f.severity) for f in found] == [("unused", "warning")] * 2
