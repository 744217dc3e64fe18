-- Declared keys, which are not enforced.
-- Source: PostgreSQL 8.0 documentation, "The Information Schema".
--
-- constraint_catalog varchar(128)
-- constraint_schema  varchar(128)
-- constraint_name    varchar(128)
-- table_catalog      varchar(128)
-- table_schema       varchar(128)
-- table_name         varchar(128)
-- constraint_type    varchar(128)
-- is_deferrable      varchar(3)
-- initially_deferred varchar(3)
CREATE VIEW overlay.information.table_constraints AS
SELECT $database AS constraint_catalog, schema_name AS constraint_schema, name AS constraint_name, $database AS table_catalog,
       schema_name AS table_schema, table_name, CASE kind WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'FOREIGN KEY' END AS constraint_type,
       'NO' AS is_deferrable, 'NO' AS initially_deferred
FROM overlay.inlet.key;
