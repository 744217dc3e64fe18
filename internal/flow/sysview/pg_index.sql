-- Declared primary and unique keys, as indexes. Redshift has none; it only
-- shows keys this way.
-- Source: PostgreSQL 8.0 documentation, "pg_index". The columns from indisvalid
-- on are younger; psql asks for them.
--
-- indexrelid     oid
-- indrelid       oid
-- indkey         smallint[]
-- indclass       oid[]
-- indnatts       smallint
-- indisunique    boolean
-- indisprimary   boolean
-- indisclustered boolean
-- indexprs       text
-- indpred        text
-- indisvalid     boolean
-- indimmediate   boolean
-- indoption      smallint[]
CREATE VIEW overlay.main.pg_index AS
SELECT oid AS indexrelid, relation AS indrelid, positions AS indkey, list_transform(positions, _p -> 0::BIGINT) AS indclass,
       len(positions)::SMALLINT AS indnatts, true AS indisunique, kind = 'p' AS indisprimary, false AS indisclustered, NULL::VARCHAR AS indexprs,
       NULL::VARCHAR AS indpred, true AS indisvalid, true AS indimmediate, list_transform(positions, _p -> 0::SMALLINT) AS indoption
FROM overlay.inlet.key
WHERE kind IN ('p', 'u');
