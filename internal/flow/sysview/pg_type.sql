-- Data types.
-- Source: PostgreSQL 8.0 documentation, "pg_type". typarray, typcategory and
-- typcollation are younger; drivers ask for them.
--
-- oid           oid
-- typname       name
-- typnamespace  oid
-- typowner      integer
-- typlen        smallint
-- typbyval      boolean
-- typtype       "char"
-- typisdefined  boolean
-- typdelim      "char"
-- typrelid      oid
-- typelem       oid
-- typinput      regproc
-- typoutput     regproc
-- typreceive    regproc
-- typsend       regproc
-- typanalyze    regproc
-- typalign      "char"
-- typstorage    "char"
-- typnotnull    boolean
-- typbasetype   oid
-- typtypmod     integer
-- typndims      integer
-- typdefaultbin text
-- typdefault    text
-- typarray      oid
-- typcategory   "char"
-- typcollation  oid
CREATE VIEW overlay.main.pg_type AS
SELECT oid, name AS typname, 11::BIGINT AS typnamespace, 1::INTEGER AS typowner, size AS typlen, byval AS typbyval, kind AS typtype,
       true AS typisdefined, ',' AS typdelim, 0::BIGINT AS typrelid, element AS typelem,
       CASE WHEN name LIKE '\_%' ESCAPE '\' THEN 'array_in' ELSE name || 'in' END AS typinput,
       CASE WHEN name LIKE '\_%' ESCAPE '\' THEN 'array_out' ELSE name || 'out' END AS typoutput,
       CASE WHEN name LIKE '\_%' ESCAPE '\' THEN 'array_recv' ELSE name || 'recv' END AS typreceive,
       CASE WHEN name LIKE '\_%' ESCAPE '\' THEN 'array_send' ELSE name || 'send' END AS typsend, '-' AS typanalyze, 'i' AS typalign, 'p' AS typstorage,
       false AS typnotnull, 0::BIGINT AS typbasetype, -1::INTEGER AS typtypmod, 0::INTEGER AS typndims, NULL::VARCHAR AS typdefaultbin,
       NULL::VARCHAR AS typdefault, array_oid AS typarray,
       CASE WHEN name LIKE '\_%' ESCAPE '\' THEN 'A' WHEN kind = 'p' THEN 'P' WHEN oid = 16 THEN 'B'
            WHEN oid IN (20, 21, 23, 26, 700, 701, 1700, 24, 2205, 2206) THEN 'N' WHEN oid IN (18, 19, 25, 1042, 1043, 705) THEN 'S'
            WHEN oid IN (1082, 1083, 1114, 1184, 1266, 702) THEN 'D' WHEN oid IN (1188, 1190) THEN 'T' ELSE 'U' END AS typcategory,
       0::BIGINT AS typcollation
FROM overlay.inlet.type;
