-- One row for each file that was read, loaded or not.
-- Source: Redshift Database Developer Guide, "STL_FILE_SCAN".
--
-- userid       integer
-- query        integer
-- slice        integer
-- name         character(90)
-- lines        bigint
-- bytes        bigint
-- loadtime     bigint
-- curtime      timestamp
-- is_partial   integer
-- start_offset bigint
CREATE VIEW overlay.main.stl_file_scan AS
SELECT userid, query::INTEGER AS query, slice, left(url, 90) AS name, lines, size AS bytes,
       epoch_us(ended) - epoch_us(started) AS loadtime, ended AS curtime, 0::INTEGER AS is_partial, 0::BIGINT AS start_offset
FROM $catalog.inlet.load_file
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = userid;
