-- Privileges on tables and views that were granted to users, groups and everyone.
-- Source: PostgreSQL 8.0 documentation, "table_privileges".
--
-- grantor        varchar(128)
-- grantee        varchar(128)
-- table_catalog  varchar(128)
-- table_schema   varchar(128)
-- table_name     varchar(128)
-- privilege_type varchar(128)
-- is_grantable   varchar(3)
-- with_hierarchy varchar(3)
CREATE VIEW overlay.information.table_privileges AS
SELECT coalesce(u.name, 'rdsdb') AS grantor, CASE p.grantee_kind WHEN 'public' THEN 'PUBLIC' ELSE p.grantee_name END AS grantee,
       $database AS table_catalog, r.schema_name AS table_schema, r.name AS table_name, upper(p.privilege) AS privilege_type,
       CASE WHEN p.grantable THEN 'YES' ELSE 'NO' END AS is_grantable, 'NO' AS with_hierarchy
FROM overlay.inlet.privilege p
JOIN $catalog.inlet.catalog_relation r ON p.kind = 'table' AND p.object = r.oid
LEFT JOIN overlay.inlet.account u ON u.id = p.grantor
WHERE p.visible OR r.owner = (SELECT id FROM overlay.inlet.viewer);
