-- Default privileges as access lists.
-- Source: Redshift Database Developer Guide, "PG_DEFAULT_ACL".
--
-- defacluser      integer
-- defaclnamespace oid
-- defaclobjtype   "char"
-- defaclacl       aclitem[]
CREATE VIEW overlay.main.pg_default_acl AS
SELECT owner AS defacluser, schema_oid AS defaclnamespace, 'r' AS defaclobjtype, list(item ORDER BY item) AS defaclacl
FROM (SELECT d.owner, coalesce(s.oid, 0)::BIGINT AS schema_oid,
             (CASE d.grantee_kind WHEN 'public' THEN '' WHEN 'group' THEN 'group ' || i.name ELSE i.name END) || '='
             || string_agg(CASE d.privilege WHEN 'select' THEN 'r' WHEN 'insert' THEN 'a' WHEN 'update' THEN 'w' WHEN 'delete' THEN 'd'
                                            WHEN 'references' THEN 'x' WHEN 'truncate' THEN 'D' WHEN 'drop' THEN 'P' ELSE 'A' END
                           || CASE WHEN d.grantable THEN '*' ELSE '' END, '' ORDER BY d.privilege)
             || '/' || o.name AS item
      FROM $catalog.inlet.catalog_default_grant d
      JOIN overlay.inlet.account o ON o.id = d.owner
      LEFT JOIN overlay.inlet.schema s ON s.name = d.schema_name
      LEFT JOIN overlay.inlet.identity i ON i.kind = d.grantee_kind AND i.id = d.grantee
      WHERE d.grantee_kind <> 'role'
      GROUP BY d.owner, s.oid, d.grantee_kind, i.name, o.name)
GROUP BY owner, schema_oid;
