-- Columns of external tables; the node has none.
-- Source: Redshift Database Developer Guide, "SVV_EXTERNAL_COLUMNS".
--
-- redshift_database_name text
-- schemaname             text
-- tablename              text
-- columnname             text
-- external_type          text
-- columnnum              integer
-- part_key               integer
-- is_nullable            text
CREATE VIEW overlay.main.svv_external_columns AS
SELECT NULL::VARCHAR AS redshift_database_name, NULL::VARCHAR AS schemaname, NULL::VARCHAR AS tablename, NULL::VARCHAR AS columnname,
       NULL::VARCHAR AS external_type, NULL::INTEGER AS columnnum, NULL::INTEGER AS part_key, NULL::VARCHAR AS is_nullable
WHERE false;
