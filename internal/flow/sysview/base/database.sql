-- The database of this file. Its owner is the first superuser that was made.
--
-- oid   BIGINT
-- name  VARCHAR
-- owner INTEGER
CREATE OR REPLACE VIEW overlay.inlet.database AS
SELECT 16384::BIGINT AS oid, $database AS name,
       coalesce((SELECT min(id) FROM $catalog.inlet.catalog_user WHERE superuser), 1)::INTEGER AS owner;
