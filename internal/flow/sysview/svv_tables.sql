-- Tables and views of the database.
-- Source: Redshift Database Developer Guide, "SVV_TABLES".
--
-- table_catalog varchar(128)
-- table_schema  varchar(128)
-- table_name    varchar(128)
-- table_type    varchar(128)
-- remarks       varchar(256)
CREATE VIEW overlay.main.svv_tables AS
SELECT $database AS table_catalog, schema_name AS table_schema, name AS table_name,
       CASE kind WHEN 'v' THEN 'VIEW' ELSE 'BASE TABLE' END AS table_type, NULL::VARCHAR AS remarks
FROM overlay.inlet.relation;
