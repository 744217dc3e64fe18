-- Views, with the name of their owner.
-- Source: PostgreSQL 8.0 documentation, "pg_views".
--
-- schemaname name
-- viewname   name
-- viewowner  name
-- definition text
CREATE VIEW overlay.main.pg_views AS
SELECT r.schema_name AS schemaname, r.name AS viewname, coalesce(u.name, format('unknown (OID={})', r.owner)) AS viewowner, r.definition
FROM overlay.inlet.relation r
LEFT JOIN overlay.inlet.account u ON u.id = r.owner
WHERE r.kind = 'v';
