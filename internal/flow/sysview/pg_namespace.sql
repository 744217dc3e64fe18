-- Schemas.
-- Source: PostgreSQL 8.0 documentation, "pg_namespace".
--
-- oid      oid
-- nspname  name
-- nspowner integer
-- nspacl   aclitem[]
CREATE VIEW overlay.main.pg_namespace AS
SELECT s.oid, s.name AS nspname, s.owner AS nspowner,
       CASE WHEN a.acl IS NOT NULL THEN list_prepend(overlay.main.pg_get_userbyid(s.owner) || '=UC/' || overlay.main.pg_get_userbyid(s.owner), a.acl) END AS nspacl
FROM overlay.inlet.schema s
LEFT JOIN overlay.inlet.acl a ON a.kind = 'schema' AND a.name = s.name;
