-- Run-time parameters: the fixed ones, and those the session tells of in the
-- variable inlet_settings, a map from name to value.
-- Source: PostgreSQL 8.0 documentation, "pg_settings".
--
-- name       text
-- setting    text
-- category   text
-- short_desc text
-- extra_desc text
-- context    text
-- vartype    text
-- source     text
-- min_val    text
-- max_val    text
CREATE VIEW overlay.main.pg_settings AS
SELECT name, setting, NULL::VARCHAR AS category, NULL::VARCHAR AS short_desc, NULL::VARCHAR AS extra_desc, context, 'string' AS vartype,
       source, NULL::VARCHAR AS min_val, NULL::VARCHAR AS max_val
FROM (SELECT name, setting, 'internal' AS context, 'default' AS source
      FROM (VALUES ('block_size', '8192'), ('integer_datetimes', 'on'), ('max_function_args', '32'), ('max_identifier_length', '127'),
                   ('max_index_keys', '32'), ('server_encoding', 'UNICODE'), ('server_version', '8.0.2')) AS fixed(name, setting)
      UNION ALL
      SELECT e.key, e.value, 'user', 'session'
      FROM (SELECT unnest(map_entries(getvariable('inlet_settings')::MAP(VARCHAR, VARCHAR))) AS e));
