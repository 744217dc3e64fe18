-- Comments on databases and users. They are not kept.
-- Source: PostgreSQL documentation, "pg_shdescription".
--
-- objoid      oid
-- classoid    oid
-- description text
CREATE VIEW overlay.main.pg_shdescription AS
SELECT NULL::BIGINT AS objoid, NULL::BIGINT AS classoid, NULL::VARCHAR AS description WHERE false;
