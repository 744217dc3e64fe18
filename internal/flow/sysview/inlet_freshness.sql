-- How fresh each table is that files were loaded into: how old the newest file
-- is whose rows are in it, and how long the last 1,000 files of COPY JOBs took
-- from the end of their PUT until their rows were seen. Files are pending and
-- failed in jobs: a COPY that failed told its caller, and is not tried again. A
-- table that is gone has a row only while there are such files for it.
--
-- schema_name    varchar(128)
-- table_name     varchar(128)
-- table_id       bigint
-- newest_put     timestamp
-- newest_visible timestamp
-- age_seconds    double precision
-- files          bigint
-- p50_seconds    double precision
-- p99_seconds    double precision
-- pending        bigint
-- failed         bigint
CREATE VIEW overlay.main.inlet_freshness AS
WITH by_table AS (
    SELECT schema_name, table_name, table_id, max(put) FILTER (state = 'loaded') AS newest_put, max(visible) FILTER (state = 'loaded') AS newest_visible,
           arg_max((epoch_us(visible) - epoch_us(put)) / 1e6::DOUBLE, visible, 1000) FILTER (state = 'loaded' AND job_id IS NOT NULL) AS took,
           count(*) FILTER (state = 'pending') AS pending, count(*) FILTER (state = 'failed' AND job_name IS NOT NULL) AS failed
    FROM overlay.main.inlet_files
    GROUP BY schema_name, table_name, table_id
    HAVING schema_name IS NOT NULL OR count(*) FILTER (state IN ('pending', 'failed') AND job_name IS NOT NULL) > 0
)
SELECT schema_name, table_name, table_id, newest_put, newest_visible, (epoch_us(now()::TIMESTAMP) - epoch_us(newest_put)) / 1e6::DOUBLE AS age_seconds,
       coalesce(len(took), 0) AS files, round(list_aggregate(took, 'quantile_cont', 0.5), 6) AS p50_seconds,
       round(list_aggregate(took, 'quantile_cont', 0.99), 6) AS p99_seconds, pending, failed
FROM by_table;
