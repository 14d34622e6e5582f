"""Who may read an alignment: those who may see its case, and the offices of its parties in its regions."""

from datetime import datetime

from workflow.domain.authority import in_force
from workflow.domain.context import People
from workflow.domain.definition.model import Definition
from workflow.domain.regions import covers
from workflow.domain.terms import Terms
from workflow.registry import NoSuchDefinition, RegistryApp


def may_read(registry: RegistryApp, people: People, person: str, terms: Terms, at: datetime) -> bool:
    """True where a person holds an office in a party's programme that serves one of the terms' regions."""
    appointments = people.appointments(person)
    for party in terms.parties if appointments else ():
        definition = _definition(registry, party.programme, party.version)
        for appointment in appointments if definition else ():
            assert definition is not None
            role = definition.roles.get(appointment.role)
            if role is None or not in_force(appointment, at, definition.calendar.zone):
                continue
            serves = role.level in (appointment.level, "any") and any(
                covers(appointment.region, region) or covers(region, appointment.region) for region in terms.regions
            )
            if role.reads_all or serves:
                return True
    return False


def _definition(registry: RegistryApp, programme: str, version: int) -> Definition | None:
    found = registry.current(programme)
    hash = found.versions.get(version) if found else None
    try:
        return registry.definition(hash) if hash else None
    except NoSuchDefinition:
        return None
