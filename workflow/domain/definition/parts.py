"""Reads the smaller parts of a definition: calendar, roles, facts, documents, checklists, claims, letters."""

import re

from workflow.domain.definition.entries import EVENT, SLUG, Entry, spelled
from workflow.domain.definition.facts_schema import check_schema
from workflow.domain.definition.model import (
    CalendarRule,
    CarryRule,
    Checklist,
    ChecklistItem,
    ClaimRule,
    DocumentRule,
    FactsRule,
    InquiryRule,
    LetterRule,
    NoticeRule,
    Role,
    Separation,
    Supersedes,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONE = re.compile(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+)*")
COUNTRY = re.compile(r"[A-Z]{2}")
MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")
PATH = re.compile(r"(facts|documents)(\.[^.\s]+)+")
FIELD = re.compile(r"[^\s/~]+")
TEMPLATE = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*")


def read_supersedes(entry: Entry) -> Supersedes | None:
    if entry.node.value is None:
        return None
    found = entry.record("version running")
    version = found["version"].integer(1, 1_000_000) if "version" in found else 0
    running = found.get("running")
    if running is None or not running.is_map:
        if running is not None:
            running.choice("finish-on-old")
        return Supersedes(version=version)
    inner = running.record("migrate")
    migrate = {old: new.name() for old, new in inner["migrate"].named()} if "migrate" in inner else {}
    return Supersedes(version=version, migrate=migrate)


def read_calendar(entry: Entry) -> CalendarRule:
    found = entry.record("zone week", "holidays")
    week = found["week"].texts() if "week" in found else ()
    for day in week:
        if day not in DAYS:
            found["week"].error("type", f"`{day}` is no day; days are {', '.join(DAYS)}")
    country: str | None = None
    categories: tuple[str, ...] = ("public",)
    if "holidays" in found:
        holidays = found["holidays"].record("country", "categories")
        country = holidays["country"].text(COUNTRY) if "country" in holidays else None
        categories = holidays["categories"].texts() if "categories" in holidays else categories
    return CalendarRule(
        zone=found["zone"].text(ZONE) if "zone" in found else "",
        week=tuple(sorted(DAYS.index(day) for day in week if day in DAYS)),
        country=country,
        categories=categories if country else (),
    )


def read_role(name: str, entry: Entry) -> Role:
    found = entry.record("level", "title reads")
    level = found["level"].choice("applicant", "city", "province", "nation", "any") if "level" in found else "any"
    reads_all = "reads" in found and found["reads"].choice("all") == "all"
    title = found["title"].words() if "title" in found else None
    return Role(name=name, title=title, level=level, reads_all=reads_all)  # type: ignore[arg-type]


def read_facts(entry: Entry) -> FactsRule:
    found = entry.record("by in schema", "draft_requires")
    if "schema" in found:
        check_schema(found["schema"])
    return FactsRule(
        by=found["by"].texts() if "by" in found else (),
        in_=found["in"].texts() if "in" in found else (),
        draft_requires=found["draft_requires"].texts(FIELD, least=0) if "draft_requires" in found else (),
        schema=found["schema"].plain() if "schema" in found and found["schema"].is_map else {},
    )


def read_document(name: str, entry: Entry) -> DocumentRule:
    found = entry.record("title types", "many renew by in")
    return DocumentRule(
        name=name,
        title=found["title"].words() if "title" in found else spelled(name),
        types=found["types"].texts(MEDIA_TYPE) if "types" in found else (),
        many="many" in found and found["many"].truth(),
        renew_round="renew" in found and found["renew"].choice("round") == "round",
        by=found["by"].texts() if "by" in found else None,
        in_=found["in"].texts() if "in" in found else None,
    )


def read_checklist(name: str, entry: Entry) -> Checklist:
    found = entry.record("items", "by in")
    items = []
    for item in found["items"].items() if "items" in found else ():
        inner = item.record("key say")
        if "key" in inner and "say" in inner:
            items.append(ChecklistItem(key=inner["key"].name(), say=inner["say"].words()))
    keys = [item.key for item in items]
    for key in {key for key in keys if keys.count(key) > 1}:
        entry.error("repeated", f"checklist `{name}` has the key `{key}` twice")
    return Checklist(
        name=name,
        by=found["by"].texts() if "by" in found else None,
        in_=found["in"].texts() if "in" in found else None,
        items=tuple(items),
    )


def read_claim(name: str, entry: Entry) -> ClaimRule:
    counter = entry.is_map and "counter" in dict(entry.entries())
    found = entry.record(*(("counter limit say", "else") if counter else ("unique scope say", "else")))
    key = "counter" if counter else "unique"
    limit = found.get("limit")
    other = found["else"].record("to event") if "else" in found else {}
    return ClaimRule(
        name=name,
        kind="counter" if counter else "unique",
        key=found[key].text() if key in found else "",
        scope=found["scope"].text(SLUG) if "scope" in found else None,
        limit=None if limit is None else str(limit.node.value) if isinstance(limit.node.value, int) else limit.text(),
        else_to=other["to"].name() if "to" in other else None,
        else_event=other["event"].text(EVENT) if "event" in other else None,
        say=found["say"].words() if "say" in found else spelled(name),
    )


def read_letter(name: str, entry: Entry) -> LetterRule:
    found = entry.record("template signed_by", "else")
    signer = found.get("signed_by")
    return LetterRule(
        name=name,
        template=found["template"].text(TEMPLATE) if "template" in found else "",
        signed_by=(_signer(signer) if signer.is_map else signer.choice("actor")) if signer else "actor",
        else_=_signer(found["else"]) if "else" in found else None,
    )


def _signer(entry: Entry) -> str:
    found = entry.record("role")
    return f"role:{found['role'].name()}" if "role" in found else ""


def read_inquiry(entry: Entry) -> InquiryRule:
    found = entry.record("by in to answer_due max")
    lists = {key: found[key].texts() if key in found else () for key in ("by", "in", "to")}
    return InquiryRule(
        by=lists["by"],
        in_=lists["in"],
        to=lists["to"],
        answer_due=found["answer_due"].integer(1, 365) if "answer_due" in found else 1,
        max=found["max"].integer(1, 100) if "max" in found else 1,
    )


def read_separation(entry: Entry) -> Separation | None:
    found = entry.record("never_both say")
    names = found["never_both"].texts() if "never_both" in found else ()
    if "never_both" in found and len(names) != 2:
        found["never_both"].error("type", "`never_both` names two actions")
    say = found["say"].words() if "say" in found else None
    return Separation(actions=(names[0], names[1]), say=say) if len(names) == 2 and say else None


def read_carry(action: str, entry: Entry) -> CarryRule:
    found = entry.record("unless_changed")
    return CarryRule(
        action=action, unless_changed=found["unless_changed"].texts(PATH) if "unless_changed" in found else ()
    )


def read_notice(entry: Entry) -> NoticeRule:
    found = entry.record("event to template")
    return NoticeRule(
        event=found["event"].text(EVENT) if "event" in found else "",
        to=found["to"].texts() if "to" in found else (),
        template=found["template"].text(TEMPLATE) if "template" in found else "",
    )
