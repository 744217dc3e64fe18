-- External schemas; the node has none.
-- Source: Redshift Database Developer Guide, "SVV_EXTERNAL_SCHEMAS".
--
-- esoid        oid
-- eskind       smallint
-- schemaname   name
-- esowner      integer
-- databasename text
-- esoptions    text
CREATE VIEW overlay.main.svv_external_schemas AS
SELECT NULL::BIGINT AS esoid, NULL::SMALLINT AS eskind, NULL::VARCHAR AS schemaname, NULL::INTEGER AS esowner,
       NULL::VARCHAR AS databasename, NULL::VARCHAR AS esoptions
WHERE false;
