-- Tablespaces: the two every database has.
-- Source: PostgreSQL 8.0 documentation, "pg_tablespace".
--
-- oid         oid
-- spcname     name
-- spcowner    integer
-- spclocation text
-- spcacl      aclitem[]
CREATE VIEW overlay.main.pg_tablespace AS
SELECT oid::BIGINT AS oid, spcname, 1::INTEGER AS spcowner, '' AS spclocation, NULL::VARCHAR[] AS spcacl
FROM (VALUES (1663, 'pg_default'), (1664, 'pg_global')) AS t(oid, spcname);
