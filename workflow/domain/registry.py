"""Programmes, their published versions and their places: the events, and the state that they fold to."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from msgspec import Struct, field

from workflow.domain.events import Kind, Recorded
from workflow.domain.windows import Intake, window_of

INDEX_STREAM = "programmes"
"""Names every programme once, in order of first publication."""


def programme_stream(programme: str) -> str:
    return f"programme/{programme}"


class ProgrammeListed(Kind, frozen=True, kw_only=True, tag=True):
    """Stands in the index, written before the programme's first version."""

    programme: str


class DefinitionPublished(Kind, frozen=True, kw_only=True, tag=True):
    programme: str
    version: int
    hash: str
    """SHA-256 of the canonical form, hex: the definition's name."""
    source: str
    """The YAML file as published."""
    texts: dict[str, str] = field(default_factory=dict)
    """The letters and messages published with it: `letters/NAME.id`, `messages/NAME.LANGUAGE` to their template."""


class QuotaSet(Kind, frozen=True, kw_only=True, tag=True):
    region: str
    """Kemendagri code of a city or regency."""
    year: int
    places: int
    legal_basis: str


class IntakeSet(Kind, frozen=True, kw_only=True, tag=True):
    """When proposals of a region are taken in a year; both days are inclusive and lie in it."""

    region: str
    """Kemendagri code of a province, a city or a regency; empty: the whole nation."""
    year: int
    opens: date
    closes: date
    legal_basis: str


class PlacesTransferred(Kind, frozen=True, kw_only=True, tag=True):
    """Places that left this programme's region, or came to it; the other side's event stands in the same save."""

    transfer: str
    """Reference of the transfer."""
    direction: Literal["out", "in"]
    region: str
    year: int
    places: int
    programme: str
    """Of the other side; it may be this one."""
    other_region: str
    alignment: str
    """Reference of the alignment under whose terms they are transferred."""
    returned: bool = False
    """True where they go back, unused when the alignment ended."""


REGISTRY_KINDS: tuple[type[Kind], ...] = (
    ProgrammeListed,
    DefinitionPublished,
    QuotaSet,
    IntakeSet,
    PlacesTransferred,
)


class Published(Struct, frozen=True, kw_only=True):
    version: int
    at: datetime
    by: str
    event: int
    """Version in the programme's stream of the event that holds the source."""


class Quota(Struct, frozen=True, kw_only=True):
    region: str
    year: int
    places: int
    legal_basis: str
    at: datetime
    by: str


class Programme(Struct, frozen=True, kw_only=True):
    """A programme at one version of its stream."""

    programme: str
    version: int = 0
    """Of the stream; the definition's own version is `current`."""
    versions: dict[int, str] = {}
    """Number of the definition to its hash."""
    published: dict[int, Published] = {}
    current: int | None = None
    """Highest published version of the definition."""
    quotas: dict[tuple[str, int], tuple[Quota, ...]] = {}
    """(region, year) to all that were ever set; the last one counts."""
    moved: dict[tuple[str, int], int] = {}
    """(region, year) to the places that came by transfers, less those that left."""
    intakes: dict[tuple[str, int], Intake] = {}
    """(region, year) to the window that was set last."""

    @property
    def current_hash(self) -> str | None:
        return self.versions[self.current] if self.current is not None else None

    def places(self, region: str, year: int) -> int | None:
        """Places of a region in a year, as set and as transferred since; None: there never were any."""
        set_, moved = self.quotas.get((region, year)), self.moved.get((region, year))
        return None if set_ is None and moved is None else (set_[-1].places if set_ else 0) + (moved or 0)

    def window(self, region: str, year: int) -> Intake | None:
        """When proposals of a region are taken in a year; None: at any time."""
        return window_of(self.intakes, region, year)


class Index(Struct, frozen=True, kw_only=True):
    """Names of all programmes, in order of first publication."""

    version: int = 0
    programmes: tuple[str, ...] = ()


def index(events: Iterable[Recorded], known: Index) -> Index:
    """The index after more events."""
    version, programmes = known.version, list(known.programmes)
    for event in events:
        version = event.version
        if isinstance(event.body, ProgrammeListed):
            programmes.append(event.body.programme)
    return Index(version=version, programmes=tuple(programmes))


def evolve(programme: Programme, event: Recorded) -> Programme:
    """The programme after one more event."""
    return fold((event,), programme)


def fold(events: Iterable[Recorded], programme: Programme) -> Programme:
    """The programme after more events, in order; what was given stays as it was."""
    version, current = programme.version, programme.current
    versions, published, quotas = dict(programme.versions), dict(programme.published), dict(programme.quotas)
    moved, intakes = dict(programme.moved), dict(programme.intakes)
    for event in events:
        version = event.version
        match event.body:
            case DefinitionPublished() as e:
                current = e.version
                versions[e.version] = e.hash
                published[e.version] = Published(version=e.version, at=event.at, by=event.actor, event=event.version)
            case QuotaSet() as e:
                quota = Quota(
                    region=e.region,
                    year=e.year,
                    places=e.places,
                    legal_basis=e.legal_basis,
                    at=event.at,
                    by=event.actor,
                )
                quotas[e.region, e.year] = (*quotas.get((e.region, e.year), ()), quota)
            case IntakeSet() as e:
                intakes[e.region, e.year] = Intake(
                    region=e.region,
                    year=e.year,
                    opens=e.opens,
                    closes=e.closes,
                    legal_basis=e.legal_basis,
                    at=event.at,
                    by=event.actor,
                )
            case PlacesTransferred() as e:
                moved[e.region, e.year] = moved.get((e.region, e.year), 0) + signed(e)
    return Programme(
        programme=programme.programme,
        version=version,
        versions=versions,
        published=published,
        current=current,
        quotas=quotas,
        moved=moved,
        intakes=intakes,
    )


def signed(event: PlacesTransferred) -> int:
    """The places that a transfer brings to its region: less than 0 where they leave."""
    return event.places if event.direction == "in" else -event.places
