-- Tables and views of all databases the session can see; here, of its own.
-- Source: Redshift Database Developer Guide, "SVV_ALL_TABLES".
--
-- database_name varchar(128)
-- schema_name   varchar(128)
-- table_name    varchar(128)
-- table_type    varchar(128)
-- table_acl     varchar(128)
-- remarks       varchar(128)
CREATE VIEW overlay.main.svv_all_tables AS
SELECT $database AS database_name, schema_name, name AS table_name,
       CASE WHEN late_bound THEN 'LATE BINDING VIEW' WHEN kind = 'v' THEN 'VIEW' ELSE 'TABLE' END AS table_type,
       NULL::VARCHAR AS table_acl, NULL::VARCHAR AS remarks
FROM overlay.inlet.relation;
