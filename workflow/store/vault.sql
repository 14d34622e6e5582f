CREATE TABLE IF NOT EXISTS vault (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    proof bytea NOT NULL,                 -- of the master key, without telling it
    erasures bigint NOT NULL DEFAULT 0    -- keys held in memory are good only while this stands
);

CREATE TABLE IF NOT EXISTS person_keys (
    person text NOT NULL,                 -- keyed digest of the NIK
    generation smallint NOT NULL,         -- from 1; one more after an erasure
    wrapped bytea,                        -- under the master key; destroyed by an erasure
    made_at timestamptz NOT NULL DEFAULT now(),
    erased_at timestamptz,
    erased_by text,
    reason text,
    PRIMARY KEY (person, generation),
    CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL)),
    CHECK (erased_at IS NULL OR (erased_by IS NOT NULL AND reason IS NOT NULL))
);

CREATE TABLE IF NOT EXISTS documents (
    sha256 text PRIMARY KEY,              -- of the bytes as stored
    wrapped_key bytea NOT NULL,           -- under the master key
    type text NOT NULL,
    size bigint NOT NULL,                 -- bytes as supplied
    stored_at timestamptz NOT NULL DEFAULT now()
);
