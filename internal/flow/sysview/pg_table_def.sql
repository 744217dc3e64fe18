-- Columns of the tables in the schemas of the search path.
-- Source: Redshift Database Developer Guide, "PG_TABLE_DEF".
--
-- schemaname name
-- tablename  name
-- column     name
-- type       text
-- encoding   character(32)
-- distkey    boolean
-- sortkey    integer
-- notnull    boolean
CREATE VIEW overlay.main.pg_table_def AS
SELECT r.schema_name AS schemaname, r.name AS tablename, a.name AS column, overlay.main.format_type(a.type_oid, a.typmod) AS type, a.encoding,
       coalesce(a.dist_key, false) AS distkey, coalesce(a.sort_key, 0)::INTEGER AS sortkey, a.not_null AS notnull
FROM overlay.inlet.relation r
JOIN overlay.inlet.attribute a ON a.relation = r.oid
WHERE r.kind = 'r' AND (r.schema_oid = 12002 OR list_contains(overlay.main.current_schemas(true), r.schema_name));
