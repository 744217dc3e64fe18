-- Who may do what: superusers everything, owners what they own, everyone reads
-- the system's relations and uses schema public.
CREATE MACRO overlay.inlet.may_table(_user, _table, _privilege) AS
    (SELECT bool_or(inlet_u.superuser OR inlet_u.id = inlet_r.owner OR (inlet_r.schema_oid IN (11, 12001) AND upper(_privilege) = 'SELECT' AND inlet_r.name <> 'svv_table_info'))
     FROM overlay.inlet.relation inlet_r, overlay.inlet.account inlet_u
     WHERE _user::VARCHAR IN (inlet_u.name, inlet_u.id::VARCHAR)
       AND (replace(_table::VARCHAR, '"', '') IN (inlet_r.oid::VARCHAR, inlet_r.schema_name || '.' || inlet_r.name)
            OR (replace(_table::VARCHAR, '"', '') = inlet_r.name AND list_contains(overlay.main.current_schemas(true), inlet_r.schema_name))));
CREATE MACRO overlay.main.has_table_privilege(_table, _privilege) AS overlay.inlet.may_table(getvariable('inlet_user'), _table, _privilege),
    (_user, _table, _privilege) AS overlay.inlet.may_table(_user, _table, _privilege);

CREATE MACRO overlay.inlet.may_schema(_user, _schema, _privilege) AS
    (SELECT bool_or(inlet_u.superuser OR inlet_u.id = inlet_s.owner OR inlet_s.oid IN (2200, 12002) OR (inlet_s.oid IN (11, 12001) AND upper(_privilege) = 'USAGE'))
     FROM overlay.inlet.schema inlet_s, overlay.inlet.account inlet_u
     WHERE _user::VARCHAR IN (inlet_u.name, inlet_u.id::VARCHAR) AND replace(_schema::VARCHAR, '"', '') IN (inlet_s.oid::VARCHAR, inlet_s.name));
CREATE MACRO overlay.main.has_schema_privilege(_schema, _privilege) AS overlay.inlet.may_schema(getvariable('inlet_user'), _schema, _privilege),
    (_user, _schema, _privilege) AS overlay.inlet.may_schema(_user, _schema, _privilege);

CREATE MACRO overlay.inlet.may_database(_user, _privilege) AS
    (SELECT bool_or(inlet_u.superuser OR upper(_privilege) IN ('CONNECT', 'TEMP', 'TEMPORARY'))
     FROM overlay.inlet.account inlet_u WHERE _user::VARCHAR IN (inlet_u.name, inlet_u.id::VARCHAR));
CREATE MACRO overlay.main.has_database_privilege(_database, _privilege) AS overlay.inlet.may_database(getvariable('inlet_user'), _privilege),
    (_user, _database, _privilege) AS overlay.inlet.may_database(_user, _privilege);

-- ASSUMEROLE is granted to everyone until it is first granted to someone; grants are not kept.
CREATE MACRO overlay.main.has_assumerole_privilege(_role, _command) AS true, (_user, _role, _command) AS true;
CREATE MACRO overlay.main.has_function_privilege(_function, _privilege) AS true, (_user, _function, _privilege) AS true;
