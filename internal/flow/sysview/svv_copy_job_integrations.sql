-- COPY JOBs and the S3 event integrations that wake them; the bucket's name
-- joins the two. job_state is 0 when active and 1 when pending, as the view's
-- own page has it.
-- Source: Redshift Database Developer Guide, "SVV_COPY_JOB_INTEGRATIONS".
--
-- job_owner     integer
-- channel_arn   name
-- bucket        text
-- channel_state name
-- db_name       name
-- job_name      text
-- job_state     integer
CREATE VIEW overlay.main.svv_copy_job_integrations AS
SELECT j.owner AS job_owner, i.arn AS channel_arn, coalesce(j.bucket, i.bucket) AS bucket,
       CASE i.state WHEN 'active' THEN 'Established' WHEN 'creating' THEN 'Pending' ELSE CASE WHEN i.arn IS NULL THEN 'Pending' ELSE 'Inactive' END END
           AS channel_state,
       coalesce(j.database, $database) AS db_name, j.name AS job_name,
       CASE WHEN j.id IS NULL THEN NULL WHEN i.state = 'active' THEN 0 ELSE 1 END::INTEGER AS job_state
FROM $catalog.inlet.copy_job j
FULL JOIN $catalog.inlet.integration i ON i.bucket = j.bucket
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = j.owner;
