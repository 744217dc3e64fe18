-- Every grant with the names of grantee and grantor, as far as the viewer may see it:
-- superusers see all, others what reaches them and what they granted.
--
-- kind         VARCHAR
-- object       BIGINT
-- name         VARCHAR
-- privilege    VARCHAR
-- letter       VARCHAR
-- grantee_kind VARCHAR
-- grantee      INTEGER
-- grantee_name VARCHAR
-- grantor      INTEGER
-- grantable    BOOLEAN
-- visible      BOOLEAN
CREATE OR REPLACE VIEW overlay.inlet.privilege AS
SELECT g.kind, g.object, g.name, g.privilege,
       CASE g.privilege WHEN 'select' THEN 'r' WHEN 'insert' THEN 'a' WHEN 'update' THEN 'w' WHEN 'delete' THEN 'd' WHEN 'references' THEN 'x'
                        WHEN 'truncate' THEN 'D' WHEN 'drop' THEN 'P' WHEN 'alter' THEN 'A' WHEN 'usage' THEN 'U' WHEN 'create' THEN 'C'
                        WHEN 'temporary' THEN 'T' ELSE '' END AS letter,
       g.grantee_kind, g.grantee, CASE g.grantee_kind WHEN 'public' THEN 'public' ELSE i.name END AS grantee_name, g.grantor, g.grantable,
       coalesce(v.superuser OR g.grantor = v.id OR r.id IS NOT NULL, false) AS visible
FROM $catalog.inlet.catalog_grant g
LEFT JOIN overlay.inlet.identity i ON i.kind = g.grantee_kind AND i.id = g.grantee
LEFT JOIN overlay.inlet.viewer v ON true
LEFT JOIN overlay.inlet.reach r ON r.user_id = v.id AND r.kind = g.grantee_kind AND r.id = g.grantee
WHERE g.kind <> 'initial';
