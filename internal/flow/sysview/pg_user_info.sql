-- Database users with Redshift's own attributes.
-- Source: Redshift Database Developer Guide, "PG_USER_INFO".
--
-- usename        name
-- usesysid       integer
-- usecreatedb    boolean
-- usesuper       boolean
-- usecatupd      boolean
-- passwd         text
-- valuntil       timestamp
-- useconfig      text[]
-- useconnlimit   text
-- syslogaccess   text
-- last_ddl_ts    timestamp
-- sessiontimeout integer
-- external_id    text
CREATE VIEW overlay.main.pg_user_info AS
SELECT name AS usename, id AS usesysid, createdb AS usecreatedb, superuser AS usesuper, id = 1 AS usecatupd, '********' AS passwd,
       valid_until AS valuntil, NULL::VARCHAR[] AS useconfig, 'UNLIMITED' AS useconnlimit,
       CASE WHEN superuser THEN 'UNRESTRICTED' ELSE 'RESTRICTED' END AS syslogaccess, NULL::TIMESTAMP AS last_ddl_ts, 0::INTEGER AS sessiontimeout,
       NULL::VARCHAR AS external_id
FROM overlay.inlet.account;
