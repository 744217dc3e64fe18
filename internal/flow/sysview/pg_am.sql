-- Index access methods: the one declared keys are shown with.
-- Source: PostgreSQL 8.0 documentation, "pg_am", as far as clients read it.
--
-- oid          oid
-- amname       name
-- amowner      integer
-- amcanunique  boolean
-- amcanmulticol boolean
-- amcanorder   boolean
CREATE VIEW overlay.main.pg_am AS
SELECT 403::BIGINT AS oid, 'btree' AS amname, 1::INTEGER AS amowner, true AS amcanunique, true AS amcanmulticol, true AS amcanorder;
