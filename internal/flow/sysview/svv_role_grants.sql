-- Roles that are granted to roles: superusers see all, others those of their own roles.
-- Source: Redshift Database Developer Guide, "SVV_ROLE_GRANTS".
--
-- role_id           integer
-- role_name         varchar(128)
-- granted_role_id   integer
-- granted_role_name varchar(128)
CREATE VIEW overlay.main.svv_role_grants AS
SELECT r.id AS role_id, r.name AS role_name, g.id AS granted_role_id, g.name AS granted_role_name
FROM $catalog.inlet.catalog_member m
JOIN $catalog.inlet.catalog_role g ON g.id = m.container
JOIN $catalog.inlet.catalog_role r ON r.id = m.member
JOIN overlay.inlet.viewer v ON v.superuser OR EXISTS (SELECT 1 FROM overlay.inlet.reach x WHERE x.user_id = v.id AND x.kind = 'role' AND x.id = r.id)
WHERE m.kind = 'role' AND m.member_kind = 'role';
