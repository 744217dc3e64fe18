-- Tables, with the name of their owner.
-- Source: PostgreSQL 8.0 documentation, "pg_tables".
--
-- schemaname  name
-- tablename   name
-- tableowner  name
-- tablespace  name
-- hasindexes  boolean
-- hasrules    boolean
-- hastriggers boolean
CREATE VIEW overlay.main.pg_tables AS
SELECT r.schema_name AS schemaname, r.name AS tablename, coalesce(u.name, format('unknown (OID={})', r.owner)) AS tableowner,
       NULL::VARCHAR AS tablespace, coalesce(k.keyed, false) AS hasindexes, false AS hasrules, false AS hastriggers
FROM overlay.inlet.relation r
LEFT JOIN overlay.inlet.account u ON u.id = r.owner
LEFT JOIN (SELECT relation, bool_or(kind IN ('p', 'u')) AS keyed FROM $catalog.inlet.catalog_constraint GROUP BY relation) k ON k.relation = r.oid
WHERE r.kind = 'r';
