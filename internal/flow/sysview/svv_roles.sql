-- Roles the viewer has or owns; superusers see all.
-- Source: Redshift Database Developer Guide, "SVV_ROLES".
--
-- role_id     integer
-- role_name   text
-- role_owner  text
-- external_id text
CREATE VIEW overlay.main.svv_roles AS
SELECT r.id AS role_id, r.name AS role_name, coalesce(u.name, 'rdsdb') AS role_owner, r.external_id
FROM $catalog.inlet.catalog_role r
LEFT JOIN overlay.inlet.account u ON u.id = r.owner
WHERE EXISTS (SELECT 1 FROM overlay.inlet.viewer v WHERE v.superuser OR v.id = r.owner
              OR EXISTS (SELECT 1 FROM overlay.inlet.reach x WHERE x.user_id = v.id AND x.kind = 'role' AND x.id = r.id));
