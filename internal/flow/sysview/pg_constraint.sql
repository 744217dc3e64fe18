-- Declared keys, which are not enforced.
-- Source: PostgreSQL 8.0 documentation, "pg_constraint". conindid, conparentid
-- and convalidated are younger.
--
-- oid           oid
-- conname       name
-- connamespace  oid
-- contype       "char"
-- condeferrable boolean
-- condeferred   boolean
-- conrelid      oid
-- contypid      oid
-- confrelid     oid
-- confupdtype   "char"
-- confdeltype   "char"
-- confmatchtype "char"
-- conkey        smallint[]
-- confkey       smallint[]
-- conbin        text
-- consrc        text
-- conindid      oid
-- conparentid   oid
-- convalidated  boolean
CREATE VIEW overlay.main.pg_constraint AS
SELECT oid, name AS conname, schema_oid AS connamespace, kind AS contype, false AS condeferrable, false AS condeferred, relation AS conrelid,
       0::BIGINT AS contypid, CASE WHEN kind = 'f' THEN referenced ELSE 0 END AS confrelid, CASE WHEN kind = 'f' THEN 'a' ELSE ' ' END AS confupdtype,
       CASE WHEN kind = 'f' THEN 'a' ELSE ' ' END AS confdeltype, CASE WHEN kind = 'f' THEN 'u' ELSE ' ' END AS confmatchtype, positions AS conkey,
       CASE WHEN kind = 'f' THEN ref_positions END AS confkey, NULL::VARCHAR AS conbin, NULL::VARCHAR AS consrc,
       CASE WHEN kind = 'f' THEN 0 ELSE oid END AS conindid, 0::BIGINT AS conparentid, true AS convalidated
FROM overlay.inlet.key;
