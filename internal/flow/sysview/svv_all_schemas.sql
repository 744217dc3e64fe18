-- Schemas of all databases the session can see; here, of its own.
-- Source: Redshift Database Developer Guide, "SVV_ALL_SCHEMAS".
--
-- database_name   varchar(128)
-- schema_name     varchar(128)
-- schema_owner    integer
-- schema_type     varchar(128)
-- schema_acl      varchar(128)
-- source_database varchar(128)
-- schema_option   varchar(128)
CREATE VIEW overlay.main.svv_all_schemas AS
SELECT $database AS database_name, name AS schema_name, owner AS schema_owner, 'local' AS schema_type, NULL::VARCHAR AS schema_acl,
       NULL::VARCHAR AS source_database, NULL::VARCHAR AS schema_option
FROM overlay.inlet.schema WHERE oid <> 12002;
