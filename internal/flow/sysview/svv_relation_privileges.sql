-- Privileges on tables and views that were granted explicitly.
-- Source: Redshift Database Developer Guide, "SVV_RELATION_PRIVILEGES".
--
-- namespace_name  varchar(128)
-- relation_name   varchar(128)
-- privilege_type  varchar(128)
-- identity_id     integer
-- identity_name   varchar(128)
-- identity_type   varchar(128)
-- admin_option    boolean
-- privilege_scope varchar(128)
CREATE VIEW overlay.main.svv_relation_privileges AS
SELECT r.schema_name AS namespace_name, r.name AS relation_name, upper(p.privilege) AS privilege_type, p.grantee AS identity_id,
       p.grantee_name AS identity_name, p.grantee_kind AS identity_type, p.grantable AS admin_option,
       CASE p.kind WHEN 'tables in schema' THEN 'SCHEMA' WHEN 'tables in database' THEN 'DATABASE' ELSE 'RELATION' END AS privilege_scope
FROM overlay.inlet.privilege p
JOIN $catalog.inlet.catalog_relation r ON (p.kind = 'table' AND p.object = r.oid) OR (p.kind = 'tables in schema' AND p.name = r.schema_name)
     OR p.kind = 'tables in database'
WHERE p.visible OR r.owner = (SELECT id FROM overlay.inlet.viewer);
