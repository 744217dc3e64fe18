-- The schemas of the database, with what the engine does not hold as schemas.
--
-- oid   BIGINT
-- name  VARCHAR
-- owner INTEGER
CREATE OR REPLACE VIEW overlay.inlet.schema AS
SELECT oid, name, owner FROM (VALUES
    (11::BIGINT, 'pg_catalog', 1::INTEGER),
    (12001, 'information_schema', 1),
    (2200, 'public', 1)) AS fixed(oid, name, owner)
UNION ALL
SELECT oid, name, owner FROM $catalog.inlet.catalog_schema WHERE name <> 'public'
UNION ALL
SELECT 12002, 'pg_temp_' || overlay.main.pg_backend_pid(), 1;
