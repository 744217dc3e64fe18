-- External tables; the node has none.
-- Source: Redshift Database Developer Guide, "SVV_EXTERNAL_TABLES".
--
-- redshift_database_name text
-- schemaname             text
-- tablename              text
-- tabletype              text
-- location               text
-- input_format           text
-- output_format          text
-- serialization_lib      text
-- serde_parameters       text
-- compressed             integer
-- parameters             text
CREATE VIEW overlay.main.svv_external_tables AS
SELECT NULL::VARCHAR AS redshift_database_name, NULL::VARCHAR AS schemaname, NULL::VARCHAR AS tablename, NULL::VARCHAR AS tabletype,
       NULL::VARCHAR AS location, NULL::VARCHAR AS input_format, NULL::VARCHAR AS output_format, NULL::VARCHAR AS serialization_lib,
       NULL::VARCHAR AS serde_parameters, NULL::INTEGER AS compressed, NULL::VARCHAR AS parameters
WHERE false;
