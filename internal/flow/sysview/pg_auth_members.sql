-- Members of roles; roles are not kept.
--
-- roleid       oid
-- member       oid
-- grantor      oid
-- admin_option boolean
CREATE VIEW overlay.main.pg_auth_members AS
SELECT NULL::BIGINT AS roleid, NULL::BIGINT AS member, NULL::BIGINT AS grantor, NULL::BOOLEAN AS admin_option WHERE false;
