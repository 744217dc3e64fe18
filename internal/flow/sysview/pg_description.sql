-- Comments on objects. They are not kept.
-- Source: PostgreSQL 8.0 documentation, "pg_description".
--
-- objoid      oid
-- classoid    oid
-- objsubid    integer
-- description text
CREATE VIEW overlay.main.pg_description AS
SELECT NULL::BIGINT AS objoid, NULL::BIGINT AS classoid, NULL::INTEGER AS objsubid, NULL::VARCHAR AS description WHERE false;
