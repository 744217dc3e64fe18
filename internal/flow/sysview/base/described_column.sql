-- Columns with their types as the information schema describes them.
--
-- schema_name  VARCHAR
-- table_name   VARCHAR
-- kind         VARCHAR
-- late_bound   BOOLEAN
-- name         VARCHAR
-- position     INTEGER
-- default_expr VARCHAR
-- nullable     VARCHAR
-- type_name    VARCHAR
-- full_type    VARCHAR
-- length       INTEGER
-- encoding     VARCHAR
-- dist_key     BOOLEAN
-- sort_key     INTEGER
-- type_oid     BIGINT
-- digits       INTEGER
-- radix        INTEGER
-- decimals     INTEGER
-- fraction     INTEGER
CREATE OR REPLACE VIEW overlay.inlet.described_column AS
SELECT r.schema_name, r.name AS table_name, r.kind, r.late_bound, a.name, a.position, a.default_expr,
       CASE WHEN a.not_null THEN 'NO' ELSE 'YES' END AS nullable, a.type_name,
       overlay.main.format_type(a.type_oid, a.typmod) AS full_type, a.length, a.encoding, a.dist_key, a.sort_key, a.type_oid,
       CASE a.type_oid WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53 ELSE a.precision END::INTEGER AS digits,
       CASE WHEN a.type_oid = 1700 THEN 10 WHEN a.type_oid IN (20, 21, 23, 700, 701) THEN 2 END::INTEGER AS radix,
       CASE WHEN a.type_oid IN (20, 21, 23) THEN 0 ELSE a.scale END::INTEGER AS decimals,
       CASE WHEN a.type_oid IN (1083, 1114, 1184, 1266) THEN 6 END::INTEGER AS fraction
FROM overlay.inlet.attribute a
JOIN overlay.inlet.relation r ON r.oid = a.relation;
