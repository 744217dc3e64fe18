-- Databases the session can see; each lies in a file of its own, and this is
-- the one it is connected to.
-- Source: Redshift Database Developer Guide, "SVV_REDSHIFT_DATABASES".
--
-- database_name            varchar(128)
-- database_owner           integer
-- database_type            varchar(32)
-- database_acl             varchar(128)
-- database_options         varchar(128)
-- database_isolation_level varchar(128)
CREATE VIEW overlay.main.svv_redshift_databases AS
SELECT name AS database_name, owner AS database_owner, 'local' AS database_type, NULL::VARCHAR AS database_acl,
       NULL::VARCHAR AS database_options, 'Snapshot Isolation' AS database_isolation_level
FROM overlay.inlet.database;
