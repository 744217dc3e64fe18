-- What new tables are granted with.
-- Source: Redshift Database Developer Guide, "SVV_DEFAULT_PRIVILEGES".
--
-- schema_name    varchar(128)
-- object_type    varchar(128)
-- owner_id       integer
-- owner_name     varchar(128)
-- owner_type     varchar(128)
-- privilege_type varchar(128)
-- grantee_id     integer
-- grantee_name   varchar(128)
-- grantee_type   varchar(128)
-- admin_option   boolean
CREATE VIEW overlay.main.svv_default_privileges AS
SELECT nullif(d.schema_name, '') AS schema_name, 'RELATION' AS object_type, d.owner AS owner_id, o.name AS owner_name, 'user' AS owner_type,
       upper(d.privilege) AS privilege_type, d.grantee AS grantee_id, CASE d.grantee_kind WHEN 'public' THEN 'public' ELSE i.name END AS grantee_name,
       d.grantee_kind AS grantee_type, d.grantable AS admin_option
FROM $catalog.inlet.catalog_default_grant d
JOIN overlay.inlet.account o ON o.id = d.owner
LEFT JOIN overlay.inlet.identity i ON i.kind = d.grantee_kind AND i.id = d.grantee
WHERE EXISTS (SELECT 1 FROM overlay.inlet.viewer v WHERE v.superuser OR v.id = d.owner
              OR EXISTS (SELECT 1 FROM overlay.inlet.reach r WHERE r.user_id = v.id AND r.kind = d.grantee_kind AND r.id = d.grantee));
