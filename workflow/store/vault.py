"""Personal values, sealed with a key per person; opened only for who may, and for nobody once the key is destroyed."""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, cast

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from msgspec import Struct
from psycopg import Connection
from psycopg_pool import ConnectionPool

from workflow.domain.events import Facts
from workflow.store.keys import Erasure, KeyId, NoSuchPerson, PersonKeys
from workflow.store.master import MasterKey, WrongMasterKey
from workflow.store.shapes import GONE, Pointer, Schema, Shape, Unsealable, persons, shape_of, transformed

__all__ = [
    "ERASED",
    "HIDDEN",
    "Damaged",
    "Erased",
    "Erasure",
    "NoSuchPerson",
    "Unsealable",
    "UnsealedPerson",
    "Vault",
    "WrongMasterKey",
    "erased_fields",
    "owners",
    "prepare",
]

SEALED = re.compile(r"sealed:([0-9a-f]{32}):([A-Za-z0-9_-]+=*)")
ERASED = "erased"
"""What a reader sees in place of an erased value."""
HIDDEN = "•••"
"""What a reader who may not see personal values sees in their place."""
BLOCK = 32
"""Sealed lengths are multiples of this, so that they tell little of a name's length."""
PREPARING = 4_711_002
"""Advisory lock: two processes that start at once prepare one after the other."""


class Erased(Struct, frozen=True):
    """Stands in plain facts for a value whose key is destroyed; sealing puts back what was stored."""

    sealed: str
    person: str


class UnsealedPerson(Exception):
    """A personal value whose person is not known: facts are checked before they are sealed."""


class Damaged(Exception):
    """A sealed value is not what this vault sealed for this case and place."""


def prepare(connection: Connection) -> None:
    """Create the vault's tables where they are not there yet."""
    script = files("workflow.store").joinpath("vault.sql").read_text()
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [PREPARING])
        connection.execute(script)


class Vault:
    """Seals and opens facts. Safe to share between threads; construct after the fork, with an open pool."""

    def __init__(self, pool: ConnectionPool[Connection], master_key: bytes) -> None:
        """`master_key`: 32 bytes. Raises WrongMasterKey."""
        self._master = MasterKey(master_key)
        self._keys = PersonKeys(pool, self._master)

    def person(self, nik: str) -> str:
        """The keyed digest that names a person, always the same for a NIK; 32 hex digits."""
        return self._master.person(nik)

    def seal(self, facts: Mapping[str, Any], schema: Schema | Shape, case: str) -> Facts:
        """Plain facts in stored form. The same value of the same person at the same path of a case seals the same.

        Raises UnsealedPerson, Unsealable.
        """
        shape = _shape(schema)
        niks: dict[str, str] = {}
        for _, person, form in persons(facts, shape):
            nik = person.get(form.person or "")
            if isinstance(nik, str):
                niks[nik] = self.person(nik)
        keys = self._keys.current(niks.values())

        def leaf(value: Any, _: Shape, path: str, owner: tuple[str, int, AESSIV] | None) -> str:
            if isinstance(value, Erased):
                return value.sealed
            if owner is None:
                raise UnsealedPerson(path)
            person, generation, key = owner
            return _seal(value, person, generation, key, _bound(case, path))

        def of(person: Mapping[str, Any], form: Shape) -> tuple[str, int, AESSIV] | None:
            nik = person.get(form.person or "")
            if not isinstance(nik, str):
                return None
            return (niks[nik], *keys[niks[nik]])

        return cast(Facts, transformed(facts, shape, leaf, of))

    def plain(self, facts: Facts, schema: Schema | Shape, case: str) -> dict[str, Any]:
        """Stored facts with every value opened, `Erased` in place of an erased one: what a patch is merged into.

        Raises Damaged.
        """
        return self._opened(facts, _shape(schema), case, lambda sealed, person, path: Erased(sealed, person))

    def open(self, facts: Facts, schema: Schema | Shape, case: str, reveal_nik: bool = False) -> dict[str, Any]:
        """Stored facts opened: as guards see them, or with `reveal_nik` as readers do. Raises Damaged."""
        if not reveal_nik:
            return self.guarded(facts, schema, case)[0]
        return self._opened(facts, _shape(schema), case, lambda sealed, person, path: ERASED)

    def guarded(self, facts: Facts, schema: Schema | Shape, case: str) -> tuple[dict[str, Any], frozenset[str]]:
        """Stored facts as guards see them, and the names of the fields of which at least one value is erased.

        Raises Damaged.
        """
        names: set[str] = set()

        def gone(sealed: str, person: str, path: str) -> Any:
            names.add(_field(path))
            return GONE

        return self._opened(facts, _shape(schema), case, gone, self.person), frozenset(names)

    def _opened(
        self,
        facts: Facts,
        shape: Shape,
        case: str,
        erased: Callable[[str, str, str], Any],
        nik: Callable[[str], str] = str,
    ) -> dict[str, Any]:
        """Stored facts with every value opened.

        `erased` (sealed form, person, path) gives what stands for an erased value, `nik` what stands for a NIK.
        """
        key_of = self._keys.ring(lambda: _ids(facts, shape))
        bound_to = case.encode()

        def leaf(value: Any, form: Shape, path: str, _: None) -> Any:
            identity, body = _parts(value, path)
            key = key_of(identity)
            if key is None:
                return erased(value, identity[0], path)
            opened = _unseal(body, key, [bound_to, path.encode()], path)
            return nik(opened) if form.nik else opened

        return cast(dict[str, Any], transformed(facts, shape, leaf))

    def ahead(self, cases: Iterable[tuple[Facts, Shape]]) -> None:
        """Read at once the keys of the persons in many cases' facts, for who opens these one by one right after.

        Raises Damaged.
        """
        self._keys.held(
            {
                _parts(value, name)[0]
                for facts, shape in cases
                for _, person, form in persons(facts, shape)
                for name, field in form.fields.items()
                if field.personal and (value := person.get(name)) is not None
            }
        )

    def for_guards(self, plain: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
        """Plain facts as guards see them: a NIK as its digest, erased values left out."""

        def leaf(value: Any, form: Shape, _: str, __: None) -> Any:
            if isinstance(value, Erased):
                return GONE
            return self.person(value) if form.nik else value

        return cast(dict[str, Any], transformed(plain, shape, leaf))

    def hidden(self, facts: Facts, schema: Schema | Shape) -> dict[str, Any]:
        """Stored facts for who may not see personal values: nothing is opened."""
        shape = _shape(schema)
        key_of = self._keys.ring(lambda: _ids(facts, shape))

        def leaf(value: Any, _: Shape, path: str, __: None) -> str:
            return HIDDEN if key_of(_parts(value, path)[0]) is not None else ERASED

        return cast(dict[str, Any], transformed(facts, shape, leaf))

    def erase(self, person: str, reason: str, by: str) -> Erasure:
        """Destroy a person's keys; once this returns, no process opens their values any more. Raises NoSuchPerson."""
        return self._keys.erase(person, reason, by)


def owners(facts: Facts, shape: Shape) -> Iterator[tuple[Pointer, str]]:
    """Each person in stored facts: where their object stands, and the digest that names them. Nothing is opened.

    Raises Damaged.
    """
    for place, person, form in persons(facts, shape):
        sealed = person.get(form.person or "")
        if sealed is not None:
            yield place, _parts(sealed, "/".join(map(str, place)))[0][0]


def erased_fields(plain: Mapping[str, Any], shape: Shape) -> frozenset[str]:
    """Names of the fields of plain facts of which at least one value is erased."""
    names: set[str] = set()

    def leaf(value: Any, _: Shape, path: str, __: None) -> Any:
        if isinstance(value, Erased):
            names.add(_field(path))
        return value

    transformed(plain, shape, leaf)
    return frozenset(names)


def _field(path: str) -> str:
    """The name of the field at a path without list indices."""
    return path.replace("[]", "").rpartition(".")[2]


def _shape(schema: Schema | Shape) -> Shape:
    return schema if isinstance(schema, Shape) else shape_of(schema)


def _bound(case: str, path: str) -> list[bytes]:
    """What a sealed value is bound to, so that it cannot be moved to another case or field."""
    return [case.encode(), path.encode()]


def _seal(value: Any, person: str, generation: int, key: AESSIV, bound: list[bytes]) -> str:
    text = msgspec.json.encode(value, order="sorted")
    body = key.encrypt(text.ljust(-(-len(text) // BLOCK) * BLOCK), bound)
    return f"sealed:{person}:{urlsafe_b64encode(generation.to_bytes(2, 'big') + body).decode().rstrip('=')}"


def _parts(value: Any, path: str) -> tuple[KeyId, bytes]:
    parts = _taken_apart(value) if isinstance(value, str) else None
    if parts is None:
        raise Damaged(f"{path} is not sealed, or cannot be read")
    return parts


# Sealed forms only, so nothing personal is kept; a case that is at work is taken apart once.
@lru_cache(maxsize=65536)
def _taken_apart(sealed: str) -> tuple[KeyId, bytes] | None:
    found = SEALED.fullmatch(sealed)
    if found is None:
        return None
    try:
        body = urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
    except binascii.Error:
        return None
    return (found[1], int.from_bytes(body[:2], "big")), body[2:]


def _unseal(body: bytes, key: AESSIV, bound: list[bytes], path: str) -> Any:
    try:
        return msgspec.json.decode(key.decrypt(body, bound))
    except InvalidTag:
        raise Damaged(f"{path} was not sealed for this case and place") from None


def _ids(facts: Facts, shape: Shape) -> set[KeyId]:
    """The keys of every sealed value of the facts. Raises Damaged."""
    found: set[KeyId] = set()

    def leaf(value: Any, _: Shape, path: str, __: None) -> Any:
        found.add(_parts(value, path)[0])
        return value

    transformed(facts, shape, leaf)
    return found
