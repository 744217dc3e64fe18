-- Roles that are granted to users: superusers see all, others their own.
-- Source: Redshift Database Developer Guide, "SVV_USER_GRANTS".
--
-- user_id      integer
-- user_name    varchar(128)
-- role_id      integer
-- role_name    varchar(128)
-- admin_option boolean
CREATE VIEW overlay.main.svv_user_grants AS
SELECT u.id AS user_id, u.name AS user_name, r.id AS role_id, r.name AS role_name, m.admin AS admin_option
FROM $catalog.inlet.catalog_member m
JOIN $catalog.inlet.catalog_role r ON r.id = m.container
JOIN overlay.inlet.account u ON u.id = m.member
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = u.id
WHERE m.kind = 'role' AND m.member_kind = 'user';
