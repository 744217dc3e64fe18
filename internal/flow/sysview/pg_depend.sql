-- Which foreign key rests on which key of the referenced table, as far as
-- drivers look it up.
-- Source: PostgreSQL 8.0 documentation, "pg_depend".
--
-- classid     oid
-- objid       oid
-- objsubid    integer
-- refclassid  oid
-- refobjid    oid
-- refobjsubid integer
-- deptype     "char"
CREATE VIEW overlay.main.pg_depend AS
SELECT 2606::BIGINT AS classid, f.oid AS objid, 0::INTEGER AS objsubid, 1259::BIGINT AS refclassid, k.oid AS refobjid, 0::INTEGER AS refobjsubid,
       'n' AS deptype
FROM $catalog.inlet.catalog_constraint f
JOIN $catalog.inlet.catalog_constraint k ON k.relation = f.referenced AND k.columns = f.referenced_names AND k.kind IN ('p', 'u')
WHERE f.kind = 'f';
