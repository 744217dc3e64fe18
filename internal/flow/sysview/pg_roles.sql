-- Database users as roles. PostgreSQL 8.0 has no roles; psql asks for them.
--
-- oid            oid
-- rolname        name
-- rolsuper       boolean
-- rolinherit     boolean
-- rolcreaterole  boolean
-- rolcreatedb    boolean
-- rolcatupdate   boolean
-- rolcanlogin    boolean
-- rolconnlimit   integer
-- rolpassword    text
-- rolvaliduntil  timestamp
-- rolconfig      text[]
-- rolreplication boolean
CREATE VIEW overlay.main.pg_roles AS
SELECT id::BIGINT AS oid, name AS rolname, superuser AS rolsuper, true AS rolinherit, superuser AS rolcreaterole, createdb OR superuser AS rolcreatedb,
       id = 1 AS rolcatupdate, true AS rolcanlogin, -1::INTEGER AS rolconnlimit, '********' AS rolpassword, valid_until AS rolvaliduntil,
       NULL::VARCHAR[] AS rolconfig, false AS rolreplication
FROM overlay.inlet.account;
