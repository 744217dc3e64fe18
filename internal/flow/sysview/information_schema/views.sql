-- Early-bound views.
-- Source: PostgreSQL 8.0 documentation, "The Information Schema".
--
-- table_catalog      varchar(128)
-- table_schema       varchar(128)
-- table_name         varchar(128)
-- view_definition    text
-- check_option       varchar(128)
-- is_updatable       varchar(3)
-- is_insertable_into varchar(3)
CREATE VIEW overlay.information.views AS
SELECT $database AS table_catalog, schema_name AS table_schema, name AS table_name, definition AS view_definition, 'NONE' AS check_option,
       'NO' AS is_updatable, 'NO' AS is_insertable_into
FROM overlay.inlet.relation
WHERE kind = 'v' AND NOT late_bound;
