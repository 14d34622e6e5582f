"""Programmes in a real log: versions that follow, places with their basis, definitions found by hash."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from tests.registry.definitions import definition
from tests.registry.store import log_on
from workflow.definition_files import BadDefinition, read_published
from workflow.domain.events import Recorded
from workflow.domain.publishing import SetIntake, SetQuota
from workflow.domain.refusal import Refused
from workflow.domain.registry import (
    INDEX_STREAM,
    DefinitionPublished,
    Programme,
    ProgrammeListed,
    fold,
    programme_stream,
)
from workflow.registry import NoSuchDefinition, RegistryApp
from workflow.store.log import CommandKey, Log, Write
from workflow.streams import KeyReused

BASIS = "Kepmen Uji 1/2026"


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with log_on(database_url) as opened:
        yield opened


@pytest.fixture
def registry(log: Log) -> RegistryApp:
    return RegistryApp(log)


def places(region: str = "72.71", year: int = 2026, places: int = 50, basis: str = BASIS) -> SetQuota:
    return SetQuota(region=region, year=year, places=places, legal_basis=basis)


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {refusal.code for refusal in refused.value.refusals}


def test_a_published_definition_is_found_by_its_hash_in_another_process(registry: RegistryApp, log: Log) -> None:
    registry.publish(definition(1), "v1.yaml", {}, by="operator")
    elsewhere = RegistryApp(log)
    programme = elsewhere.current("uji")
    assert programme is not None
    assert programme.current_hash is not None
    found = elsewhere.definition(programme.current_hash)
    assert (found.id, found.version, found.hash) == ("uji", 1, programme.current_hash)
    assert elsewhere.source(programme.current_hash) == definition(1)
    assert elsewhere.definition(programme.current_hash) is found, "read once, kept"


def test_an_unknown_hash_or_programme_is_not_made_up(registry: RegistryApp) -> None:
    registry.publish(definition(1), "v1.yaml", {}, by="operator")
    with pytest.raises(NoSuchDefinition):
        registry.definition("0" * 64)
    for name in ("nothing", "", "uji\x00", "../directory", "a" * 300, "\ud800"):
        assert registry.current(name) is None
        assert registry.cached(name) is None


def test_versions_follow_each_other_and_the_old_ones_stay(registry: RegistryApp) -> None:
    registry.publish(definition(1), "v1.yaml", {}, by="operator")
    registry.publish(definition(2, title="Tutup"), "v2.yaml", {}, by="operator")
    programme = registry.current("uji")
    assert programme is not None
    assert programme.current == 2
    assert [registry.definition(hash).version for hash in programme.versions.values()] == [1, 2]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (definition(1, title="Lain"), "version.taken"),
        (definition(3), "version.next"),
        (definition(2, supersedes=0), "version.supersedes"),
    ],
)
def test_a_version_that_does_not_follow_is_refused(registry: RegistryApp, source: str, code: str) -> None:
    registry.publish(definition(1), "v1.yaml", {}, by="operator")
    with pytest.raises(Refused) as refused:
        registry.publish(source, "next.yaml", {}, by="operator")
    assert codes(refused) == {code}


def test_the_first_version_is_number_one_and_a_refused_one_lists_nothing(registry: RegistryApp) -> None:
    with pytest.raises(Refused) as refused:
        registry.publish(definition(2), "v2.yaml", {}, by="operator")
    assert codes(refused) == {"version.next"}
    assert registry.programmes() == ()


def test_the_same_content_again_changes_nothing(registry: RegistryApp, log: Log) -> None:
    registry.publish(definition(1), "v1.yaml", {}, by="operator")
    head = log.head()
    again = registry.publish("# the same, with a remark\n" + definition(1), "copy.yaml", {}, by="operator")
    assert not again.changed
    assert log.head() == head


def test_a_definition_that_does_not_hold_is_refused_with_its_findings(registry: RegistryApp) -> None:
    with pytest.raises(BadDefinition) as bad:
        registry.publish(definition(1).replace("to: done", "to: dome"), "v1.yaml", {}, by="operator")
    assert any(finding.file == "v1.yaml" and finding.line > 1 for finding in bad.value.findings)
    assert registry.programmes() == ()


def test_a_schema_that_cannot_check_facts_is_refused_when_it_is_published(registry: RegistryApp) -> None:
    source = definition(1).replace("'^[0-9]{2}\\.[0-9]{2}$'", "'^(?a:[0-9]{2})$'")
    with pytest.raises(BadDefinition) as bad:
        registry.publish(source, "v1.yaml", {}, by="operator")
    (finding,) = bad.value.findings
    assert (finding.line, finding.rule) == (source[: source.index("schema:")].count("\n") + 1, "schema")
    assert "(?a:[0-9]{2})" in finding.message
    assert registry.programmes() == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("states:", "states:\n  lost: {phase: nowhere}"),
        ("by: [clerk]", "by: [nobody]"),
        ("type: string, pattern", "type: string, format: colour, pattern"),
    ],
    ids=["a state that nothing leads to", "a role that is not there", "a format that is not known"],
)
def test_what_was_published_under_laxer_checks_stays_readable(
    registry: RegistryApp, log: Log, old: str, new: str
) -> None:
    source = definition(1).replace(old, new)
    with pytest.raises(BadDefinition):
        registry.publish(source, "v1.yaml", {}, by="operator")
    name = read_published(source, "v1.yaml").hash
    body = DefinitionPublished(programme="uji", version=1, hash=name, source=source)
    for stream, event in ((INDEX_STREAM, ProgrammeListed(programme="uji")), (programme_stream("uji"), body)):
        log.append(
            Write(events=(Recorded(stream=stream, version=1, at=datetime.now(UTC), actor="operator", body=event),))
        )

    found = RegistryApp(log).definition(name)

    assert (found.hash, found.start, list(found.actions)) == (name, "draft", ["finish"])


def test_a_definition_goes_under_its_own_programme_only(registry: RegistryApp) -> None:
    with pytest.raises(Refused) as refused:
        registry.publish(definition(1), "v1.yaml", {}, by="operator", programme="lain")
    assert codes(refused) == {"programme.other"}


def test_programmes_are_listed_in_order_of_first_publication(registry: RegistryApp, log: Log) -> None:
    for name in ("zeta", "alfa"):
        registry.publish(definition(1, id=name), "v1.yaml", {}, by="operator")
    assert [programme.programme for programme in RegistryApp(log).programmes()] == ["zeta", "alfa"]


def test_places_are_kept_with_their_basis_and_history(registry: RegistryApp) -> None:
    registry.publish(definition(1), "v1.yaml", {}, by="operator")
    registry.set_quota("uji", places(), by="operator")
    registry.set_quota("uji", places(places=40, basis="Kepmen Uji 2/2026"), by="operator")
    programme = registry.current("uji")
    assert programme is not None
    assert programme.places("72.71", 2026) == 40
    assert programme.places("72.71", 2027) is None
    assert [(q.places, q.legal_basis) for q in programme.quotas["72.71", 2026]] == [
        (50, BASIS),
        (40, "Kepmen Uji 2/2026"),
    ]


def test_every_reason_against_places_is_given_at_once(registry: RegistryApp) -> None:
    registry.publish(definition(1), "v1.yaml", {}, by="operator")
    with pytest.raises(Refused) as refused:
        registry.set_quota("uji", places("7271", 26, -1, ""), by="operator")
    assert codes(refused) == {"region.code", "quota.year", "quota.places", "legal_basis.missing"}
    with pytest.raises(Refused) as refused:
        registry.set_quota("nothing", places(), by="operator")
    assert codes(refused) == {"programme.unknown"}


def intake(region: str = "72", year: int = 2026, opens: str = "2026-03-01", closes: str = "2026-04-30") -> SetIntake:
    days = {"opens": date.fromisoformat(opens), "closes": date.fromisoformat(closes)}
    return SetIntake(region=region, year=year, legal_basis=BASIS, **days)


def test_an_intake_holds_for_a_region_and_those_in_it_that_have_none_of_their_own(registry: RegistryApp) -> None:
    registry.publish(definition(1), "v1.yaml", {}, by="operator")
    registry.set_intake("uji", intake(""), by="operator")
    registry.set_intake("uji", intake("72", closes="2026-06-30"), by="operator")
    registry.set_intake("uji", intake("72.71", closes="2026-05-31"), by="operator")
    registry.set_intake("uji", intake("72.71", closes="2026-07-31"), by="operator")
    programme = registry.current("uji")
    assert programme is not None
    found = {code: programme.window(code, 2026) for code in ("72.71.06", "72.71", "72.10.01", "72", "73.01", "7")}
    assert {code: one.closes.isoformat() for code, one in found.items() if one} == {
        "72.71.06": "2026-07-31",
        "72.71": "2026-07-31",
        "72.10.01": "2026-06-30",
        "72": "2026-06-30",
        "73.01": "2026-04-30",
        "7": "2026-04-30",
    }
    assert programme.window("72.71", 2027) is None, "another year has its own"
    assert [registry.set_intake("uji", intake(""), by="operator").changed, programme.version] == [False, 5]


def test_every_reason_against_an_intake_is_given_at_once(registry: RegistryApp) -> None:
    registry.publish(definition(1), "v1.yaml", {}, by="operator")
    with pytest.raises(Refused) as refused:
        registry.set_intake("uji", intake("72.71.06", 1999, "2026-04-30", "2026-03-01"), by="operator")
    assert codes(refused) == {"region.code", "quota.year", "intake.order", "intake.year"}
    assert {one.pointer for one in refused.value.refusals} == {"/region", "/year", "/closes", "/opens"}
    with pytest.raises(Refused) as refused:
        registry.set_intake("nothing", intake(), by="operator")
    assert codes(refused) == {"programme.unknown"}


def test_a_key_answers_the_same_again_and_never_for_another_request(registry: RegistryApp, log: Log) -> None:
    registry.publish(definition(1), "v1.yaml", {}, by="operator")
    key = CommandKey(actor="operator", key="k1", request="a")
    first = registry.set_quota("uji", places(), by="operator", command=key)
    head = log.head()
    again = registry.set_quota("uji", places(places=7), by="operator", command=key)
    assert (again.position, again.repeated, log.head()) == (first.position, True, head)
    with pytest.raises(KeyReused):
        registry.set_quota("uji", places(), by="operator", command=CommandKey(actor="operator", key="k1", request="b"))


def test_a_cached_programme_is_read_forward_when_asked_for_the_present(registry: RegistryApp, log: Log) -> None:
    registry.publish(definition(1), "v1.yaml", {}, by="operator")
    elsewhere = RegistryApp(log)
    before = elsewhere.current("uji")
    registry.set_quota("uji", places(), by="operator")
    assert elsewhere.cached("uji") is before
    after = elsewhere.current("uji")
    assert after is not None
    assert after.places("72.71", 2026) == 50
    assert elsewhere.cached("uji") is after


def test_many_publish_the_same_version_at_once_and_one_wins(database_url: str) -> None:
    with log_on(database_url) as log:

        def publish(number: int) -> str:
            try:
                RegistryApp(log).publish(definition(1, title=f"Cara {number}"), "v1.yaml", {}, by="operator")
            except Refused as refused:
                return refused.refusals[0].code
            return "published"

        with ThreadPoolExecutor(6) as threads:
            results = list(threads.map(publish, range(6)))
        assert sorted(results) == ["published", *["version.taken"] * 5]
        assert [programme.programme for programme in RegistryApp(log).programmes()] == ["uji"]


def test_places_set_by_many_at_once_are_all_there(database_url: str) -> None:
    with log_on(database_url) as log:
        registry = RegistryApp(log)
        registry.publish(definition(1), "v1.yaml", {}, by="operator")
        years = range(2026, 2029)
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(lambda year: registry.set_quota("uji", places(year=year), by="operator"), years))
        programme = registry.current("uji")
        assert programme is not None
        assert [programme.places("72.71", year) for year in years] == [50, 50, 50]
        stored = log.read(programme_stream("uji"))
        assert [event.version for event in stored] == [1, 2, 3, 4]
        assert fold(stored, Programme(programme="uji")) == programme
