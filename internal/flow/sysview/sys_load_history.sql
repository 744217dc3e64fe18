-- One row for each COPY that ended.
-- Source: Redshift Database Developer Guide, "SYS_LOAD_HISTORY".
--
-- user_id            integer
-- query_id           bigint
-- transaction_id     bigint
-- session_id         integer
-- database_name      text
-- status             text
-- table_name         text
-- start_time         timestamp
-- end_time           timestamp
-- duration           bigint
-- data_source        text
-- file_format        text
-- loaded_rows        bigint
-- loaded_bytes       bigint
-- source_file_count  integer
-- source_file_bytes  bigint
-- file_count_scanned integer
-- file_bytes_scanned bigint
-- error_count        bigint
-- copy_job_id        bigint
CREATE VIEW overlay.main.sys_load_history AS
SELECT userid AS user_id, query AS query_id, xid AS transaction_id, pid AS session_id, $database AS database_name, status, table_name,
       started AS start_time, ended AS end_time, epoch_us(ended) - epoch_us(started) AS duration, data_source, file_format,
       rows AS loaded_rows, bytes AS loaded_bytes, files AS source_file_count, files_bytes AS source_file_bytes,
       files_read AS file_count_scanned, bytes_read AS file_bytes_scanned, errors AS error_count, job_id AS copy_job_id
FROM $catalog.inlet.load
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = userid;
