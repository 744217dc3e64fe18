-- Rows in which ACCEPTINVCHARS replaced characters. They are not recorded.
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
SELECT NULL::INTEGER AS userid, NULL::INTEGER AS query, NULL::INTEGER AS slice, NULL::INTEGER AS tbl, NULL::TIMESTAMP AS starttime,
       NULL::INTEGER AS session, NULL::VARCHAR AS filename, NULL::BIGINT AS line_number, NULL::VARCHAR AS colname, NULL::VARCHAR AS raw_line
WHERE false;
