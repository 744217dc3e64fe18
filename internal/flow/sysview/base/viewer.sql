-- The user who asks. A superuser sees everything, others what is theirs; a
-- connection that names no user sees nothing.
--
-- id        INTEGER
-- superuser BOOLEAN
CREATE OR REPLACE VIEW overlay.inlet.viewer AS
SELECT id, superuser FROM overlay.inlet.account WHERE name = getvariable('inlet_user')::VARCHAR;
