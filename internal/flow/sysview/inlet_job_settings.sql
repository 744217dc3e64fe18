-- One row for each setting of a COPY JOB that COPY JOB ALTER … SET gave a
-- value. Redshift's jobs have none.
--
-- job_id   bigint
-- job_name varchar(128)
-- setting  varchar(64)
-- value    varchar(65535)
CREATE VIEW overlay.main.inlet_job_settings AS
SELECT s.job_id, j.name AS job_name, s.name AS setting, s.value
FROM $catalog.inlet.copy_job_setting s
JOIN $catalog.inlet.copy_job j ON j.id = s.job_id
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = j.owner;
