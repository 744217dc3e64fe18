-- User groups.
-- Source: PostgreSQL 8.0 documentation, "pg_group".
--
-- groname  name
-- grosysid integer
-- grolist  integer[]
CREATE VIEW overlay.main.pg_group AS
SELECT g.name AS groname, g.id AS grosysid, m.members AS grolist
FROM $catalog.inlet.catalog_group g
LEFT JOIN (SELECT container, list(member ORDER BY member) AS members FROM $catalog.inlet.catalog_member WHERE kind = 'group' GROUP BY container) m
       ON m.container = g.id;
