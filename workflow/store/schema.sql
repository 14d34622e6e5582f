-- The log and what is written in its transactions. Run by workflow.store.schema; may be run again.

DO $$ BEGIN
    CREATE TYPE stored_event_text AS (originator_id text, originator_version bigint, topic text, state bytea);
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

-- The library's columns. Positions come from append_batch alone, so there is no sequence.
CREATE TABLE IF NOT EXISTS stored_events (
    originator_id      text   NOT NULL,
    originator_version bigint NOT NULL,
    topic              text   NOT NULL,
    state              bytea  NOT NULL,
    notification_id    bigint NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);
CREATE UNIQUE INDEX IF NOT EXISTS stored_events_notification_id_idx ON stored_events (notification_id);

-- Idempotency keys: which request a key came with, and the last event that it led to.
CREATE TABLE IF NOT EXISTS commands (
    key      text   PRIMARY KEY,
    request  text   NOT NULL,
    position bigint NOT NULL
);

-- Unique claims: who holds a key, since which event. More than one only where each but the first stood on what it knew.
CREATE TABLE IF NOT EXISTS claims (
    key      text   NOT NULL,
    holder   text   NOT NULL,
    position bigint NOT NULL
);
DO $$ BEGIN
    IF (SELECT true FROM pg_constraint WHERE conname = 'claims_by_holder') IS NULL THEN
        ALTER TABLE claims DROP CONSTRAINT IF EXISTS claims_pkey;
        ALTER TABLE claims ADD CONSTRAINT claims_by_holder PRIMARY KEY (key, holder);
    END IF;
END $$;

-- Who held a key before, until which event; append-only.
CREATE TABLE IF NOT EXISTS releases (
    key      text   NOT NULL,
    position bigint NOT NULL,
    holder   text   NOT NULL,
    PRIMARY KEY (key, position, holder)
);

-- Turns in a queue are claims whose keys begin with `turn`; read in order of position, whatever the database's collation.
CREATE INDEX IF NOT EXISTS claims_turns ON claims (key COLLATE "C") WHERE key LIKE E'turn\x1f%';

-- Counters, append-only: the newest row of a key says how many hold it.
CREATE TABLE IF NOT EXISTS ledger (
    key      text   NOT NULL,
    position bigint NOT NULL,
    used     bigint NOT NULL CHECK (used >= 0),
    PRIMARY KEY (key, position)
);

-- Numbers that are allotted before a decision; gaps are allowed.
CREATE TABLE IF NOT EXISTS series (
    name   text   PRIMARY KEY,
    number bigint NOT NULL
) WITH (fillfactor = 50);

-- States of long cases, to be thrown away at will; the topic names the program that folded them.
CREATE TABLE IF NOT EXISTS stored_snapshots (
    originator_id      text   NOT NULL,
    originator_version bigint NOT NULL,
    topic              text   NOT NULL,
    state              bytea  NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);

-- The log as a person reads it.
CREATE OR REPLACE VIEW events AS
SELECT e.notification_id                                  AS position,
       e.originator_id                                    AS stream,
       e.originator_version                               AS version,
       split_part(e.topic, '/', 1)                        AS kind,
       split_part(e.topic, '/', 2)::int                   AS schema,
       (j.json ->> 'at')::timestamptz                     AS at,
       j.json ->> 'actor'                                 AS actor,
       j.json ->> 'office'                                AS office,
       j.json ->> 'on_behalf_of'                          AS on_behalf_of,
       j.json ->> 'command'                               AS command,
       (j.json ->> 'cause')::bigint                       AS cause,
       j.json ->> 'definition'                            AS definition,
       j.json -> 'imported'                               AS imported,
       (j.json -> 'body') - 'kind'                        AS body
FROM stored_events e
CROSS JOIN LATERAL (SELECT convert_from(e.state, 'UTF8')::jsonb AS json) j;

-- A number is only ever seen through a later commit, which flushes this one too: no wait for the disk of its own.
CREATE OR REPLACE FUNCTION next_number(wanted text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    allotted bigint;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO series AS s (name, number) VALUES (wanted, 1)
    ON CONFLICT (name) DO UPDATE SET number = s.number + 1
    RETURNING number INTO allotted;
    RETURN allotted;
END $$;
