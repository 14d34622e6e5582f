"""Builders for the directory tests: a register kept by the domain alone, and orders that read like the field."""

from datetime import UTC, date, datetime, timedelta

from workflow.domain.appointing import Appoint, Delegate, EndAppointment, OpenOffice, RegisterPerson, decide
from workflow.domain.directory import EMPTY, STREAM, Directory, Order, evolve
from workflow.domain.events import Recorded
from workflow.domain.words import Text

MOMENT = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = MOMENT.date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
BASIS = "SK Uji 1/2026"


class Register:
    """Keeps every event, and the directory after it."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []
        self.directory: Directory = EMPTY

    def obey(self, *orders: Order) -> Directory:
        for order in orders:
            for kind in decide(self.directory, order):
                event = Recorded(
                    stream=STREAM, version=self.directory.version + 1, at=MOMENT, actor="operator", body=kind
                )
                self.events.append(event)
                self.directory = evolve(self.directory, event)
        return self.directory


def office(name: str = "dinas-palu", region: str = "72.71") -> OpenOffice:
    level = {0: "nation", 2: "province", 5: "city"}[len(region)]
    return OpenOffice(office=name, title=Text(name, name), level=level, region=region, agency="kota")  # type: ignore[arg-type]


def person(name: str = "rina", applicant: bool = False) -> RegisterPerson:
    return RegisterPerson(person=name, applicant=applicant)


def appoint(name: str = "rina", since: date = date(2024, 1, 1), until: date | None = None, **over: str) -> Appoint:
    post = {"role": "city_officer", "office": "dinas-palu", "legal_basis": BASIS, **over}
    return Appoint(person=name, since=since, until=until, **post)


def delegate(
    name: str, instead_of: str, kind: str = "plh", since: date = TODAY, until: date = TOMORROW, **over: str
) -> Delegate:
    post = {"role": "city_officer", "office": "dinas-palu", "legal_basis": BASIS, **over}
    return Delegate(person=name, instead_of=instead_of, kind=kind, since=since, until=until, **post)  # type: ignore[arg-type]


def end(number: int, until: date = YESTERDAY, reason: str = "Pensiun") -> EndAppointment:
    return EndAppointment(number=number, until=until, reason=reason)
