-- One row for each file version that a COPY JOB knows, with where it stands,
-- and one for each file that a COPY read which no job knows. Those a job knows
-- are its owner's to see, the others theirs who loaded them, all of them the
-- table's owner's.
--
-- state         varchar(16)
-- job_id        bigint
-- job_name      varchar(128)
-- schema_name   varchar(128)
-- table_name    varchar(128)
-- table_id      bigint
-- url           varchar(2048)
-- etag          varchar(256)
-- version       varchar(1024)
-- bytes         bigint
-- rows          bigint
-- rejected_rows bigint
-- copy_id       bigint
-- put           timestamp
-- seen          timestamp
-- started       timestamp
-- visible       timestamp
-- message       varchar(512)
CREATE VIEW overlay.main.inlet_files AS
WITH versioned AS (
    SELECT job_id, bucket, key, etag, max(version) AS version FROM $catalog.inlet.copy_job_file WHERE version <> '' GROUP BY job_id, bucket, key, etag
), last AS (
    -- A file found by listing has no version: it is one with the same content.
    SELECT e.job_id, e.bucket, e.key, e.etag, coalesce(nullif(e.version, ''), v.version, '') AS version,
           arg_max({'status': e.status, 'size': e.size, 'modified': e.modified, 'query': e.query, 'at': e."at"}, e.seq) AS event,
           min(e.enqueued) AS seen, arg_max(e.enqueued, e.seq) FILTER (e.status = 'P') AS queued, arg_max({'query': e.query, 'at': e."at"}, e.seq) FILTER (e.status = 'I') AS ingested
    FROM $catalog.inlet.copy_job_file e
    LEFT JOIN versioned v ON v.job_id = e.job_id AND v.bucket = e.bucket AND v.key = e.key AND v.etag = e.etag
    GROUP BY ALL
), file AS (
    SELECT job_id, 's3://' || bucket || '/' || key AS url, etag, version, event.status AS status, event.size AS size, event.modified AS modified,
           -- The same content that was put once more is seen anew.
           CASE WHEN seen < event.modified THEN coalesce(queued, seen) ELSE seen END AS seen,
           CASE event.status WHEN 'U' THEN ingested.query WHEN 'I' THEN event.query WHEN 'E' THEN nullif(event.query, 0) END AS load,
           ingested."at" AS committed
    FROM last
), job_table AS (
    -- A job's table may have been made anew: it is the one that the job came to last, or else the only one of its name.
    SELECT j.id AS job_id, coalesce(c.table_id, r.oid, n.oid, j.table_id) AS table_id
    FROM $catalog.inlet.copy_job j
    LEFT JOIN $catalog.inlet.catalog_relation r ON r.oid = j.table_id
    LEFT JOIN (SELECT l.job_id, arg_max(l.table_id, l.query) AS table_id FROM $catalog.inlet.load l JOIN $catalog.inlet.catalog_relation r ON r.oid = l.table_id
               WHERE l.job_id <> 0 GROUP BY l.job_id) c ON c.job_id = j.id
    LEFT JOIN (SELECT name, max(oid) AS oid FROM $catalog.inlet.catalog_relation WHERE kind = 'r' GROUP BY name HAVING count(*) = 1) n ON n.name = j.table_name
), rejected AS (
    SELECT query, url, arg_min('First rejected row: line ' || line || coalesce(', column ' || nullif(column_name, ''), '') || ': ' || reason
                               || ' (code ' || code || ').', line) AS row
    FROM $catalog.inlet.load_error GROUP BY query, url
), moved AS (
    SELECT job_id, 's3://' || bucket || '/' || key AS url, etag, 'It was moved to ' || max(target) AS place
    FROM $catalog.inlet.copy_job_quarantine WHERE state = 'done' GROUP BY ALL
)
SELECT CASE f.status WHEN 'P' THEN 'pending' WHEN 'I' THEN 'loaded' WHEN 'E' THEN 'failed' WHEN 'S' THEN 'skipped' ELSE 'unloaded' END AS state,
       j.id AS job_id, j.name AS job_name, r.schema_name, coalesce(r.name, l.table_name, j.table_name) AS table_name,
       coalesce(r.oid, l.table_id, j.table_id) AS table_id, f.url, f.etag, f.version, f.size AS bytes,
       CASE WHEN f.status = 'I' AND r.oid IS NOT NULL THEN coalesce(lf.rows, 0) ELSE 0 END AS rows, coalesce(lf.errors, 0) AS rejected_rows,
       f.load AS copy_id, f.modified AS put, f.seen, CASE WHEN f.load IS NOT NULL THEN coalesce(lf.started, l.started) END AS started,
       CASE WHEN f.status IN ('I', 'U') THEN coalesce(s.visible, f.committed) END AS visible,
       left(CASE WHEN f.status = 'U' AND u.rows < lf.rows THEN 'No rows were removed, and the file was to be loaded again'
                 WHEN f.status = 'U' THEN u.rows || ' rows were removed'
                 WHEN f.status = 'I' AND r.oid IS NULL THEN 'The table that it was loaded into no longer exists'
                 WHEN f.status IN ('E', 'I') THEN nullif(concat_ws(' ', l.message, e.row, q.place), '') END, 512) AS message
FROM file f
JOIN $catalog.inlet.copy_job j ON j.id = f.job_id
JOIN job_table t ON t.job_id = f.job_id
LEFT JOIN $catalog.inlet.load l ON l.query = f.load
LEFT JOIN $catalog.inlet.catalog_relation r ON r.oid = CASE WHEN f.status IN ('I', 'U') THEN coalesce(l.table_id, j.table_id) ELSE t.table_id END
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = j.owner OR v.id = r.owner
LEFT JOIN $catalog.inlet.load_file lf ON lf.query = f.load AND lf.url = f.url
LEFT JOIN rejected e ON e.query = f.load AND e.url = f.url
LEFT JOIN moved q ON f.status = 'E' AND q.job_id = f.job_id AND q.url = f.url AND q.etag = f.etag
LEFT JOIN $catalog.inlet.load_visible s ON s.query = f.load
LEFT JOIN $catalog.inlet.unload u ON u.load = f.load AND u.url = f.url
UNION ALL
SELECT CASE WHEN u.load IS NOT NULL THEN 'unloaded' WHEN f.loaded THEN 'loaded' ELSE 'failed' END, nullif(f.job_id, 0), NULL, r.schema_name,
       coalesce(r.name, l.table_name), l.table_id, f.url, f.etag, coalesce(f.version, ''), f.size,
       CASE WHEN f.loaded AND u.load IS NULL AND r.oid IS NOT NULL THEN f.rows ELSE 0 END, f.errors, f.query, f.modified, l.started, f.started,
       CASE WHEN f.loaded THEN coalesce(s.visible, l.ended) END,
       left(CASE WHEN u.rows < f.rows THEN 'No rows were removed, and the file was to be loaded again'
                 WHEN u.load IS NOT NULL THEN u.rows || ' rows were removed'
                 WHEN f.loaded AND r.oid IS NULL THEN 'The table that it was loaded into no longer exists, or was a temporary one'
                 ELSE nullif(concat_ws(' ', l.message, e.row), '') END, 512)
FROM $catalog.inlet.load_file f
JOIN $catalog.inlet.load l ON l.query = f.query
LEFT JOIN $catalog.inlet.catalog_relation r ON r.oid = l.table_id
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = f.userid OR v.id = r.owner
LEFT JOIN rejected e ON e.query = f.query AND e.url = f.url
LEFT JOIN $catalog.inlet.load_visible s ON s.query = f.query
LEFT JOIN $catalog.inlet.unload u ON u.load = f.query AND u.url = f.url
-- What was neither loaded nor aborted is a COPY with NOLOAD.
WHERE (f.job_id = 0 OR f.job_id NOT IN (SELECT id FROM $catalog.inlet.copy_job)) AND (f.loaded OR l.status = 'aborted');
