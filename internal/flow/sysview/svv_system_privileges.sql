-- System privileges of roles.
-- Source: Redshift Database Developer Guide, "SVV_SYSTEM_PRIVILEGES".
--
-- system_privilege varchar(128)
-- identity_id      integer
-- identity_name    varchar(128)
-- identity_type    varchar(128)
CREATE VIEW overlay.main.svv_system_privileges AS
SELECT upper(name) AS system_privilege, grantee AS identity_id, grantee_name AS identity_name, grantee_kind AS identity_type
FROM overlay.inlet.privilege WHERE kind = 'system' AND visible;
