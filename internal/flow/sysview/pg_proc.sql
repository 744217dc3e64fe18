-- The catalog functions. The engine's own are not listed.
-- Source: PostgreSQL 8.0 documentation, "pg_proc".
--
-- oid          oid
-- proname      name
-- pronamespace oid
-- proowner     integer
-- prolang      oid
-- proisagg     boolean
-- prosecdef    boolean
-- proisstrict  boolean
-- proretset    boolean
-- provolatile  "char"
-- pronargs     smallint
-- prorettype   oid
-- proargtypes  oid[]
-- proargnames  text[]
-- prosrc       text
-- probin       text
-- proacl       aclitem[]
-- proiswindow  boolean
CREATE VIEW overlay.main.pg_proc AS
SELECT oid, name AS proname, 11::BIGINT AS pronamespace, 1::INTEGER AS proowner, 12::BIGINT AS prolang, false AS proisagg, false AS prosecdef,
       false AS proisstrict, false AS proretset, 's' AS provolatile, args::SMALLINT AS pronargs, 2276::BIGINT AS prorettype,
       list_transform(range(args), _n -> 2276::BIGINT) AS proargtypes, NULL::VARCHAR[] AS proargnames, name AS prosrc, NULL::VARCHAR AS probin,
       NULL::VARCHAR[] AS proacl, false AS proiswindow
FROM overlay.inlet.system_function;
