-- Languages: functions are built in or SQL.
-- Source: PostgreSQL 8.0 documentation, "pg_language", as far as clients read it.
--
-- oid          oid
-- lanname      name
-- lanispl      boolean
-- lanpltrusted boolean
-- lanacl       aclitem[]
CREATE VIEW overlay.main.pg_language AS
SELECT oid::BIGINT AS oid, lanname, false AS lanispl, lanpltrusted, NULL::VARCHAR[] AS lanacl
FROM (VALUES (12, 'internal', false), (14, 'sql', true)) AS t(oid, lanname, lanpltrusted);
