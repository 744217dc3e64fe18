-- Comments on databases.
-- Source: PostgreSQL documentation, "pg_shdescription".
--
-- objoid      oid
-- classoid    oid
-- description text
CREATE VIEW overlay.main.pg_shdescription AS
SELECT object AS objoid, class AS classoid, description FROM overlay.inlet.comment WHERE class = 1262;
