-- Privileges on schemas that were granted explicitly, and those everybody has on public.
-- Source: Redshift Database Developer Guide, "SVV_SCHEMA_PRIVILEGES".
--
-- namespace_name  varchar(128)
-- privilege_type  varchar(128)
-- identity_id     integer
-- identity_name   varchar(128)
-- identity_type   varchar(128)
-- admin_option    boolean
-- privilege_scope varchar(128)
CREATE VIEW overlay.main.svv_schema_privileges AS
SELECT s.name AS namespace_name, upper(p.privilege) AS privilege_type, p.grantee AS identity_id, p.grantee_name AS identity_name,
       p.grantee_kind AS identity_type, p.grantable AS admin_option, CASE p.kind WHEN 'schema' THEN 'SCHEMA' ELSE 'DATABASE' END AS privilege_scope
FROM overlay.inlet.privilege p
JOIN overlay.inlet.schema s ON (p.kind = 'schema' AND s.name = p.name) OR (p.kind = 'schemas in database' AND s.oid > 12002)
WHERE p.visible OR s.owner = (SELECT id FROM overlay.inlet.viewer);
