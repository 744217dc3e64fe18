-- Columns of tables and early-bound views.
-- Source: PostgreSQL 8.0 documentation, "The Information Schema".
--
-- table_catalog            varchar(128)
-- table_schema             varchar(128)
-- table_name               varchar(128)
-- column_name              varchar(128)
-- ordinal_position         integer
-- column_default           varchar(4000)
-- is_nullable              varchar(3)
-- data_type                varchar(128)
-- character_maximum_length integer
-- character_octet_length   integer
-- numeric_precision        integer
-- numeric_precision_radix  integer
-- numeric_scale            integer
-- datetime_precision       integer
-- interval_type            varchar(128)
-- interval_precision       varchar(128)
-- character_set_catalog    varchar(128)
-- character_set_schema     varchar(128)
-- character_set_name       varchar(128)
-- collation_catalog        varchar(128)
-- collation_schema         varchar(128)
-- collation_name           varchar(128)
-- domain_catalog           varchar(128)
-- domain_schema            varchar(128)
-- domain_name              varchar(128)
-- udt_catalog              varchar(128)
-- udt_schema               varchar(128)
-- udt_name                 varchar(128)
-- dtd_identifier           varchar(128)
-- is_self_referencing      varchar(3)
CREATE VIEW overlay.information.columns AS
SELECT $database AS table_catalog, c.schema_name AS table_schema, c.table_name, c.name AS column_name, c.position AS ordinal_position,
       c.default_expr AS column_default, c.nullable AS is_nullable, c.type_name AS data_type, c.length AS character_maximum_length,
       NULL::INTEGER AS character_octet_length, c.digits AS numeric_precision, c.radix AS numeric_precision_radix, c.decimals AS numeric_scale,
       c.fraction AS datetime_precision, NULL::VARCHAR AS interval_type, NULL::VARCHAR AS interval_precision,
       NULL::VARCHAR AS character_set_catalog, NULL::VARCHAR AS character_set_schema, NULL::VARCHAR AS character_set_name,
       NULL::VARCHAR AS collation_catalog, NULL::VARCHAR AS collation_schema, NULL::VARCHAR AS collation_name, NULL::VARCHAR AS domain_catalog,
       NULL::VARCHAR AS domain_schema, NULL::VARCHAR AS domain_name, $database AS udt_catalog, 'pg_catalog' AS udt_schema, t.name AS udt_name,
       c.position::VARCHAR AS dtd_identifier, 'NO' AS is_self_referencing
FROM overlay.inlet.described_column c
JOIN overlay.inlet.type t ON t.oid = c.type_oid
WHERE NOT c.late_bound;
