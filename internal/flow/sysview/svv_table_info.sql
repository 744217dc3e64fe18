-- Tables that hold rows, for superusers. The engine knows no blocks, sort state
-- or slices: those columns are NULL.
-- Source: Redshift Database Developer Guide, "SVV_TABLE_INFO".
--
-- database               text
-- schema                 text
-- table_id               oid
-- table                  text
-- encoded                text
-- diststyle              text
-- sortkey1               text
-- max_varchar            integer
-- sortkey1_enc           character(32)
-- sortkey_num            integer
-- size                   bigint
-- pct_used               numeric(10,4)
-- empty                  bigint
-- unsorted               numeric(5,2)
-- stats_off              numeric(5,2)
-- tbl_rows               numeric(38,0)
-- skew_sortkey1          numeric(19,2)
-- skew_rows              numeric(19,2)
-- estimated_visible_rows numeric(38,0)
-- risk_event             text
-- vacuum_sort_benefit    numeric(12,2)
-- create_time            timestamp
CREATE VIEW overlay.main.svv_table_info AS
SELECT $database AS database, r.schema_name AS schema, r.oid AS table_id, r.name AS table,
       CASE WHEN r.encode_auto THEN 'Y, AUTO(ENCODE)' WHEN s.encoded THEN 'Y' ELSE 'N' END AS encoded,
       CASE r.dist_style WHEN 'auto' THEN 'AUTO(ALL)' WHEN 'key' THEN 'KEY(' || r.dist_key || ')' ELSE upper(r.dist_style) END AS diststyle,
       CASE WHEN r.sort_style = 'auto' AND s.first IS NULL THEN 'AUTO(SORTKEY)' WHEN r.sort_style = 'interleaved' THEN 'INTERLEAVED' ELSE s.first END
           AS sortkey1,
       r.max_varchar::INTEGER AS max_varchar, s.first_encoding AS sortkey1_enc, coalesce(s.keys, 0)::INTEGER AS sortkey_num,
       NULL::BIGINT AS size, NULL::DECIMAL(10,4) AS pct_used, 0::BIGINT AS empty, NULL::DECIMAL(5,2) AS unsorted, 0::DECIMAL(5,2) AS stats_off,
       e.estimated_size::DECIMAL(38,0) AS tbl_rows, NULL::DECIMAL(19,2) AS skew_sortkey1, NULL::DECIMAL(19,2) AS skew_rows,
       e.estimated_size::DECIMAL(38,0) AS estimated_visible_rows, NULL::VARCHAR AS risk_event, NULL::DECIMAL(12,2) AS vacuum_sort_benefit,
       r.created AS create_time
FROM overlay.inlet.relation r
JOIN overlay.inlet.viewer v ON v.superuser
JOIN duckdb_tables() e ON e.database_name = $database AND e.schema_name = r.schema_name AND e.table_name = r.name
LEFT JOIN (SELECT relation, arg_min(name, abs(sort_key)) FILTER (sort_key <> 0) AS first,
                  arg_min(encoding, abs(sort_key)) FILTER (sort_key <> 0) AS first_encoding, count(*) FILTER (sort_key <> 0) AS keys,
                  bool_or(encoding <> 'none') AS encoded
           FROM $catalog.inlet.catalog_column GROUP BY relation) s ON s.relation = r.oid
WHERE r.kind = 'r' AND e.estimated_size > 0;
