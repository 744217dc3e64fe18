-- The columns of declared keys.
-- Source: PostgreSQL 8.0 documentation, "The Information Schema".
--
-- constraint_catalog            varchar(128)
-- constraint_schema             varchar(128)
-- constraint_name               varchar(128)
-- table_catalog                 varchar(128)
-- table_schema                  varchar(128)
-- table_name                    varchar(128)
-- column_name                   varchar(128)
-- ordinal_position              integer
-- position_in_unique_constraint integer
CREATE VIEW overlay.information.key_column_usage AS
SELECT $database AS constraint_catalog, k.schema_name AS constraint_schema, k.name AS constraint_name, $database AS table_catalog,
       k.schema_name AS table_schema, k.table_name, c.name AS column_name, c.n::INTEGER AS ordinal_position,
       CASE WHEN k.kind = 'f' THEN c.n END::INTEGER AS position_in_unique_constraint
FROM overlay.inlet.key k
JOIN overlay.inlet.key_column c ON c.oid = k.oid;
