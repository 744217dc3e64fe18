-- Every column of every relation. Declared lengths of temporary tables are
-- read from the checks that enforce them.
--
-- relation     BIGINT
-- position     INTEGER
-- name         VARCHAR
-- type_oid     BIGINT
-- type_name    VARCHAR
-- typmod       INTEGER
-- length       INTEGER
-- precision    INTEGER
-- scale        INTEGER
-- not_null     BOOLEAN
-- default_expr VARCHAR
-- encoding     VARCHAR
-- dist_key     BOOLEAN
-- sort_key     INTEGER
-- late_bound   BOOLEAN
CREATE OR REPLACE VIEW overlay.inlet.attribute AS
SELECT c.relation, c.position, c.name, c.oid::BIGINT AS type_oid, c.type_name, c.typmod, c.length, c.precision, c.scale, c.not_null,
       CASE WHEN c.identity_seed IS NULL THEN c.default_expr
            ELSE format('{}({}, {}, ''{},{}''::text)', CASE WHEN c.identity_default THEN 'default_identity' ELSE '"identity"' END,
                        c.relation, c.position - 1, c.identity_seed, c.identity_step) END AS default_expr,
       c.encoding, c.dist_key, c.sort_key, r.late_bound
FROM $catalog.inlet.catalog_column c
JOIN $catalog.inlet.catalog_relation r ON r.oid = c.relation
UNION ALL
SELECT c.table_oid + 2000000000, c.column_index, c.column_name, t.oid, t.label,
       CASE WHEN t.oid = 1700 THEN least(coalesce(c.numeric_precision, 38), 38) * 65536 + coalesce(c.numeric_scale, 0) + 4
            WHEN l.length IS NOT NULL THEN l.length + 4 ELSE -1 END,
       l.length, CASE WHEN t.oid = 1700 THEN least(coalesce(c.numeric_precision, 38), 38) END, CASE WHEN t.oid = 1700 THEN coalesce(c.numeric_scale, 0) END,
       NOT c.is_nullable, c.column_default, 'none', false, 0, false
FROM duckdb_columns() c
JOIN overlay.inlet.type t ON t.engine = CASE WHEN c.data_type LIKE 'DECIMAL%' OR c.data_type = 'HUGEINT' THEN 'DECIMAL' ELSE c.data_type END
LEFT JOIN (SELECT table_oid, constraint_column_names[1] AS name, regexp_extract(expression, '<= ([0-9]+)', 1)::INTEGER AS length
           FROM duckdb_constraints()
           WHERE database_name = 'temp' AND constraint_type = 'CHECK' AND regexp_matches(expression, '^\((strlen|octet_length)\(')) l
       ON l.table_oid = c.table_oid AND l.name = c.column_name
WHERE c.database_name = 'temp'
UNION ALL
SELECT relation, position, name, type_oid, type_name, typmod, length, precision, scale, false, NULL, 'none', false, 0, false
FROM overlay.inlet.system_column;
