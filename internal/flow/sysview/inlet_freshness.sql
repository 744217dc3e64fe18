-- How fresh each table is that files were loaded into: how old the newest file
-- is whose rows are in it, and how long the last 1,000 files of COPY JOBs took
-- from the end of their PUT until their rows were seen.
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
WITH file AS (
    SELECT *, epoch_us(visible) - epoch_us(put) AS took,
           row_number() OVER (PARTITION BY table_id, state, job_id IS NULL ORDER BY visible DESC) AS place
    FROM overlay.main.inlet_files
)
SELECT schema_name, table_name, table_id, max(put) FILTER (state = 'loaded') AS newest_put, max(visible) FILTER (state = 'loaded') AS newest_visible,
       (epoch_us(now()::TIMESTAMP) - epoch_us(max(put) FILTER (state = 'loaded'))) / 1e6::DOUBLE AS age_seconds,
       count(*) FILTER (state = 'loaded' AND job_id IS NOT NULL AND place <= 1000) AS files,
       quantile_cont(took, 0.5) FILTER (state = 'loaded' AND job_id IS NOT NULL AND place <= 1000) / 1e6::DOUBLE AS p50_seconds,
       quantile_cont(took, 0.99) FILTER (state = 'loaded' AND job_id IS NOT NULL AND place <= 1000) / 1e6::DOUBLE AS p99_seconds,
       count(*) FILTER (state = 'pending') AS pending, count(*) FILTER (state = 'failed') AS failed
FROM file
GROUP BY schema_name, table_name, table_id;
