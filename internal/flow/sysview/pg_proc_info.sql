-- pg_proc with what Redshift adds for procedures.
-- Source: the queries of the Redshift drivers.
--
-- prooid         oid
-- proname        name
-- pronamespace   oid
-- proowner       integer
-- prolang        oid
-- proisagg       boolean
-- proretset      boolean
-- pronargs       smallint
-- prorettype     oid
-- proargtypes    oid[]
-- proallargtypes oid[]
-- proargmodes    text[]
-- proargnames    text[]
-- prokind        "char"
-- prosrc         text
CREATE VIEW overlay.main.pg_proc_info AS
SELECT oid AS prooid, name AS proname, 11::BIGINT AS pronamespace, 1::INTEGER AS proowner, 12::BIGINT AS prolang, false AS proisagg,
       false AS proretset, args::SMALLINT AS pronargs, 2276::BIGINT AS prorettype, list_transform(range(args), _n -> 2276::BIGINT) AS proargtypes,
       NULL::BIGINT[] AS proallargtypes, NULL::VARCHAR[] AS proargmodes, NULL::VARCHAR[] AS proargnames, 'f' AS prokind, name AS prosrc
FROM overlay.inlet.system_function;
