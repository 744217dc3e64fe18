-- One row for each rejected row.
-- Source: Redshift Database Developer Guide, "SYS_LOAD_ERROR_DETAIL".
--
-- user_id        integer
-- query_id       bigint
-- transaction_id bigint
-- session_id     integer
-- database_name  character(64)
-- table_id       integer
-- start_time     timestamp
-- file_name      character(256)
-- line_number    bigint
-- column_name    character(127)
-- column_type    character(10)
-- column_length  character(10)
-- position       integer
-- error_code     integer
-- error_message  character(512)
CREATE VIEW overlay.main.sys_load_error_detail AS
SELECT userid AS user_id, query AS query_id, xid AS transaction_id, pid AS session_id, $database AS database_name, table_id::INTEGER AS table_id,
       started AS start_time, left(url, 256) AS file_name, line AS line_number, coalesce(column_name, '') AS column_name,
       left(coalesce(column_type, ''), 10) AS column_type, coalesce(column_length, '') AS column_length, position,
       code AS error_code, left(reason, 512) AS error_message
FROM $catalog.inlet.load_error
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = userid;
