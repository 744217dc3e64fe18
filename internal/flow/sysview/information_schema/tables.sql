-- Tables and views.
-- Source: PostgreSQL 8.0 documentation, "The Information Schema".
--
-- table_catalog                varchar(128)
-- table_schema                 varchar(128)
-- table_name                   varchar(128)
-- table_type                   varchar(128)
-- self_referencing_column_name varchar(128)
-- reference_generation         varchar(128)
-- user_defined_type_catalog    varchar(128)
-- user_defined_type_schema     varchar(128)
-- user_defined_name            varchar(128)
CREATE VIEW overlay.information.tables AS
SELECT $database AS table_catalog, schema_name AS table_schema, name AS table_name,
       CASE WHEN kind = 'v' THEN 'VIEW' WHEN schema_oid = 12002 THEN 'LOCAL TEMPORARY' ELSE 'BASE TABLE' END AS table_type,
       NULL::VARCHAR AS self_referencing_column_name, NULL::VARCHAR AS reference_generation, NULL::VARCHAR AS user_defined_type_catalog,
       NULL::VARCHAR AS user_defined_type_schema, NULL::VARCHAR AS user_defined_name
FROM overlay.inlet.relation
WHERE NOT late_bound;
