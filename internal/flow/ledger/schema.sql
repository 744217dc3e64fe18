-- What happened: one row for each load, file, rejected row and COPY JOB event.
-- Rows of a load and the rows it loaded commit in one transaction, which is why
-- the ledger lies in the database's own file. Times are UTC. Tables are
-- append-only and have no index; what must be found fast is held in memory.
CREATE TABLE IF NOT EXISTS inlet.load (
    query       BIGINT,
    xid         BIGINT,
    pid         INTEGER,
    userid      INTEGER,
    table_id    BIGINT,
    table_name  VARCHAR,    -- unqualified
    job_id      BIGINT,     -- 0: not from a COPY JOB
    status      VARCHAR,    -- 'completed', 'aborted'
    data_source VARCHAR,    -- the path in FROM
    file_format VARCHAR,    -- 'csv', 'txt', 'json', …
    started     TIMESTAMP,
    ended       TIMESTAMP,
    rows        BIGINT,
    bytes       BIGINT,     -- loaded, uncompressed
    files       INTEGER,    -- found at the source
    files_bytes BIGINT,     -- their stored size
    files_read  INTEGER,
    bytes_read  BIGINT,     -- stored bytes read
    errors      BIGINT,     -- rejected rows
    message     VARCHAR     -- of an aborted load
);

CREATE TABLE IF NOT EXISTS inlet.load_file (
    query    BIGINT,
    userid   INTEGER,
    slice    INTEGER,
    job_id   BIGINT,
    url      VARCHAR,       -- s3://bucket/key
    etag     VARCHAR,
    version  VARCHAR,
    size     BIGINT,        -- stored bytes
    modified TIMESTAMP,
    lines    BIGINT,
    rows     BIGINT,
    errors   BIGINT,
    bytes    BIGINT,        -- uncompressed
    format   VARCHAR,       -- 'Text', 'JSON', …
    started  TIMESTAMP,
    ended    TIMESTAMP,
    loaded   BOOLEAN        -- false: the load was aborted, or had NOLOAD
);

CREATE TABLE IF NOT EXISTS inlet.load_error (
    query         BIGINT,
    xid           BIGINT,
    pid           INTEGER,
    userid        INTEGER,
    slice         INTEGER,
    table_id      BIGINT,
    job_id        BIGINT,
    started       TIMESTAMP,  -- of the load
    url           VARCHAR,
    line          BIGINT,
    start_offset  BIGINT,
    column_name   VARCHAR,
    column_type   VARCHAR,
    column_length VARCHAR,
    position      INTEGER,
    raw_line      VARCHAR,
    raw_field     VARCHAR,
    code          INTEGER,
    reason        VARCHAR
);

CREATE TABLE IF NOT EXISTS inlet.load_error_field (
    query         BIGINT,
    pid           INTEGER,
    userid        INTEGER,
    slice         INTEGER,
    url           VARCHAR,
    line          BIGINT,
    field         INTEGER,
    column_name   VARCHAR,
    value         VARCHAR,
    is_null       BOOLEAN,
    column_type   VARCHAR,
    column_length VARCHAR
);

-- Fields in which ACCEPTINVCHARS replaced bytes.
CREATE TABLE IF NOT EXISTS inlet.load_replacement (
    query       BIGINT,
    pid         INTEGER,
    userid      INTEGER,
    slice       INTEGER,
    table_id    BIGINT,
    started     TIMESTAMP,  -- of the load
    url         VARCHAR,
    line        BIGINT,
    column_name VARCHAR,
    raw_line    VARCHAR
);

CREATE TABLE IF NOT EXISTS inlet.copy_job (
    id          BIGINT,
    name        VARCHAR,
    owner       INTEGER,
    database    VARCHAR,
    auto        BOOLEAN,
    statement   VARCHAR,     -- the COPY without its JOB clause
    parameters  VARCHAR,     -- what follows the authorization
    data_source VARCHAR,
    bucket      VARCHAR,
    prefix      VARCHAR,
    iam_role    VARCHAR,
    table_id    BIGINT,
    table_name  VARCHAR,
    created     TIMESTAMP
);

-- What a job does that Redshift's does not; what is not here has its default.
CREATE TABLE IF NOT EXISTS inlet.copy_job_setting (
    job_id BIGINT,
    name   VARCHAR,
    value  VARCHAR
);

-- Jobs whose setting load_existing has done its work.
CREATE TABLE IF NOT EXISTS inlet.copy_job_backlog (
    job_id BIGINT,
    "at"   TIMESTAMP
);

-- Bad files on their way out of their prefix: a row that is due without one that is not is left to do.
CREATE TABLE IF NOT EXISTS inlet.copy_job_quarantine (
    job_id  BIGINT,
    bucket  VARCHAR,
    key     VARCHAR,
    etag    VARCHAR,
    size    BIGINT,
    target  VARCHAR,         -- s3://bucket/key
    state   VARCHAR,         -- 'due', 'done', 'left'
    message VARCHAR,         -- why it was left
    "at"    TIMESTAMP DEFAULT (now()::TIMESTAMP)
);

-- Notifications of failures that have not been sent yet. A row commits with the
-- failure it tells of and goes when the topic has it.
CREATE TABLE IF NOT EXISTS inlet.copy_job_notice (
    id      BIGINT,
    job_id  BIGINT,
    topic   VARCHAR,
    subject VARCHAR,
    message VARCHAR
);

-- The latest row of a (job, key) is its state; with reload_changed of a (job, key, etag, version).
CREATE TABLE IF NOT EXISTS inlet.copy_job_file (
    seq      BIGINT,
    job_id   BIGINT,
    bucket   VARCHAR,
    key      VARCHAR,
    etag     VARCHAR,
    version  VARCHAR,
    size     BIGINT,
    modified TIMESTAMP,      -- event time, or the object's time when found by listing
    enqueued TIMESTAMP,
    status   VARCHAR,        -- 'P' pending, 'I' ingested, 'E' error, 'S' skipped, 'U' unloaded
    query    BIGINT,         -- the load or un-load, 0 while pending
    "at"     TIMESTAMP
);

-- When the commit of a COPY JOB's load was over, to the microsecond; a crash in
-- that moment leaves a load without a row.
CREATE TABLE IF NOT EXISTS inlet.load_visible (
    query   BIGINT,
    visible TIMESTAMP
);

-- Files whose rows were removed again.
CREATE TABLE IF NOT EXISTS inlet.unload (
    query      BIGINT,
    xid        BIGINT,
    pid        INTEGER,
    userid     INTEGER,
    table_id   BIGINT,
    table_name VARCHAR,
    job_id     BIGINT,
    load       BIGINT,       -- the load that had brought the rows
    url        VARCHAR,
    etag       VARCHAR,
    version    VARCHAR,
    rows       BIGINT,       -- removed
    started    TIMESTAMP,
    ended      TIMESTAMP
);

-- What UNLOAD wrote.
CREATE TABLE IF NOT EXISTS inlet.export (
    query       BIGINT,
    xid         BIGINT,
    pid         INTEGER,
    userid      INTEGER,
    status      VARCHAR,     -- 'completed', 'aborted'
    format      VARCHAR,     -- 'Text', 'CSV', …
    compression VARCHAR,
    location    VARCHAR,     -- the path in TO
    started     TIMESTAMP,
    ended       TIMESTAMP,
    rows        BIGINT,
    files       BIGINT,
    bytes       BIGINT,
    message     VARCHAR      -- of one that was aborted
);

CREATE TABLE IF NOT EXISTS inlet.export_file (
    query   BIGINT,
    pid     INTEGER,
    userid  INTEGER,
    slice   INTEGER,
    url     VARCHAR,         -- s3://bucket/key
    rows    BIGINT,
    bytes   BIGINT,
    format  VARCHAR,
    started TIMESTAMP,
    ended   TIMESTAMP
);

CREATE TABLE IF NOT EXISTS inlet.copy_job_message (
    job_id  BIGINT,
    "at"    TIMESTAMP,
    message VARCHAR
);

CREATE TABLE IF NOT EXISTS inlet.integration (
    arn     VARCHAR,
    bucket  VARCHAR,
    state   VARCHAR,         -- the integration's own state: 'creating', 'active', 'failed', 'deleting'
    created TIMESTAMP,
    updated TIMESTAMP
);
