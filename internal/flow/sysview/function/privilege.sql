-- Who may do what: superusers everything, owners what they own, others what is
-- granted to them; everyone reads the system's relations.
CREATE MACRO overlay.inlet.may_table(_user, _table, _privilege) AS
    (SELECT bool_or(inlet_u.superuser OR inlet_u.id = inlet_r.owner OR coalesce(inlet_h.privilege = lower(_privilege), false)
                    OR (inlet_r.schema_oid IN (11, 12001) AND upper(_privilege) = 'SELECT' AND inlet_r.name <> 'svv_table_info'))
     FROM overlay.inlet.relation inlet_r CROSS JOIN overlay.inlet.account inlet_u
     LEFT JOIN overlay.inlet.held inlet_h ON inlet_h.user_id = inlet_u.id
          AND ((inlet_h.kind = 'table' AND inlet_h.object = inlet_r.oid) OR (inlet_h.kind = 'tables in schema' AND inlet_h.name = inlet_r.schema_name)
               OR inlet_h.kind = 'tables in database')
     WHERE _user::VARCHAR IN (inlet_u.name, inlet_u.id::VARCHAR)
       AND (replace(_table::VARCHAR, '"', '') IN (inlet_r.oid::VARCHAR, inlet_r.schema_name || '.' || inlet_r.name,
                                                      $database || '.' || inlet_r.schema_name || '.' || inlet_r.name)
            OR (replace(_table::VARCHAR, '"', '') = inlet_r.name AND list_contains(overlay.main.current_schemas(true), inlet_r.schema_name))));
CREATE MACRO overlay.main.has_table_privilege(_table, _privilege) AS overlay.inlet.may_table(getvariable('inlet_user'), _table, _privilege),
    (_user, _table, _privilege) AS overlay.inlet.may_table(_user, _table, _privilege);
CREATE MACRO overlay.main.has_column_privilege(_table, _column, _privilege) AS overlay.inlet.may_table(getvariable('inlet_user'), _table, _privilege),
    (_user, _table, _column, _privilege) AS overlay.inlet.may_table(_user, _table, _privilege);

CREATE MACRO overlay.inlet.may_schema(_user, _schema, _privilege) AS
    (SELECT bool_or(inlet_u.superuser OR inlet_u.id = inlet_s.owner OR inlet_s.oid = 12002 OR coalesce(inlet_h.privilege = lower(_privilege), false)
                    OR (inlet_s.oid IN (11, 12001) AND upper(_privilege) = 'USAGE'))
     FROM overlay.inlet.schema inlet_s CROSS JOIN overlay.inlet.account inlet_u
     LEFT JOIN overlay.inlet.held inlet_h ON inlet_h.user_id = inlet_u.id
          AND ((inlet_h.kind = 'schema' AND inlet_h.name = inlet_s.name) OR inlet_h.kind = 'schemas in database')
     WHERE _user::VARCHAR IN (inlet_u.name, inlet_u.id::VARCHAR) AND replace(_schema::VARCHAR, '"', '') IN (inlet_s.oid::VARCHAR, inlet_s.name));
CREATE MACRO overlay.main.has_schema_privilege(_schema, _privilege) AS overlay.inlet.may_schema(getvariable('inlet_user'), _schema, _privilege),
    (_user, _schema, _privilege) AS overlay.inlet.may_schema(_user, _schema, _privilege);

CREATE MACRO overlay.inlet.may_database(_user, _privilege) AS
    (SELECT bool_or(inlet_u.superuser OR upper(_privilege) = 'CONNECT' OR coalesce(inlet_h.privilege = replace(lower(_privilege) || ' ', 'temp ', 'temporary ').trim(), false))
     FROM overlay.inlet.account inlet_u
     LEFT JOIN overlay.inlet.held inlet_h ON inlet_h.user_id = inlet_u.id AND inlet_h.kind = 'database'
     WHERE _user::VARCHAR IN (inlet_u.name, inlet_u.id::VARCHAR));
CREATE MACRO overlay.main.has_database_privilege(_database, _privilege) AS overlay.inlet.may_database(getvariable('inlet_user'), _privilege),
    (_user, _database, _privilege) AS overlay.inlet.may_database(_user, _privilege);

-- ASSUMEROLE is everyone's until it is revoked from PUBLIC.
CREATE MACRO overlay.inlet.may_assume(_user, _role, _command) AS
    (SELECT bool_or(inlet_u.superuser OR coalesce(inlet_h.privilege = lower(_command) AND inlet_h.name IN ('all', _role), false))
     FROM overlay.inlet.account inlet_u
     LEFT JOIN overlay.inlet.held inlet_h ON inlet_h.user_id = inlet_u.id AND inlet_h.kind = 'assumerole'
     WHERE _user::VARCHAR IN (inlet_u.name, inlet_u.id::VARCHAR));
CREATE MACRO overlay.main.has_assumerole_privilege(_role, _command) AS overlay.inlet.may_assume(getvariable('inlet_user'), _role, _command),
    (_user, _role, _command) AS overlay.inlet.may_assume(_user, _role, _command);
CREATE MACRO overlay.main.has_function_privilege(_function, _privilege) AS true, (_user, _function, _privilege) AS true;

-- Whether a user has a role, itself or through other roles.
CREATE MACRO overlay.inlet.has_role(_user, _role) AS
    (SELECT bool_or(inlet_u.superuser OR coalesce(inlet_r.name = _role, false))
     FROM overlay.inlet.account inlet_u
     LEFT JOIN (SELECT inlet_x.user_id, inlet_i.name FROM overlay.inlet.reach inlet_x
                JOIN overlay.inlet.identity inlet_i ON inlet_i.kind = inlet_x.kind AND inlet_i.id = inlet_x.id
                WHERE inlet_x.kind = 'role') inlet_r ON inlet_r.user_id = inlet_u.id
     WHERE _user::VARCHAR IN (inlet_u.name, inlet_u.id::VARCHAR));
CREATE MACRO overlay.main.user_is_member_of(_user, _role) AS overlay.inlet.has_role(_user, _role);
CREATE MACRO overlay.main.role_is_member_of(_role, _other) AS
    (SELECT count(*) > 0 FROM $catalog.inlet.catalog_member inlet_m
     JOIN overlay.inlet.identity inlet_a ON inlet_a.kind = 'role' AND inlet_a.id = inlet_m.member AND inlet_m.member_kind = 'role'
     JOIN overlay.inlet.identity inlet_b ON inlet_b.kind = 'role' AND inlet_b.id = inlet_m.container AND inlet_m.kind = 'role'
     WHERE inlet_a.name = _role AND inlet_b.name = _other);
