-- One row for each file a COPY JOB knows: its latest state, P pending,
-- I ingested, E error, or U for the states Redshift has no letter for: skipped
-- and unloaded.
-- Source: Redshift Database Developer Guide, "SYS_COPY_JOB_DETAIL".
--
-- user_id           integer
-- database_name     text
-- job_id            integer
-- job_name          text
-- file_location     text
-- file_name         text
-- file_size         bigint
-- file_etag         text
-- job_text          character(256)
-- modification_time timestamp
-- enqueue_time      timestamp
-- status            character(1)
CREATE VIEW overlay.main.sys_copy_job_detail AS
SELECT j.owner AS user_id, j.database AS database_name, j.id::INTEGER AS job_id, j.name AS job_name, f.bucket AS file_location,
       f.key AS file_name, f.last.size AS file_size, f.last.etag AS file_etag, overlay.inlet.cut(j.parameters, 256) AS job_text,
       f.last.modified AS modification_time, coalesce(f.queued, f.last.enqueued) AS enqueue_time, CASE f.last.status WHEN 'S' THEN 'U' ELSE f.last.status END AS status
FROM (SELECT job_id, bucket, key, arg_max({'size': size, 'etag': etag, 'modified': modified, 'enqueued': enqueued, 'status': status}, place) AS last,
             arg_max(enqueued, place) FILTER (status = 'P') AS queued
      -- With reload_changed a key has a state for each content, whose events come in any order: the newest content counts.
      FROM (SELECT *, CASE WHEN job_id IN (SELECT s.job_id FROM $catalog.inlet.copy_job_setting s WHERE s.name = 'reload_changed' AND lower(s.value) IN ('on', 'true'))
                           THEN epoch_us(modified)::HUGEINT * 1000000000000000000 + seq ELSE seq END AS place
            FROM $catalog.inlet.copy_job_file)
      GROUP BY job_id, bucket, key) f
JOIN $catalog.inlet.copy_job j ON j.id = f.job_id
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = j.owner;
