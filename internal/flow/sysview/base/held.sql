-- What each user may by grants that reach it. What owners and superusers may is not among them.
--
-- user_id   INTEGER
-- kind      VARCHAR
-- object    BIGINT
-- name      VARCHAR
-- privilege VARCHAR
CREATE OR REPLACE VIEW overlay.inlet.held AS
SELECT r.user_id, g.kind, g.object, g.name, g.privilege
FROM $catalog.inlet.catalog_grant g
JOIN overlay.inlet.reach r ON r.kind = g.grantee_kind AND r.id = g.grantee;
