-- One row for each rejected row, with the row and the field as they were read.
-- Source: Redshift Database Developer Guide, "STL_LOAD_ERRORS".
--
-- userid          integer
-- slice           integer
-- tbl             integer
-- starttime       timestamp
-- session         integer
-- query           integer
-- filename        character(256)
-- line_number     bigint
-- colname         character(127)
-- type            character(10)
-- col_length      character(10)
-- position        integer
-- raw_line        character(1024)
-- raw_field_value character(1024)
-- err_code        integer
-- err_reason      character(100)
-- is_partial      integer
-- start_offset    bigint
-- copy_job_id     bigint
CREATE VIEW overlay.main.stl_load_errors AS
SELECT userid, slice, table_id::INTEGER AS tbl, started AS starttime, pid AS session, query::INTEGER AS query,
       left(url, 256) AS filename, line AS line_number, coalesce(column_name, '') AS colname,
       left(coalesce(column_type, ''), 10) AS type, coalesce(column_length, '') AS col_length, position,
       overlay.inlet.cut(coalesce(raw_line, ''), 1024) AS raw_line, overlay.inlet.cut(coalesce(raw_field, ''), 1024) AS raw_field_value,
       code AS err_code, left(reason, 100) AS err_reason, 0::INTEGER AS is_partial, start_offset, job_id AS copy_job_id
FROM $catalog.inlet.load_error
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = userid;
