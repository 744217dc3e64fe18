-- As whom each user may do things: as itself, as everyone, as its groups and roles, and the roles of roles.
--
-- user_id INTEGER
-- kind    VARCHAR
-- id      INTEGER
CREATE OR REPLACE VIEW overlay.inlet.reach AS
WITH RECURSIVE roles(user_id, id) AS (
    SELECT member, container FROM $catalog.inlet.catalog_member WHERE kind = 'role' AND member_kind = 'user'
    UNION
    SELECT r.user_id, m.container FROM $catalog.inlet.catalog_member m JOIN roles r ON r.id = m.member WHERE m.kind = 'role' AND m.member_kind = 'role')
SELECT id AS user_id, 'user' AS kind, id FROM overlay.inlet.account
UNION ALL
SELECT id, 'public', 0 FROM overlay.inlet.account
UNION ALL
SELECT member, 'group', container FROM $catalog.inlet.catalog_member WHERE kind = 'group'
UNION ALL
SELECT user_id, 'role', id FROM roles;
