-- The fields of rejected rows, up to the one at fault.
-- Source: Redshift Database Developer Guide, "STL_LOADERROR_DETAIL".
--
-- userid      integer
-- slice       integer
-- session     integer
-- query       integer
-- filename    character(256)
-- line_number bigint
-- field       integer
-- colname     character(1024)
-- value       character(1024)
-- is_null     integer
-- type        character(10)
-- col_length  character(10)
CREATE VIEW overlay.main.stl_loaderror_detail AS
SELECT userid, slice, pid AS session, query::INTEGER AS query, left(url, 256) AS filename, line AS line_number, field,
       coalesce(column_name, '') AS colname, overlay.inlet.cut(coalesce(value, ''), 1024) AS value, is_null::INTEGER AS is_null,
       left(coalesce(column_type, ''), 10) AS type, coalesce(column_length, '') AS col_length
FROM $catalog.inlet.load_error_field
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = userid;
