-- One row for each file a COPY read.
-- Source: Redshift Database Developer Guide, "SYS_LOAD_DETAIL".
--
-- user_id            integer
-- query_id           integer
-- file_name          character(256)
-- bytes_scanned      integer
-- lines_scanned      integer
-- record_time        timestamp
-- splits_scanned     integer
-- start_time         timestamp
-- end_time           timestamp
-- file_etag          character(256)
-- file_last_modified timestamp
CREATE VIEW overlay.main.sys_load_detail AS
SELECT userid AS user_id, query::INTEGER AS query_id, left(url, 256) AS file_name,
       least(size, 2147483647)::INTEGER AS bytes_scanned, least(lines, 2147483647)::INTEGER AS lines_scanned, ended AS record_time,
       1::INTEGER AS splits_scanned, started AS start_time, ended AS end_time, etag AS file_etag, modified AS file_last_modified
FROM $catalog.inlet.load_file
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = userid;
