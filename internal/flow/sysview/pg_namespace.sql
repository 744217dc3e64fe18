-- Schemas.
-- Source: PostgreSQL 8.0 documentation, "pg_namespace".
--
-- oid      oid
-- nspname  name
-- nspowner integer
-- nspacl   aclitem[]
CREATE VIEW overlay.main.pg_namespace AS
SELECT oid, name AS nspname, owner AS nspowner, NULL::VARCHAR[] AS nspacl FROM overlay.inlet.schema;
