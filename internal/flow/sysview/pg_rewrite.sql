-- Rules, which Redshift does not have.
-- Source: PostgreSQL 8.0 documentation, "pg_rewrite".
--
-- oid        oid
-- rulename   name
-- ev_class   oid
-- ev_attr    smallint
-- ev_type    "char"
-- is_instead boolean
-- ev_qual    text
-- ev_action  text
-- ev_enabled "char"
CREATE VIEW overlay.main.pg_rewrite AS
SELECT NULL::BIGINT AS oid, NULL::VARCHAR AS rulename, NULL::BIGINT AS ev_class, NULL::SMALLINT AS ev_attr, NULL::VARCHAR AS ev_type,
       NULL::BOOLEAN AS is_instead, NULL::VARCHAR AS ev_qual, NULL::VARCHAR AS ev_action, NULL::VARCHAR AS ev_enabled
WHERE false;
