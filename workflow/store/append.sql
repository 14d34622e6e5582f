-- append_batch: many saves in one transaction, one lock and one flush. Each is stored whole or refused alone.
-- `ends[s]` is the number of the last event of save s; the arrays of expectations, claims and counters name the save
-- that each item belongs to, in ascending order.

CREATE OR REPLACE FUNCTION append_batch(
    keys text[], requests text[], ends int[],
    streams text[], versions bigint[], topics text[], states bytea[],
    expect_saves int[], expect_streams text[], expect_versions bigint[], expect_own boolean[],
    claim_saves int[], claim_keys text[], claim_holders text[], claim_taken boolean[], claim_seen bigint[],
    counter_saves int[], counter_keys text[], counter_deltas bigint[], counter_limits bigint[],
    OUT positions bigint[],   -- of the last event of each save; NULL where it was refused
    OUT reasons text          -- JSON: number of a refused save to all its reasons; NULL where none was refused
) LANGUAGE plpgsql AS $$
DECLARE
    tip bigint;
BEGIN
    -- Held until the commit is done: whoever comes next sees these events, so no reader passes a gap filled later.
    PERFORM pg_advisory_xact_lock(7310447351620063337);
    -- A statement of its own, for the one that waited still looks at the log as it was before.
    SELECT coalesce((SELECT e.notification_id FROM stored_events e ORDER BY e.notification_id DESC LIMIT 1), 0) INTO tip;

    IF batch_is_clean(
        keys, expect_saves, expect_streams, expect_versions, expect_own,
        claim_saves, claim_keys, claim_holders, claim_taken, claim_seen,
        counter_saves, counter_keys, counter_deltas, counter_limits
    ) THEN
        positions := insert_saves(
            tip, keys, requests, ends, streams, versions, topics, states,
            claim_saves, claim_keys, claim_holders, claim_taken, counter_saves, counter_keys, counter_deltas
        );
    ELSE
        SELECT o.positions, o.reasons INTO positions, reasons FROM append_singly(
            tip, keys, requests, ends, streams, versions, topics, states,
            expect_saves, expect_streams, expect_versions, expect_own,
            claim_saves, claim_keys, claim_holders, claim_taken, claim_seen,
            counter_saves, counter_keys, counter_deltas, counter_limits
        ) o;
    END IF;
END $$;


-- Whether no save is refused and none depends on another of the batch. Scalar subqueries keep each look-up an index
-- scan, whatever the tables held when the plan was made.
CREATE OR REPLACE FUNCTION batch_is_clean(
    keys text[], expect_saves int[], expect_streams text[], expect_versions bigint[], expect_own boolean[],
    claim_saves int[], claim_keys text[], claim_holders text[], claim_taken boolean[], claim_seen bigint[],
    counter_saves int[], counter_keys text[], counter_deltas bigint[], counter_limits bigint[]
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT true FROM unnest(keys) AS k(key)
        WHERE (SELECT c.position FROM commands c WHERE c.key = k.key) IS NOT NULL LIMIT 1) THEN
        RETURN false;
    END IF;
    IF (SELECT true
        FROM (SELECT DISTINCT u.stream, u.version FROM unnest(expect_streams, expect_versions) AS u(stream, version)) x
        WHERE coalesce(
            (SELECT e.originator_version FROM stored_events e WHERE e.originator_id = x.stream
             ORDER BY e.originator_version DESC LIMIT 1), least(x.version, 0)
        ) <> x.version LIMIT 1) THEN
        RETURN false;
    END IF;
    IF cardinality(keys) > 1 THEN
        IF (SELECT count(k.key) <> count(DISTINCT k.key) FROM unnest(keys) AS k(key))
            OR (SELECT true FROM unnest(expect_saves, expect_streams, expect_own) AS x(save, stream, own)
                GROUP BY x.stream HAVING bool_or(x.own) AND min(x.save) <> max(x.save) LIMIT 1)
            OR (SELECT true FROM unnest(claim_saves, claim_keys) AS c(save, key)
                GROUP BY c.key HAVING min(c.save) <> max(c.save) LIMIT 1)
        THEN
            RETURN false;
        END IF;
    END IF;
    IF cardinality(claim_keys) > 0 THEN
        IF (SELECT true FROM unnest(claim_keys, claim_holders, claim_taken, claim_seen) AS c(key, holder, taken, seen)
            WHERE c.taken AND CASE WHEN c.seen IS NULL
                THEN (SELECT h.holder FROM claims h WHERE h.key = c.key AND h.holder <> c.holder LIMIT 1) IS NOT NULL
                ELSE moved_at(c.key) <> c.seen END LIMIT 1) THEN
            RETURN false;
        END IF;
    END IF;
    IF cardinality(counter_keys) > 0 THEN
        IF (SELECT true FROM (
                SELECT c.key, c.delta, c.lim, sum(c.delta) OVER (PARTITION BY c.key ORDER BY c.save) AS moved
                FROM unnest(counter_saves, counter_keys, counter_deltas, counter_limits) AS c(save, key, delta, lim)
            ) c
            WHERE c.delta >= 0 AND c.moved + coalesce(
                (SELECT l.used FROM ledger l WHERE l.key = c.key ORDER BY l.position DESC LIMIT 1), 0
            ) > c.lim LIMIT 1) THEN
            RETURN false;
        END IF;
    END IF;
    RETURN true;
END $$;


-- Stores saves that nothing refuses; returns the position of the last event of each.
CREATE OR REPLACE FUNCTION insert_saves(
    tip bigint, keys text[], requests text[], ends int[],
    streams text[], versions bigint[], topics text[], states bytea[],
    claim_saves int[], claim_keys text[], claim_holders text[], claim_taken boolean[],
    counter_saves int[], counter_keys text[], counter_deltas bigint[]
) RETURNS bigint[] LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stored_events (originator_id, originator_version, topic, state, notification_id)
    SELECT e.stream, e.version, e.topic, e.state, tip + e.number
    FROM unnest(streams, versions, topics, states) WITH ORDINALITY AS e(stream, version, topic, state, number);

    INSERT INTO commands (key, request, position)
    SELECT k.key, k.request, tip + k.last
    FROM unnest(keys, requests, ends) AS k(key, request, last) WHERE k.key IS NOT NULL;

    IF cardinality(claim_keys) > 0 THEN
        -- Released before taken, so that a save can hand a key on.
        WITH gone AS (
            DELETE FROM claims h
            USING unnest(claim_saves, claim_keys, claim_holders, claim_taken) AS c(save, key, holder, taken)
            WHERE NOT c.taken AND h.key = c.key AND h.holder = c.holder
            RETURNING h.key, tip + ends[c.save], h.holder
        )
        INSERT INTO releases (key, position, holder) SELECT * FROM gone ON CONFLICT DO NOTHING;
        INSERT INTO claims (key, holder, position)
        SELECT c.key, c.holder, tip + ends[c.save]
        FROM unnest(claim_saves, claim_keys, claim_holders, claim_taken) AS c(save, key, holder, taken) WHERE c.taken
        ON CONFLICT (key, holder) DO NOTHING;
    END IF;

    IF cardinality(counter_keys) > 0 THEN
        INSERT INTO ledger (key, position, used)
        SELECT c.key, tip + ends[c.save], sum(c.delta) OVER (PARTITION BY c.key ORDER BY c.save) + coalesce(
            (SELECT l.used FROM ledger l WHERE l.key = c.key ORDER BY l.position DESC LIMIT 1), 0)
        FROM unnest(counter_saves, counter_keys, counter_deltas) AS c(save, key, delta) WHERE c.delta <> 0;
    END IF;

    RETURN (SELECT array_agg(tip + k.last ORDER BY k.number) FROM unnest(ends) WITH ORDINALITY AS k(last, number));
END $$;


-- The same, one save after the other: each sees what the ones before it stored.
CREATE OR REPLACE FUNCTION append_singly(
    tip bigint, keys text[], requests text[], ends int[],
    streams text[], versions bigint[], topics text[], states bytea[],
    expect_saves int[], expect_streams text[], expect_versions bigint[], expect_own boolean[],
    claim_saves int[], claim_keys text[], claim_holders text[], claim_taken boolean[], claim_seen bigint[],
    counter_saves int[], counter_keys text[], counter_deltas bigint[], counter_limits bigint[],
    OUT positions bigint[], OUT reasons text
) LANGUAGE plpgsql AS $$
DECLARE
    refused jsonb := '{}';
    why jsonb;
    e1 int; e2 int := 0;   -- the save's slice of events,
    x1 int; x2 int := 0;   -- expectations,
    c1 int; c2 int := 0;   -- claims
    k1 int; k2 int := 0;   -- and counters
BEGIN
    FOR s IN 1 .. cardinality(ends) LOOP
        e1 := e2 + 1; e2 := ends[s];
        x1 := x2 + 1; WHILE expect_saves[x2 + 1] = s LOOP x2 := x2 + 1; END LOOP;
        c1 := c2 + 1; WHILE claim_saves[c2 + 1] = s LOOP c2 := c2 + 1; END LOOP;
        k1 := k2 + 1; WHILE counter_saves[k2 + 1] = s LOOP k2 := k2 + 1; END LOOP;

        why := reasons_against(
            keys[s], expect_streams[x1:x2], expect_versions[x1:x2], expect_own[x1:x2],
            claim_keys[c1:c2], claim_holders[c1:c2], claim_taken[c1:c2], claim_seen[c1:c2],
            counter_keys[k1:k2], counter_deltas[k1:k2], counter_limits[k1:k2]
        );
        IF why IS NULL THEN
            PERFORM insert_saves(
                tip, keys[s:s], requests[s:s], ARRAY[e2 - e1 + 1],
                streams[e1:e2], versions[e1:e2], topics[e1:e2], states[e1:e2],
                array_fill(1, ARRAY[c2 - c1 + 1]), claim_keys[c1:c2], claim_holders[c1:c2], claim_taken[c1:c2],
                array_fill(1, ARRAY[k2 - k1 + 1]), counter_keys[k1:k2], counter_deltas[k1:k2]
            );
            tip := tip + e2 - e1 + 1;
            positions := array_append(positions, tip);
        ELSE
            positions := array_append(positions, NULL);
            refused := refused || jsonb_build_object(s::text, why);
        END IF;
    END LOOP;
    reasons := nullif(refused, '{}')::text;
END $$;
