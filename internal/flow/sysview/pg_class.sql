-- Tables, views and, for declared keys, indexes.
-- Source: PostgreSQL 8.0 documentation, "pg_class", with Redshift's additions.
-- The columns from reloftype on are younger than 8.0; psql asks for them.
--
-- oid             oid
-- relname         name
-- relnamespace    oid
-- reltype         oid
-- relowner        integer
-- relam           oid
-- relfilenode     oid
-- reltablespace   oid
-- relpages        integer
-- reltuples       real
-- reltoastrelid   oid
-- reltoastidxid   oid
-- relhasindex     boolean
-- relisshared     boolean
-- relkind         "char"
-- relnatts        smallint
-- relexternid     oid
-- relisreplicated boolean
-- relispinned     boolean
-- reldiststyle    smallint
-- relprojbaseid   oid
-- relchecks       smallint
-- reltriggers     smallint
-- relukeys        smallint
-- relfkeys        smallint
-- relrefs         smallint
-- relhasoids      boolean
-- relhaspkey      boolean
-- relhasrules     boolean
-- relhassubclass  boolean
-- relacl          aclitem[]
-- reloftype       oid
-- relhastriggers  boolean
-- relpersistence  "char"
-- relispartition  boolean
-- reloptions      text[]
CREATE VIEW overlay.main.pg_class AS
SELECT c.oid, c.name AS relname, c.schema_oid AS relnamespace, 0::BIGINT AS reltype, c.owner AS relowner, c.am AS relam, c.oid AS relfilenode,
       0::BIGINT AS reltablespace, 0::INTEGER AS relpages, 0::FLOAT AS reltuples, 0::BIGINT AS reltoastrelid, 0::BIGINT AS reltoastidxid,
       c.pkeys + c.ukeys > 0 AS relhasindex, false AS relisshared, c.kind AS relkind, c.columns::SMALLINT AS relnatts, 0::BIGINT AS relexternid,
       false AS relisreplicated, false AS relispinned, c.dist::SMALLINT AS reldiststyle, 0::BIGINT AS relprojbaseid, 0::SMALLINT AS relchecks,
       0::SMALLINT AS reltriggers, c.ukeys::SMALLINT AS relukeys, c.fkeys::SMALLINT AS relfkeys, c.refs::SMALLINT AS relrefs,
       false AS relhasoids, c.pkeys > 0 AS relhaspkey, false AS relhasrules, false AS relhassubclass, 
       CASE WHEN a.acl IS NOT NULL THEN list_prepend(overlay.main.pg_get_userbyid(c.owner) || '=arwdRxtDPA/' || overlay.main.pg_get_userbyid(c.owner), a.acl)
            END AS relacl,
       0::BIGINT AS reloftype, c.fkeys + c.refs > 0 AS relhastriggers, CASE WHEN c.schema_oid = 12002 THEN 't' ELSE 'p' END AS relpersistence,
       false AS relispartition, NULL::VARCHAR[] AS reloptions
FROM (SELECT r.oid, r.name, r.schema_oid, r.owner, 0::BIGINT AS am, r.kind, r.columns,
             CASE r.dist_style WHEN 'key' THEN 1 WHEN 'all' THEN 8 WHEN 'auto' THEN 9 ELSE 0 END::SMALLINT AS dist,
             coalesce(k.pkeys, 0) AS pkeys, coalesce(k.ukeys, 0) AS ukeys, coalesce(k.fkeys, 0) AS fkeys, coalesce(f.refs, 0) AS refs
      FROM overlay.inlet.relation r
      LEFT JOIN (SELECT relation, count(*) FILTER (kind = 'p') AS pkeys, count(*) FILTER (kind = 'u') AS ukeys, count(*) FILTER (kind = 'f') AS fkeys
                 FROM $catalog.inlet.catalog_constraint GROUP BY relation) k ON k.relation = r.oid
      LEFT JOIN (SELECT referenced, count(*) AS refs FROM $catalog.inlet.catalog_constraint WHERE kind = 'f' GROUP BY referenced) f
             ON f.referenced = r.oid
      UNION ALL
      SELECT k.oid, k.name, r.schema_oid, r.owner, 403, 'i', len(k.columns), 0, 0, 0, 0, 0
      FROM $catalog.inlet.catalog_constraint k JOIN overlay.inlet.relation r ON r.oid = k.relation
      WHERE k.kind IN ('p', 'u')) c
LEFT JOIN overlay.inlet.acl a ON a.kind = 'table' AND a.object = c.oid;
