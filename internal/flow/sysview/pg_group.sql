-- User groups; they are not kept.
-- Source: PostgreSQL 8.0 documentation, "pg_group".
--
-- groname  name
-- grosysid integer
-- grolist  integer[]
CREATE VIEW overlay.main.pg_group AS
SELECT NULL::VARCHAR AS groname, NULL::INTEGER AS grosysid, NULL::INTEGER[] AS grolist WHERE false;
