-- Database users.
-- Source: Redshift Database Developer Guide, "SVV_USER_INFO".
--
-- user_name          text
-- user_id            integer
-- createdb           boolean
-- superuser          boolean
-- catalog_update     boolean
-- connection_limit   text
-- syslog_access      text
-- last_ddl_timestamp timestamp
-- session_timeout    integer
-- external_user_id   text
CREATE VIEW overlay.main.svv_user_info AS
SELECT name AS user_name, id AS user_id, createdb, superuser, id = 1 AS catalog_update, 'UNLIMITED' AS connection_limit,
       CASE WHEN superuser THEN 'UNRESTRICTED' ELSE 'RESTRICTED' END AS syslog_access, NULL::TIMESTAMP AS last_ddl_timestamp,
       0::INTEGER AS session_timeout, NULL::VARCHAR AS external_user_id
FROM overlay.inlet.account;
