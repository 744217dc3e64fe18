-- One row for each file that an UNLOAD wrote.
-- Source: Redshift Database Developer Guide, "STL_UNLOAD_LOG".
--
-- userid        integer
-- query         integer
-- slice         integer
-- pid           integer
-- path          character(1280)
-- start_time    timestamp
-- end_time      timestamp
-- line_count    bigint
-- transfer_size bigint
-- file_format   character(10)
CREATE VIEW overlay.main.stl_unload_log AS
SELECT userid, query::INTEGER AS query, slice, pid, left(url, 1280) AS path, started AS start_time, ended AS end_time, rows AS line_count,
       bytes AS transfer_size, format AS file_format
FROM $catalog.inlet.export_file
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = userid;
