-- Access lists as PostgreSQL writes them, for objects on which something is granted. Roles are not in them.
--
-- kind   VARCHAR
-- object BIGINT
-- name   VARCHAR
-- acl    VARCHAR[]
CREATE OR REPLACE VIEW overlay.inlet.acl AS
SELECT kind, object, name,
       list((CASE grantee_kind WHEN 'public' THEN '' WHEN 'group' THEN 'group ' || grantee_name ELSE grantee_name END)
            || '=' || letters || '/' || grantor_name ORDER BY grantee_kind DESC, grantee_name) AS acl
FROM (SELECT p.kind, p.object, p.name, p.grantee_kind, p.grantee_name, coalesce(u.name, 'rdsdb') AS grantor_name,
             string_agg(p.letter || CASE WHEN p.grantable THEN '*' ELSE '' END, '' ORDER BY strpos('arwdxDPAUCT', p.letter)) AS letters
      FROM overlay.inlet.privilege p
      LEFT JOIN overlay.inlet.account u ON u.id = p.grantor
      WHERE p.grantee_kind <> 'role' AND p.letter <> ''
      GROUP BY ALL)
GROUP BY ALL;
