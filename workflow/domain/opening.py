"""Opening a case: by the applicant, or by an officer who names one."""

from workflow.domain import sentences
from workflow.domain.authority import Scope, Standing, stand
from workflow.domain.bringing import unstorable
from workflow.domain.commands import OpenCase
from workflow.domain.context import Context
from workflow.domain.decided import Decided, by
from workflow.domain.definition.model import Definition
from workflow.domain.events import CaseOpened, Move
from workflow.domain.moves import clock_of
from workflow.domain.refusal import Refusal, Refused
from workflow.domain.words import Text

NOBODY = ""
"""The applicant of a case for which nobody applies."""


def open_case(definition: Definition, command: OpenCase, context: Context) -> tuple[Decided, ...]:
    """The event that opens a case in its start state; raises Refused. The facts may be a draft."""
    errors = unstorable(command.facts)
    errors = errors or [sentences.bad_facts(error) for error in context.facts_errors(command.facts, True)]
    region = command.facts.get("region")
    applicant, standing, refused = _who(definition, command, region if isinstance(region, str) else "", context)
    if not isinstance(region, str):
        refused = tuple(r for r in refused if r.code != "region")
        if not errors:
            errors = [_no_region()]
    if refused or errors:
        raise Refused((*refused, *errors))
    assert standing is not None
    assert isinstance(region, str)
    due, warn = clock_of(definition, definition.start, context)
    start = definition.states[definition.start]
    body = CaseOpened(
        ref=command.ref,
        programme=definition.id,
        definition_version=definition.version,
        applicant=applicant,
        region=region,
        facts=command.facts,
        tracking_code=command.tracking_code,
        move=Move(from_="", to=start.name, round=1, phase=start.phase, ended=start.end, due=due, warn=warn),
    )
    return (by(body, context, standing),)


def _who(
    definition: Definition, command: OpenCase, region: str, context: Context
) -> tuple[str, Standing | None, tuple[Refusal, ...]]:
    """The applicant, the standing in which the actor opens, and why they may not."""
    actor, registered = context.actor, context.people.is_applicant
    personal = [name for name in definition.facts.by if definition.roles[name].level == "applicant"]
    if not any(role.level == "applicant" for role in definition.roles.values()):
        return _between_offices(definition, command, region, context)
    own = command.applicant in (None, actor)
    if own and personal and registered(actor):
        return actor, Standing(role=personal[0]), ()
    scope = Scope(region=region, applicant=command.applicant)
    standing, refused = stand(definition, context, definition.facts.by, scope, any_delegation=True)
    if own and command.applicant == actor and personal:
        # Whoever names themselves without being registered wants to apply, not to act for an office.
        return actor, None, (_not_registered(actor),)
    if standing is None:
        return actor, None, refused
    if command.applicant is None:
        return actor, standing, (*refused, _no_applicant())
    if not registered(command.applicant):
        refused = (*refused, _not_registered(command.applicant))
    return command.applicant, standing, refused


def _between_offices(
    definition: Definition, command: OpenCase, region: str, context: Context
) -> tuple[str, Standing | None, tuple[Refusal, ...]]:
    """A case for which nobody applies has no applicant; whoever edits its facts opens it."""
    scope = Scope(region=region, applicant=None)
    standing, refused = stand(definition, context, definition.facts.by, scope, any_delegation=True)
    if command.applicant is not None:
        said = Text(f"{definition.title.id} tidak mengenal pemohon", f"{definition.title.en} knows no applicant")
        how = Text("Kirim tanpa applicant", "Send it without applicant")
        refused = (*refused, sentences.say("applicant", said, how, "/applicant"))
    return NOBODY, standing, refused


def _no_applicant() -> Refusal:
    return sentences.say(
        "applicant",
        Text("Pemohon belum disebut", "No applicant is named"),
        Text("Isi applicant dengan ketua kelompok yang terdaftar", "Give a registered leader as applicant"),
        "/applicant",
    )


def _not_registered(person: str) -> Refusal:
    return sentences.say(
        "applicant",
        Text(f"{person} tidak terdaftar sebagai pemohon", f"{person} is not registered as an applicant"),
        Text("Daftarkan dulu orangnya, atau sebutkan pemohon lain", "Register the person first, or name another"),
        "/applicant",
    )


def _no_region() -> Refusal:
    return sentences.say(
        "facts",
        Text("Wilayah belum diisi", "The region is missing"),
        Text("Isi region dengan kode wilayah", "Give region a region code"),
        "/region",
    )
