-- Comments with the catalog's numbers for what they are on.
--
-- object      BIGINT
-- class       BIGINT
-- position    INTEGER
-- description VARCHAR
CREATE OR REPLACE VIEW overlay.inlet.comment AS
SELECT object, 1259::BIGINT AS class, position, description FROM $catalog.inlet.catalog_comment WHERE kind IN ('table', 'column')
UNION ALL
SELECT s.oid, 2615, 0, c.description FROM $catalog.inlet.catalog_comment c JOIN overlay.inlet.schema s ON s.name = c.name WHERE c.kind = 'schema'
UNION ALL
SELECT d.oid, 1262, 0, c.description FROM $catalog.inlet.catalog_comment c JOIN overlay.inlet.database d ON d.name = c.name WHERE c.kind = 'database';
