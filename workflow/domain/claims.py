"""Claims: which keys a case holds, takes and lets go."""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from workflow.domain import sentences
from workflow.domain.case import Case
from workflow.domain.conditions import Asked
from workflow.domain.context import Context, Elsewhere
from workflow.domain.definition.guards import Missing
from workflow.domain.definition.model import ClaimRule
from workflow.domain.events import ClaimChange
from workflow.domain.persons import Obstacle, Persons, persons
from workflow.domain.refusal import Refusal
from workflow.domain.words import Text


class Reconciled(Struct, frozen=True, kw_only=True):
    """What an action's claims come to: the changes of keys, or why they cannot be had."""

    changes: tuple[ClaimChange, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    diverts: str | None = None
    """The claim for whose place the case has to wait in its queue; the changes then hold a turn in place of it."""


CANNOT_JUDGE = Text(
    "Kuncinya tidak dapat dihitung: ada nilai yang kurang", "Its key cannot be made: a value is missing"
)
NO_PLACES = Obstacle(
    how=Text(
        "Jumlah tempat untuk wilayah dan tahun ini belum ditetapkan; hubungi pengelola program",
        "No places were set for this region and year; ask the programme's agency",
    )
)


def reconcile(asked: Asked, case: Case, claims: Iterable[str], context: Context) -> Reconciled:
    """Keys already held are kept, new ones taken, dropped ones released as they are stored."""
    changes: list[ClaimChange] = []
    refusals: list[Refusal] = []
    diverts: str | None = None
    named = tuple(claims)
    terms = persons(asked.definition, str(asked.values["facts"].get("region", "")), context)
    spoken_for = {key for name, keys in case.held.items() if name not in named for key in keys}
    for name in named:
        rule = asked.definition.claims[name]
        held = case.held.get(name, ())
        if asked.erased(rule.key):
            refusals.append(sentences.erased(rule.say))
            continue
        keys = keys_of(asked, rule)
        if keys is None:
            refusals.append(sentences.refused_claim(rule, CANNOT_JUDGE))
            continue
        if spoken_for & set(keys) or any(n > 1 for n in Counter(keys).values()):
            refusals.append(sentences.key_twice(rule))
            continue
        spoken_for |= set(keys)
        new = tuple(key for key in keys if key not in held)
        limit = _limit(asked, rule, context) if new else None
        others = context.held_elsewhere(new) if rule.kind == "unique" and new else {}
        changes += [ClaimChange(claim=name, key=key, kind=rule.kind, taken=False) for key in held if key not in keys]
        how = _why_not(rule, case, new, limit, others, terms, context) if new else None
        if how is None:
            seen = {key: terms.seen(others, key) if rule.kind == "unique" else None for key in new}
            changes += [
                ClaimChange(claim=name, key=key, kind=rule.kind, taken=True, limit=limit, seen=seen[key]) for key in new
            ]
        elif rule.else_to is None or limit is None:
            refusals.append(sentences.refused_claim(rule, how.how, how.possible_from))
        else:
            diverts = name
            changes.append(ClaimChange(claim=name, key=new[0], kind="turn", taken=True))
    return Reconciled(changes=() if refusals else tuple(changes), refusals=tuple(refusals), diverts=diverts)


def ahead(case: Case, key: str, context: Context) -> tuple[str, ...]:
    """Who waits for a place before the case; all who wait where it does not."""
    waiting = context.waiting(key)
    return waiting[: waiting.index(case.ref)] if case.ref in waiting else waiting


def keys_of(asked: Asked, rule: ClaimRule) -> tuple[str, ...] | None:
    """The keys that a claim asks for on the facts as they are; None where they cannot be made."""
    value = asked.value(rule.key)
    if isinstance(value, Missing):
        return None
    if rule.kind == "counter":
        return (value,) if isinstance(value, str) and value else None
    keys = tuple(value) if isinstance(value, list | tuple) else ()
    if not isinstance(value, list | tuple) or not all(isinstance(key, str) and key for key in keys):
        return None
    return tuple(f"{rule.scope}:{key}" for key in keys)


def _limit(asked: Asked, rule: ClaimRule, context: Context) -> int | None:
    """The highest number of holders of a counter's key; None where no places were set."""
    if rule.limit is None:
        return None
    values = asked.values
    quota = context.quota(values["region"]["city"], values["period"]["year"])
    known = {} if quota is None else {"quota": quota}
    limit = asked.definition.guards.evaluate(rule.limit, {**values, **known})
    return limit if isinstance(limit, int) and not isinstance(limit, bool) else None


def _why_not(
    rule: ClaimRule,
    case: Case,
    new: tuple[str, ...],
    limit: int | None,
    others: Mapping[str, Elsewhere],
    terms: Persons,
    context: Context,
) -> Obstacle | None:
    """Why new keys cannot be had, without saying whose they are; None where they can."""
    if rule.kind == "unique":
        return terms.in_the_way(others.values())
    if limit is None:
        return NO_PLACES
    used = context.used(new[0])
    if used < limit:
        first = ahead(case, new[0], context)
        if not first:
            return None
        return Obstacle(how=Text(f"{len(first)} menunggu lebih dulu", f"{len(first)} wait for it already"))
    return Obstacle(
        how=Text(
            f"{used} dari {limit} tempat terpakai; tunggu sampai ada yang kosong atau kuota ditambah",
            f"{used} of {limit} places are in use; wait until one is free or the quota is raised",
        )
    )


def released_at_end(
    held: dict[str, tuple[str, ...]],
    counters: Iterable[str],
    keeps: Iterable[str],
    changes: tuple[ClaimChange, ...],
) -> tuple[ClaimChange, ...]:
    """The changes of a move into an end state: all is released but what the state keeps."""
    kept, counting = set(keeps), set(counters)
    changes = tuple(c for c in changes if not c.taken or c.claim in kept)
    gone = {(c.claim, c.key) for c in changes if not c.taken}
    released = tuple(
        ClaimChange(claim=name, key=key, kind="counter" if name in counting else "unique", taken=False)
        for name, keys in held.items()
        if name not in kept
        for key in keys
        if (name, key) not in gone
    )
    return changes + released
