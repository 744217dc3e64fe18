-- Column defaults; adbin holds the same text as adsrc.
-- Source: PostgreSQL 8.0 documentation, "pg_attrdef".
--
-- oid     oid
-- adrelid oid
-- adnum   smallint
-- adbin   text
-- adsrc   text
CREATE VIEW overlay.main.pg_attrdef AS
SELECT relation * 1000 + position AS oid, relation AS adrelid, position::SMALLINT AS adnum, default_expr AS adbin, default_expr AS adsrc
FROM overlay.inlet.attribute
WHERE default_expr IS NOT NULL AND NOT late_bound;
