"""Reads only the clients' notes and the database: every acknowledged decision there once, and nothing else."""

from collections import defaultdict

import psycopg

from tests.failure.clients import Notes

COMMANDS = """
SELECT state_of.command, min(notification_id), max(notification_id), count(DISTINCT originator_id), count(*)
FROM (
    SELECT notification_id, originator_id, convert_from(state, 'UTF8')::jsonb ->> 'command' AS command
    -- What the engine asks of itself (a deadline that passes, a place that is free) no client sent.
    FROM stored_events WHERE originator_id LIKE 'case/%%' AND convert_from(state, 'UTF8')::jsonb ->> 'actor' <> 'system'
) AS state_of
WHERE command IS NOT NULL AND notification_id > %s
GROUP BY state_of.command
"""
GAPS = "SELECT count(*), min(notification_id), max(notification_id) FROM stored_events"
VERSIONS = """
SELECT originator_id FROM stored_events GROUP BY originator_id HAVING count(*) <> max(originator_version)
"""
CLAIMS = "SELECT key FROM claims GROUP BY key HAVING count(*) > 1"


def faults(database_url: str, notes: Notes, before: int) -> list[str]:
    """Everything that does not fit, in words; `before`: the last position before the clients began."""
    found = list(notes.wrong)
    with psycopg.connect(database_url) as connection:
        stored = {row[0]: row[1:] for row in connection.execute(COMMANDS, (before,))}
        count, first, last = connection.execute(GAPS).fetchone() or (0, 0, 0)
        if (first, last) != (1, count):
            found.append(f"positions are not dense: {count} events from {first} to {last}")
        found += [f"versions of {row[0]} are not dense" for row in connection.execute(VERSIONS)]
        found += [f"claim {row[0]} is held twice" for row in connection.execute(CLAIMS)]
    told = defaultdict(set)
    for one in notes.acknowledged:
        told[one.key].add(one.position)
    for key, positions in told.items():
        if key not in stored:
            found.append(f"lost: {key} was acknowledged at {positions}")
            continue
        low, high, streams, events = stored[key]
        if positions != {high} or streams != 1 or high - low + 1 != events:
            found.append(f"{key} was acknowledged at {positions} and stands {events} times from {low} to {high}")
    found += [f"{key} was never sent by a client" for key in stored.keys() - notes.sent]
    return found
