-- Privileges on the database that were granted explicitly, and those everybody has.
-- Source: Redshift Database Developer Guide, "SVV_DATABASE_PRIVILEGES".
--
-- database_name   varchar(128)
-- privilege_type  varchar(128)
-- identity_id     integer
-- identity_name   varchar(128)
-- identity_type   varchar(128)
-- admin_option    boolean
-- privilege_scope varchar(128)
CREATE VIEW overlay.main.svv_database_privileges AS
SELECT $database AS database_name, CASE privilege WHEN 'temporary' THEN 'TEMP' ELSE upper(privilege) END AS privilege_type, grantee AS identity_id,
       grantee_name AS identity_name, grantee_kind AS identity_type, grantable AS admin_option, 'DATABASE' AS privilege_scope
FROM overlay.inlet.privilege WHERE kind = 'database' AND visible;
