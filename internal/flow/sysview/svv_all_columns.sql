-- Columns in all databases the session can see; here, of its own.
-- Source: Redshift Database Developer Guide, "SVV_ALL_COLUMNS".
--
-- database_name            varchar(128)
-- schema_name              varchar(128)
-- table_name               varchar(128)
-- column_name              varchar(128)
-- ordinal_position         integer
-- column_default           varchar(4000)
-- is_nullable              varchar(3)
-- data_type                varchar(128)
-- character_maximum_length integer
-- numeric_precision        integer
-- numeric_scale            integer
-- remarks                  varchar(256)
CREATE VIEW overlay.main.svv_all_columns AS
SELECT $database AS database_name, c.schema_name, c.table_name, c.name AS column_name, c.position AS ordinal_position,
       c.default_expr AS column_default, c.nullable AS is_nullable, c.type_name AS data_type, c.length AS character_maximum_length,
       c.digits AS numeric_precision, c.decimals AS numeric_scale, NULL::VARCHAR AS remarks
FROM overlay.inlet.described_column c;
