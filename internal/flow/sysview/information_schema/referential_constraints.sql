-- Declared foreign keys and the key each refers to.
-- Source: PostgreSQL 8.0 documentation, "The Information Schema".
--
-- constraint_catalog        varchar(128)
-- constraint_schema         varchar(128)
-- constraint_name           varchar(128)
-- unique_constraint_catalog varchar(128)
-- unique_constraint_schema  varchar(128)
-- unique_constraint_name    varchar(128)
-- match_option              varchar(128)
-- update_rule               varchar(128)
-- delete_rule               varchar(128)
CREATE VIEW overlay.information.referential_constraints AS
SELECT $database AS constraint_catalog, f.schema_name AS constraint_schema, f.name AS constraint_name, $database AS unique_constraint_catalog,
       k.schema_name AS unique_constraint_schema, k.name AS unique_constraint_name, 'NONE' AS match_option, 'NO ACTION' AS update_rule,
       'NO ACTION' AS delete_rule
FROM overlay.inlet.key f
LEFT JOIN overlay.inlet.key k ON k.relation = f.referenced AND k.positions = f.ref_positions AND k.kind IN ('p', 'u')
WHERE f.kind = 'f';
