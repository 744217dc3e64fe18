-- Schemas.
-- Source: PostgreSQL 8.0 documentation, "The Information Schema".
--
-- catalog_name                  varchar(128)
-- schema_name                   varchar(128)
-- schema_owner                  varchar(128)
-- default_character_set_catalog varchar(128)
-- default_character_set_schema  varchar(128)
-- default_character_set_name    varchar(128)
-- sql_path                      varchar(128)
CREATE VIEW overlay.information.schemata AS
SELECT $database AS catalog_name, s.name AS schema_name, coalesce(u.name, format('unknown (OID={})', s.owner)) AS schema_owner,
       NULL::VARCHAR AS default_character_set_catalog, NULL::VARCHAR AS default_character_set_schema, NULL::VARCHAR AS default_character_set_name,
       NULL::VARCHAR AS sql_path
FROM overlay.inlet.schema s
LEFT JOIN overlay.inlet.account u ON u.id = s.owner;
