-- Comments on objects.
-- Source: PostgreSQL 8.0 documentation, "pg_description".
--
-- objoid      oid
-- classoid    oid
-- objsubid    integer
-- description text
CREATE VIEW overlay.main.pg_description AS
SELECT object AS objoid, class AS classoid, position AS objsubid, description FROM overlay.inlet.comment WHERE class <> 1262;
