-- What append_batch asks the tables: the present version of a stream, a counter, and all that refuses one save.

-- Version 1 had these without `claim_seen`.
DROP FUNCTION IF EXISTS append_batch(
    text[], text[], int[], text[], bigint[], text[], bytea[], int[], text[], bigint[], boolean[],
    int[], text[], text[], boolean[], int[], text[], bigint[], bigint[]);
DROP FUNCTION IF EXISTS batch_is_clean(
    text[], int[], text[], bigint[], boolean[], int[], text[], text[], boolean[], int[], text[], bigint[], bigint[]);
DROP FUNCTION IF EXISTS append_singly(
    bigint, text[], text[], int[], text[], bigint[], text[], bytea[], int[], text[], bigint[], boolean[],
    int[], text[], text[], boolean[], int[], text[], bigint[], bigint[]);
DROP FUNCTION IF EXISTS reasons_against(
    text, text[], bigint[], boolean[], text[], text[], boolean[], text[], bigint[], bigint[]);

-- A stream without events stands at 0, and at −1 for the library's own users, who begin at version 0.
CREATE OR REPLACE FUNCTION version_of(wanted text, expected bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT e.originator_version FROM stored_events e WHERE e.originator_id = wanted
         ORDER BY e.originator_version DESC LIMIT 1),
        least(expected, 0)
    )
$$;

CREATE OR REPLACE FUNCTION used_of(counter text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT l.used FROM ledger l WHERE l.key = counter ORDER BY l.position DESC LIMIT 1), 0)
$$;

-- The position at which who holds a key changed last; 0 where nobody ever held it.
CREATE OR REPLACE FUNCTION moved_at(wanted text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT greatest(
        coalesce((SELECT max(c.position) FROM claims c WHERE c.key = wanted), 0),
        coalesce((SELECT r.position FROM releases r WHERE r.key = wanted ORDER BY r.position DESC LIMIT 1), 0)
    )
$$;

-- All reasons against one save as a JSON array, or NULL. A key used before stands alone: the rest follows from it.
CREATE OR REPLACE FUNCTION reasons_against(
    command text, expect_streams text[], expect_versions bigint[], expect_own boolean[],
    claim_keys text[], claim_holders text[], claim_taken boolean[], claim_seen bigint[],
    counter_keys text[], counter_deltas bigint[], counter_limits bigint[]
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    found jsonb;
BEGIN
    SELECT jsonb_build_array(jsonb_build_object('type', 'KeyUsed', 'position', c.position, 'request', c.request))
    INTO found FROM commands c WHERE c.key = command;
    IF found IS NOT NULL THEN
        RETURN found;
    END IF;

    SELECT jsonb_agg(r.reason ORDER BY r.class, r.number) INTO found FROM (
        SELECT CASE WHEN x.own THEN 1 ELSE 2 END AS class, x.number, jsonb_build_object(
            'type', CASE WHEN x.own THEN 'VersionMoved' ELSE 'ReadMoved' END,
            'stream', x.stream, 'version', greatest(version_of(x.stream, x.version), 0)
        ) AS reason
        FROM unnest(expect_streams, expect_versions, expect_own) WITH ORDINALITY AS x(stream, version, own, number)
        WHERE version_of(x.stream, x.version) <> x.version
        UNION ALL
        SELECT 3, c.number, jsonb_build_object('type', 'ClaimHeld', 'key', h.key, 'holder', h.holder)
        FROM unnest(claim_keys, claim_holders, claim_taken, claim_seen)
            WITH ORDINALITY AS c(key, holder, taken, seen, number)
        JOIN claims h ON h.key = c.key
        WHERE c.taken AND c.seen IS NULL AND h.holder <> c.holder AND NOT coalesce((
            SELECT bool_or(h.holder = o.holder) FROM unnest(claim_keys, claim_holders, claim_taken) AS o(key, holder, taken)
            WHERE NOT o.taken AND o.key = c.key), false)
        UNION ALL
        SELECT 3, c.number, jsonb_build_object('type', 'ClaimMoved', 'key', c.key, 'position', moved_at(c.key))
        FROM unnest(claim_keys, claim_taken, claim_seen) WITH ORDINALITY AS c(key, taken, seen, number)
        WHERE c.taken AND moved_at(c.key) <> c.seen
        UNION ALL
        SELECT 4, c.number, jsonb_build_object('type', 'CounterFull', 'key', c.key, 'used', used_of(c.key), 'limit', c.lim)
        FROM unnest(counter_keys, counter_deltas, counter_limits) WITH ORDINALITY AS c(key, delta, lim, number)
        WHERE c.delta >= 0 AND used_of(c.key) + c.delta > c.lim
    ) r;
    RETURN found;
END $$;
