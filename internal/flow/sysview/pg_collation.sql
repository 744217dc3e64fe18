-- Collations. PostgreSQL 8.0 has none; psql asks for them.
--
-- oid           oid
-- collname      name
-- collnamespace oid
-- collowner     integer
-- collencoding  integer
-- collcollate   name
-- collctype     name
CREATE VIEW overlay.main.pg_collation AS
SELECT NULL::BIGINT AS oid, NULL::VARCHAR AS collname, NULL::BIGINT AS collnamespace, NULL::INTEGER AS collowner, NULL::INTEGER AS collencoding,
       NULL::VARCHAR AS collcollate, NULL::VARCHAR AS collctype
WHERE false;
