-- Table inheritance, which Redshift does not have.
-- Source: PostgreSQL 8.0 documentation, "pg_inherits".
--
-- inhrelid  oid
-- inhparent oid
-- inhseqno  integer
CREATE VIEW overlay.main.pg_inherits AS
SELECT NULL::BIGINT AS inhrelid, NULL::BIGINT AS inhparent, NULL::INTEGER AS inhseqno WHERE false;
