-- The columns of declared keys.
--
-- oid          BIGINT
-- n            BIGINT
-- position     INTEGER
-- ref_position INTEGER
-- name         VARCHAR
-- ref_name     VARCHAR
CREATE OR REPLACE VIEW overlay.inlet.key_column AS
SELECT k.oid, k.n, a.position, f.position AS ref_position, k.name, k.ref_name
FROM (SELECT oid, relation, referenced, unnest(columns) AS name, unnest(referenced_names) AS ref_name, generate_subscripts(columns, 1) AS n
      FROM $catalog.inlet.catalog_constraint) k
JOIN $catalog.inlet.catalog_column a ON a.relation = k.relation AND a.name = k.name
LEFT JOIN $catalog.inlet.catalog_column f ON f.relation = k.referenced AND f.name = k.ref_name;
