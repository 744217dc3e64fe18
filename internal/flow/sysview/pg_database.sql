-- Databases; each lies in a file of its own, and this is the one the session
-- is connected to.
-- Source: PostgreSQL 8.0 documentation, "pg_database". datcollate and datctype
-- are younger; clients ask for them all the same.
--
-- oid           oid
-- datname       name
-- datdba        integer
-- encoding      integer
-- datistemplate boolean
-- datallowconn  boolean
-- datlastsysoid oid
-- datvacuumxid  xid
-- datfrozenxid  xid
-- dattablespace oid
-- datconfig     text[]
-- datacl        aclitem[]
-- datcollate    name
-- datctype      name
CREATE VIEW overlay.main.pg_database AS
SELECT oid, name AS datname, owner AS datdba, 6::INTEGER AS encoding, false AS datistemplate, true AS datallowconn, 16383::BIGINT AS datlastsysoid,
       0::BIGINT AS datvacuumxid, 0::BIGINT AS datfrozenxid, 1663::BIGINT AS dattablespace, NULL::VARCHAR[] AS datconfig,
       (SELECT acl FROM overlay.inlet.acl WHERE kind = 'database') AS datacl, 'C' AS datcollate, 'C' AS datctype
FROM overlay.inlet.database;
