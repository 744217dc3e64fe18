-- Every table and view: declared ones, temporary ones of this connection, and
-- the system's own. Temporary tables are the engine's alone; 2000000000 keeps
-- their numbers apart from declared ones.
--
-- oid         BIGINT
-- schema_oid  BIGINT
-- schema_name VARCHAR
-- name        VARCHAR
-- kind        VARCHAR
-- owner       INTEGER
-- dist_style  VARCHAR
-- dist_key    VARCHAR
-- sort_style  VARCHAR
-- encode_auto BOOLEAN
-- definition  VARCHAR
-- late_bound  BOOLEAN
-- created     TIMESTAMP
-- columns     BIGINT
-- max_varchar INTEGER
CREATE OR REPLACE VIEW overlay.inlet.relation AS
SELECT r.oid, s.oid AS schema_oid, r.schema_name, r.name, r.kind, r.owner, r.dist_style, r.dist_key, r.sort_style, r.encode_auto,
       r.definition, r.late_bound, r.created, coalesce(c.columns, 0) AS columns, coalesce(c.max_varchar, 0) AS max_varchar
FROM $catalog.inlet.catalog_relation r
JOIN overlay.inlet.schema s ON s.name = r.schema_name
LEFT JOIN (SELECT relation, count(*) AS columns, max(length) FILTER (type_name = 'character varying') AS max_varchar
           FROM $catalog.inlet.catalog_column GROUP BY relation) c ON c.relation = r.oid
UNION ALL
SELECT t.table_oid + 2000000000, s.oid, s.name, t.table_name, 'r', coalesce((SELECT id FROM overlay.inlet.viewer), 1), 'auto', NULL, NULL, false,
       NULL, false, NULL, t.column_count, 0
FROM duckdb_tables() t, overlay.inlet.schema s
WHERE t.database_name = 'temp' AND s.oid = 12002
UNION ALL
SELECT r.oid, s.oid, r.schema, r.name, r.kind, 1, NULL, NULL, NULL, false, NULL, false, NULL, c.columns, 0
FROM overlay.inlet.system_relation r
JOIN overlay.inlet.schema s ON s.name = r.schema
JOIN (SELECT relation, count(*) AS columns FROM overlay.inlet.system_column GROUP BY relation) c ON c.relation = r.oid;
