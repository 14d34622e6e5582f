"""Creates the log's tables and functions, and refuses a database that a newer Selaras wrote."""

import hashlib
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.abc import Query

VERSION = 3
"""Raised whenever a table or function changes; older programs then refuse to start."""
FILES = ("schema.sql", "append_reasons.sql", "append.sql")
_LOCK = 7310447351620063338
"""Advisory lock: one process at a time creates what is missing."""


class NewerSchema(Exception):
    """The database was prepared by a newer version of the program."""


class UnfitDatabase(Exception):
    """The database cannot hold a log; the message says why and what to do."""


def prepare(database_url: str) -> None:
    """Create everything that is not there yet; may be called again, and by several processes at once.

    Raises NewerSchema, UnfitDatabase, psycopg.OperationalError.
    """
    with psycopg.connect(database_url, autocommit=True) as connection:
        install(connection)


def install(connection: Connection[Any]) -> None:
    """As `prepare`, on a connection in autocommit mode that returns rows of any kind."""
    scripts = [(Path(__file__).parent / name).read_text() for name in FILES]
    digest = hashlib.sha256("".join(scripts).encode()).hexdigest()
    if _marker(connection) == (VERSION, digest):
        return
    with connection.transaction():
        connection.execute("SET LOCAL search_path = public")
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if _marker(connection) == (VERSION, digest):
            return
        _check_encoding(connection)
        connection.execute(
            "CREATE TABLE IF NOT EXISTS store_schema (one bool PRIMARY KEY DEFAULT true CHECK (one),"
            " version int NOT NULL, digest text NOT NULL)"
        )
        for script in scripts:
            connection.execute(_trusted(script), prepare=False)
        connection.execute(
            "INSERT INTO store_schema (version, digest) VALUES (%(version)s, %(digest)s)"
            " ON CONFLICT (one) DO UPDATE SET version = %(version)s, digest = %(digest)s",
            {"version": VERSION, "digest": digest},
        )


def _marker(connection: Connection[Any]) -> tuple[int, str] | None:
    """What the database was last prepared with. Raises NewerSchema."""
    with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
        there = cursor.execute("SELECT to_regclass('public.store_schema') IS NOT NULL").fetchone()
        if not there or not there[0]:
            return None
        row = cursor.execute("SELECT version, digest FROM public.store_schema").fetchone()
    if row is None:
        return None
    version, digest = row
    if version > VERSION:
        raise NewerSchema(
            f"the database has schema version {version}, this program knows {VERSION}:"
            " install the newer Selaras, or restore a backup made with this one"
        )
    return version, digest


def _check_encoding(connection: Connection[Any]) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise UnfitDatabase(f"the database stores text as {encoding}: create one with ENCODING 'UTF8'")


def _trusted(script: str) -> Query:
    return script.encode()
