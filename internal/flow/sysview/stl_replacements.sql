-- Rows in which ACCEPTINVCHARS replaced characters.
-- Source: Redshift Database Developer Guide, "STL_REPLACEMENTS".
--
-- userid      integer
-- query       integer
-- slice       integer
-- tbl         integer
-- starttime   timestamp
-- session     integer
-- filename    character(256)
-- line_number bigint
-- colname     character(127)
-- raw_line    character(1024)
CREATE VIEW overlay.main.stl_replacements AS
SELECT userid, query::INTEGER AS query, slice, table_id::INTEGER AS tbl, started AS starttime, pid AS session, left(url, 256) AS filename,
       line AS line_number, left(column_name, 127) AS colname, left(raw_line, 1024) AS raw_line
FROM $catalog.inlet.load_replacement
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = userid;
