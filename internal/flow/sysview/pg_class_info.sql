-- Tables with the distribution style in effect.
-- Source: Redshift Database Developer Guide, "PG_CLASS_INFO".
--
-- reloid                oid
-- relname               name
-- relnamespace          oid
-- relowner              integer
-- relkind               "char"
-- relnatts              smallint
-- reldiststyle          smallint
-- relcreationtime       timestamp
-- releffectivediststyle integer
CREATE VIEW overlay.main.pg_class_info AS
SELECT oid AS reloid, name AS relname, schema_oid AS relnamespace, owner AS relowner, kind AS relkind, columns::SMALLINT AS relnatts,
       CASE dist_style WHEN 'key' THEN 1 WHEN 'all' THEN 8 WHEN 'auto' THEN 9 ELSE 0 END::SMALLINT AS reldiststyle, created AS relcreationtime,
       CASE dist_style WHEN 'key' THEN 1 WHEN 'all' THEN 8 WHEN 'auto' THEN 10 ELSE 0 END::INTEGER AS releffectivediststyle
FROM overlay.inlet.relation;
