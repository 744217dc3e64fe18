-- Database users, without their passwords.
-- Source: PostgreSQL 8.0 documentation, "pg_user".
--
-- usename     name
-- usesysid    integer
-- usecreatedb boolean
-- usesuper    boolean
-- usecatupd   boolean
-- passwd      text
-- valuntil    timestamp
-- useconfig   text[]
CREATE VIEW overlay.main.pg_user AS
SELECT name AS usename, id AS usesysid, createdb AS usecreatedb, superuser AS usesuper, id = 1 AS usecatupd, '********' AS passwd,
       valid_until AS valuntil, NULL::VARCHAR[] AS useconfig
FROM overlay.inlet.account;
