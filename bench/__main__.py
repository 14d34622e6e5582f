"""`make bench`: the table of ratios, printed and written to bench/RESULTS.md."""

import os
import platform
import secrets
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg.conninfo import make_conninfo

from bench import clock, decisions, harmonisation, latency, library, mail, raw, rebuild, system, web, webhook
from bench.load import Rate, run
from workflow.engine import Engine

SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
CASES = int(os.environ.get("BENCH_CASES", "100000"))
EVENTS = int(os.environ.get("BENCH_EVENTS", "200000"))
RESULTS = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("eventsourcing", "psycopg", "msgspec", "flask", "granian", "celery", "cel-expr-python")


def main() -> int:
    lines = list(measured())
    RESULTS.write_text("\n".join([*heading(), *lines, "", *READING]) + "\n")
    print(f"\nwritten to {RESULTS.name}")
    return 0


def heading() -> list[str]:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        "# Measured",
        "",
        f"`make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, {platform.system()}"
        f" {platform.machine()}, Python {platform.python_version()}, embedded PostgreSQL with fsync on, {versions};"
        f" {SECONDS:g} s a figure, all in one run. Read the ratios: the machine is shared and noisy.",
        "",
        "| | raw limit | plain library | Selaras | ratio | goal |",
        "|---|---|---|---|---|---|",
    ]


READING = [
    "Rates a second, with p50 and p99 in milliseconds. *Raw*: one INSERT of 500 bytes and its commit on a connection",
    "of its own. *Plain library*: an aggregate of `eventsourcing` with its own Postgres recorder, cache on. *Selaras*:",
    "a full decision: load, every reason why not, decide, encode, append with its key and the versions that it read.",
]


def measured() -> Iterator[str]:
    """The rows of the table, each printed when it is known."""
    for row in rows():
        print(row, flush=True)
        yield row


def rows() -> Iterator[str]:
    key = secrets.token_bytes(32)
    with TemporaryDirectory(prefix="selaras-bench-") as name, system.postgres() as url:
        place = Path(name)
        raws = {threads: run(threads, SECONDS, raw.worker(url)) for threads in (1, 32)}
        application, plain = library.worker(url)
        librarys = {threads: run(threads, SECONDS, plain) for threads in (1, 32)}
        application.close()
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("CREATE DATABASE ours")
        ours_url = make_conninfo(url, dbname="ours")
        with Engine.open(system.settings(ours_url, place, key), pool_size=34) as engine:
            system.prepare(engine)
            one = run(1, SECONDS, decisions.worker(engine))
            many = run(32, SECONDS, decisions.worker(engine))
            four = decisions.across(4, 8, SECONDS, ours_url, place, key)
            yield p1("P1 full decisions, 32 threads", raws[32], librarys[32], many, "≥ 10 × library, ≥ 0.9 × raw")
            yield p1("P1 over 4 processes, 8 threads each", raws[32], librarys[32], four, "≥ 0.9 × raw")
            ratio = f"p50 {one.p50 / raws[1].p50:.2f} × raw"
            yield f"| P2 one decision, 1 client | {raws[1]} | {librarys[1]} | {one} | {ratio} | p50 ≤ 1.8 × raw |"
            yield p3(engine, url)
            bare, http = web.compared(engine, url, ours_url, place, SECONDS)
            ratio = f"{http.per_second / bare.per_second:.2f} × bare route"
            yield f"| P7 decisions over HTTP, 32 connections | {bare} (bare route) | – | {http} | {ratio} | ≥ 0.6 × |"
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("CREATE DATABASE harmonised")
        with Engine.open(system.settings(make_conninfo(url, dbname="harmonised"), place, key)) as engine:
            yield from harmonisation.rows(*harmonisation.compared(engine, CASES))
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("CREATE DATABASE clock")
        yield clock.row(system.settings(make_conninfo(url, dbname="clock"), place, key))
        seen = latency.acknowledged_to_visible(place / "run", 50, SECONDS * 2)
        told = webhook.acknowledged_to_received(place / "webhook", 50, SECONDS)
        mailed = mail.acknowledged_to_mailed(place / "mail", 50, SECONDS)
        yield f"| acknowledged → at the mail server, 50/s | – | – | {mailed} | p99 {mailed.p99:.0f} ms | p99 < 2 s |"
        yield f"| acknowledged → at a webhook's receiver, 50/s | – | – | {told} | p99 {told.p99:.0f} ms | p99 < 1 s |"
        yield f"| P6 acknowledged → in the inbox, 50/s | – | – | {seen} | p99 {seen.p99:.0f} ms | p99 < 100 ms |"


def p1(what: str, limit: Rate, plain: Rate, ours: Rate, goal: str) -> str:
    ratio = f"{ours.per_second / plain.per_second:.1f} × library, {ours.per_second / limit.per_second:.2f} × raw"
    return f"| {what} | {limit} | {plain} | {ours} | {ratio} | {goal} |"


def p3(engine: Engine, url: str) -> str:
    events = rebuild.fill(engine, EVENTS)
    copy, runner = rebuild.copied(url, events), rebuild.librarys(url, 3000)
    rate, grown = rebuild.ours(engine)
    ratio = f"{rate / copy:.2f} × COPY, {rate / runner:.0f} × runner, +{grown} MB"
    shown = f"{copy:,.0f} rows/s (COPY) | {runner:,.0f} events/s (ProjectionRunner) | {rate:,.0f} events/s"
    return f"| P3 rebuild of the inbox, {events:,} events | {shown} | {ratio} | ≥ 0.3 × COPY, ≥ 20 × runner, flat |"


if __name__ == "__main__":
    sys.exit(main())
