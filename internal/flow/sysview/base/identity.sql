-- Users, groups and roles.
--
-- kind VARCHAR
-- id   INTEGER
-- name VARCHAR
CREATE OR REPLACE VIEW overlay.inlet.identity AS
SELECT 'user' AS kind, id, name FROM overlay.inlet.account
UNION ALL
SELECT 'group', id, name FROM $catalog.inlet.catalog_group
UNION ALL
SELECT 'role', id, name FROM $catalog.inlet.catalog_role;
