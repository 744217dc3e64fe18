-- Declared primary and unique keys, as indexes.
-- Source: PostgreSQL 8.0 documentation, "pg_indexes".
--
-- schemaname name
-- tablename  name
-- indexname  name
-- tablespace name
-- indexdef   text
CREATE VIEW overlay.main.pg_indexes AS
SELECT schema_name AS schemaname, table_name AS tablename, name AS indexname, NULL::VARCHAR AS tablespace,
       format('CREATE UNIQUE INDEX {} ON {}.{} USING btree ({})', overlay.inlet.quote_ident(name), overlay.inlet.quote_ident(schema_name),
              overlay.inlet.quote_ident(table_name), names) AS indexdef
FROM overlay.inlet.key
WHERE kind IN ('p', 'u');
