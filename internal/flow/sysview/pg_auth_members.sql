-- Members of roles.
--
-- roleid       oid
-- member       oid
-- grantor      oid
-- admin_option boolean
CREATE VIEW overlay.main.pg_auth_members AS
SELECT container::BIGINT AS roleid, member::BIGINT AS member, 1::BIGINT AS grantor, admin AS admin_option
FROM $catalog.inlet.catalog_member WHERE kind = 'role';
