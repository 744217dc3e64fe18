-- Columns of what Redshift holds itself, with compression and keys.
-- Source: Redshift Database Developer Guide, "SVV_REDSHIFT_COLUMNS".
--
-- database_name    varchar(128)
-- schema_name      varchar(128)
-- table_name       varchar(128)
-- column_name      varchar(128)
-- ordinal_position integer
-- data_type        varchar(32)
-- column_default   varchar(4000)
-- is_nullable      varchar(3)
-- encoding         varchar(128)
-- distkey          boolean
-- sortkey          integer
-- column_acl       varchar(128)
-- remarks          varchar(256)
CREATE VIEW overlay.main.svv_redshift_columns AS
SELECT $database AS database_name, c.schema_name, c.table_name, c.name AS column_name, c.position AS ordinal_position,
       c.full_type AS data_type, c.default_expr AS column_default, c.nullable AS is_nullable, c.encoding, c.dist_key AS distkey,
       c.sort_key AS sortkey, NULL::VARCHAR AS column_acl, NULL::VARCHAR AS remarks
FROM overlay.inlet.described_column c;
