-- The database users, and rdsdb, to whom the system belongs.
--
-- id          INTEGER
-- name        VARCHAR
-- superuser   BOOLEAN
-- createdb    BOOLEAN
-- valid_until TIMESTAMP
CREATE OR REPLACE VIEW overlay.inlet.account AS
SELECT 1::INTEGER AS id, 'rdsdb' AS name, true AS superuser, true AS createdb, NULL::TIMESTAMP AS valid_until
UNION ALL
SELECT id, name, superuser, createdb, valid_until FROM $catalog.inlet.catalog_user;
