-- The declared keys, which Redshift does not enforce, with column numbers.
--
-- oid           BIGINT
-- relation      BIGINT
-- schema_oid    BIGINT
-- schema_name   VARCHAR
-- table_name    VARCHAR
-- owner         INTEGER
-- name          VARCHAR
-- kind          VARCHAR
-- referenced    BIGINT
-- positions     SMALLINT[]
-- ref_positions SMALLINT[]
-- names         VARCHAR
-- definition    VARCHAR
CREATE OR REPLACE VIEW overlay.inlet.key AS
SELECT k.oid, k.relation, r.schema_oid, r.schema_name, r.name AS table_name, r.owner, k.name, k.kind, k.referenced, c.positions, c.ref_positions,
       c.names,
       CASE k.kind WHEN 'p' THEN 'PRIMARY KEY (' || c.names || ')'
                   WHEN 'u' THEN 'UNIQUE (' || c.names || ')'
                   ELSE 'FOREIGN KEY (' || c.names || ') REFERENCES ' || CASE f.schema_name WHEN 'public' THEN '' ELSE overlay.inlet.quote_ident(f.schema_name) || '.' END
                        || overlay.inlet.quote_ident(f.name) || '(' || c.ref_names || ')' END AS definition
FROM $catalog.inlet.catalog_constraint k
JOIN overlay.inlet.relation r ON r.oid = k.relation
JOIN (SELECT oid, list(position::SMALLINT ORDER BY n) AS positions, list(ref_position::SMALLINT ORDER BY n) AS ref_positions,
             string_agg(overlay.inlet.quote_ident(name), ', ' ORDER BY n) AS names,
             string_agg(overlay.inlet.quote_ident(ref_name), ', ' ORDER BY n) AS ref_names
      FROM overlay.inlet.key_column GROUP BY oid) c ON c.oid = k.oid
LEFT JOIN $catalog.inlet.catalog_relation f ON f.oid = k.referenced;
