-- One row for each COPY JOB. The last six columns are missing from the
-- documented list, but its own samples select them.
-- Source: Redshift Database Developer Guide, "SYS_COPY_JOB".
--
-- job_id           bigint
-- job_name         character(128)
-- iam_role         character(128)
-- job_text         character(256)
-- is_auto          integer
-- on_error_suspend integer
-- data_source      text
-- copy_query       text
-- job_owner        integer
-- table_id         integer
-- job_create_time  timestamp
-- database_name    text
CREATE VIEW overlay.main.sys_copy_job AS
SELECT j.id AS job_id, j.name AS job_name, iam_role, overlay.inlet.cut(parameters, 256) AS job_text, auto::INTEGER AS is_auto,
       0::INTEGER AS on_error_suspend, data_source, statement AS copy_query, j.owner AS job_owner, table_id::INTEGER AS table_id,
       created AS job_create_time, database AS database_name
FROM $catalog.inlet.copy_job j
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = j.owner;
