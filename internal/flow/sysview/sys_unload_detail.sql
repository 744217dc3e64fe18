-- One row for each file that an UNLOAD wrote.
-- Source: Redshift Database Developer Guide, "SYS_UNLOAD_DETAIL".
--
-- user_id        integer
-- query_id       bigint
-- session_id     integer
-- transaction_id bigint
-- file_name      character(1280)
-- start_time     timestamp
-- end_time       timestamp
-- line_count     bigint
-- transfer_size  bigint
-- file_format    character(10)
CREATE VIEW overlay.main.sys_unload_detail AS
SELECT f.userid AS user_id, f.query AS query_id, f.pid AS session_id, e.xid AS transaction_id, left(f.url, 1280) AS file_name,
       f.started AS start_time, f.ended AS end_time, f.rows AS line_count, f.bytes AS transfer_size, f.format AS file_format
FROM $catalog.inlet.export_file f
JOIN $catalog.inlet.export e ON e.query = f.query
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = f.userid;
