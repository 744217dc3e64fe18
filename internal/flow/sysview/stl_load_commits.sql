-- One row for each file whose rows are in the table.
-- Source: Redshift Database Developer Guide, "STL_LOAD_COMMITS".
--
-- userid        integer
-- query         integer
-- slice         integer
-- name          character(256)
-- filename      character(256)
-- byte_offset   integer
-- lines_scanned integer
-- errors        integer
-- curtime       timestamp
-- status        integer
-- file_format   character(16)
-- is_partial    integer
-- start_offset  bigint
-- copy_job_id   bigint
CREATE VIEW overlay.main.stl_load_commits AS
SELECT userid, query::INTEGER AS query, slice, '' AS name, left(url, 256) AS filename, 0::INTEGER AS byte_offset,
       least(lines, 2147483647)::INTEGER AS lines_scanned, least(errors, 2147483647)::INTEGER AS errors, ended AS curtime, 1::INTEGER AS status,
       left(format, 16) AS file_format, 0::INTEGER AS is_partial, 0::BIGINT AS start_offset, job_id AS copy_job_id
FROM $catalog.inlet.load_file f
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = userid
WHERE loaded AND NOT EXISTS (FROM $catalog.inlet.unload u WHERE u.load = f.query AND u.url = f.url);
