-- Columns of tables, early-bound views and indexes.
-- Source: PostgreSQL 8.0 documentation, "pg_attribute", with Redshift's
-- additions. attcollation and attacl are younger than 8.0; psql asks for them.
--
-- attrelid        oid
-- attname         name
-- atttypid        oid
-- attstattarget   integer
-- attlen          smallint
-- attnum          smallint
-- attndims        integer
-- attcacheoff     integer
-- atttypmod       integer
-- attbyval        boolean
-- attstorage      "char"
-- attalign        "char"
-- attnotnull      boolean
-- atthasdef       boolean
-- attisdropped    boolean
-- attislocal      boolean
-- attinhcount     integer
-- attisdistkey    boolean
-- attispreloaded  boolean
-- attsortkeyord   integer
-- attencodingtype smallint
-- attencrypttype  smallint
-- attcollation    oid
-- attacl          aclitem[]
CREATE VIEW overlay.main.pg_attribute AS
SELECT a.relation AS attrelid, a.name AS attname, a.type_oid AS atttypid, -1::INTEGER AS attstattarget, t.size AS attlen, a.position::SMALLINT AS attnum,
       CASE WHEN t.element <> 0 AND t.name LIKE '\_%' ESCAPE '\' THEN 1 ELSE 0 END::INTEGER AS attndims, -1::INTEGER AS attcacheoff, a.typmod AS atttypmod,
       t.byval AS attbyval, 'p' AS attstorage, 'i' AS attalign, a.not_null AS attnotnull, a.default_expr IS NOT NULL AS atthasdef,
       false AS attisdropped, true AS attislocal, 0::INTEGER AS attinhcount, coalesce(a.dist_key, false) AS attisdistkey, false AS attispreloaded,
       coalesce(a.sort_key, 0)::INTEGER AS attsortkeyord, overlay.inlet.encoding_number(a.encoding)::SMALLINT AS attencodingtype,
       0::SMALLINT AS attencrypttype, 0::BIGINT AS attcollation, NULL::VARCHAR[] AS attacl
FROM (SELECT * FROM overlay.inlet.attribute WHERE NOT late_bound
      UNION ALL
      SELECT k.oid, u.n, c.name, c.oid, c.type_name, c.typmod, c.length, c.precision, c.scale, false, NULL, 'none', false, 0, false
      FROM $catalog.inlet.catalog_constraint k
      JOIN overlay.inlet.key_column u ON u.oid = k.oid
      JOIN $catalog.inlet.catalog_column c ON c.relation = k.relation AND c.position = u.position
      WHERE k.kind IN ('p', 'u')) a
JOIN overlay.inlet.type t ON t.oid = a.type_oid;
