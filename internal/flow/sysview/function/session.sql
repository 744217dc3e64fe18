-- Who and where the session is. The session sets the variables.
CREATE MACRO overlay.main.version() AS
    'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.117891';

CREATE MACRO overlay.main.current_user() AS getvariable('inlet_user')::VARCHAR;
CREATE MACRO overlay.main.session_user() AS getvariable('inlet_user')::VARCHAR;
CREATE MACRO overlay.main.user() AS getvariable('inlet_user')::VARCHAR;
CREATE MACRO overlay.main.current_database() AS coalesce(getvariable('inlet_database')::VARCHAR, $database);

-- The overlay's own schema is on the engine's search path as main.
CREATE MACRO overlay.main.current_schemas(_implicit) AS
    CASE WHEN _implicit THEN ['pg_catalog'] ELSE [] END || list_filter(system.main.current_schemas(false), _name -> _name <> 'main');
CREATE MACRO overlay.main.current_schema() AS
    list_filter(system.main.current_schemas(false), _name -> _name <> 'main')[1];

CREATE MACRO overlay.main.pg_backend_pid() AS coalesce(getvariable('inlet_pid'), 0)::INTEGER;
CREATE MACRO overlay.main.pg_last_copy_id() AS coalesce(getvariable('inlet_last_copy_id'), -1)::BIGINT;
CREATE MACRO overlay.main.pg_last_copy_count() AS coalesce(getvariable('inlet_last_copy_count'), 0)::BIGINT;
CREATE MACRO overlay.main.pg_last_unload_id() AS coalesce(getvariable('inlet_last_unload_id'), -1)::BIGINT;
CREATE MACRO overlay.main.pg_last_unload_count() AS coalesce(getvariable('inlet_last_unload_count'), 0)::BIGINT;
CREATE MACRO overlay.main.pg_last_query_id() AS coalesce(getvariable('inlet_last_query_id'), -1)::BIGINT;
CREATE MACRO overlay.main.current_setting(_name) AS
    coalesce((getvariable('inlet_settings')::MAP(VARCHAR, VARCHAR))[lower(_name)],
             error('[42704] unrecognized configuration parameter "' || _name || '"'));
