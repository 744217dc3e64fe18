-- One row for each message a COPY JOB logged.
-- Source: Redshift Database Developer Guide, "SYS_COPY_JOB_INFO".
--
-- job_id        bigint
-- job_name      character(128)
-- database_name character(128)
-- record_time   timestamp
-- message       character(512)
CREATE VIEW overlay.main.sys_copy_job_info AS
SELECT m.job_id, j.name AS job_name, j.database AS database_name, m."at" AS record_time, left(m.message, 512) AS message
FROM $catalog.inlet.copy_job_message m
JOIN $catalog.inlet.copy_job j ON j.id = m.job_id
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = j.owner;
