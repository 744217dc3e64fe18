-- Schemas Redshift holds itself.
-- Source: Redshift Database Developer Guide, "SVV_REDSHIFT_SCHEMAS".
--
-- database_name varchar(128)
-- schema_name   varchar(128)
-- schema_owner  integer
-- schema_type   varchar(128)
-- schema_acl    varchar(128)
-- schema_option varchar(128)
CREATE VIEW overlay.main.svv_redshift_schemas AS
SELECT $database AS database_name, name AS schema_name, owner AS schema_owner, 'local' AS schema_type, NULL::VARCHAR AS schema_acl,
       NULL::VARCHAR AS schema_option
FROM overlay.inlet.schema WHERE oid <> 12002;
