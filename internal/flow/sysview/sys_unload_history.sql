-- One row for each UNLOAD that ended.
-- Source: Redshift Database Developer Guide, "SYS_UNLOAD_HISTORY".
--
-- user_id              integer
-- query_id             bigint
-- transaction_id       bigint
-- session_id           integer
-- database_name        text
-- status               text
-- start_time           timestamp
-- end_time             timestamp
-- duration             bigint
-- file_format          text
-- compression_type     text
-- unloaded_location    text
-- unloaded_rows        bigint
-- unloaded_files_count bigint
-- unloaded_files_size  bigint
-- error_message        text
CREATE VIEW overlay.main.sys_unload_history AS
SELECT userid AS user_id, query AS query_id, xid AS transaction_id, pid AS session_id, $database AS database_name, status,
       started AS start_time, ended AS end_time, epoch_us(ended) - epoch_us(started) AS duration, format AS file_format,
       compression AS compression_type, location AS unloaded_location, rows AS unloaded_rows, files AS unloaded_files_count,
       bytes AS unloaded_files_size, message AS error_message
FROM $catalog.inlet.export
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = userid;
