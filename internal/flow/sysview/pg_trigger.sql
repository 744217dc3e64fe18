-- Triggers, which Redshift does not have.
-- Source: PostgreSQL 8.0 documentation, "pg_trigger".
--
-- oid            oid
-- tgrelid        oid
-- tgname         name
-- tgfoid         oid
-- tgtype         smallint
-- tgenabled      boolean
-- tgisconstraint boolean
-- tgconstrname   name
-- tgconstrrelid  oid
-- tgdeferrable   boolean
-- tginitdeferred boolean
-- tgnargs        smallint
-- tgisinternal   boolean
CREATE VIEW overlay.main.pg_trigger AS
SELECT NULL::BIGINT AS oid, NULL::BIGINT AS tgrelid, NULL::VARCHAR AS tgname, NULL::BIGINT AS tgfoid, NULL::SMALLINT AS tgtype, NULL::BOOLEAN AS tgenabled,
       NULL::BOOLEAN AS tgisconstraint, NULL::VARCHAR AS tgconstrname, NULL::BIGINT AS tgconstrrelid, NULL::BOOLEAN AS tgdeferrable,
       NULL::BOOLEAN AS tginitdeferred, NULL::SMALLINT AS tgnargs, NULL::BOOLEAN AS tgisinternal
WHERE false;
