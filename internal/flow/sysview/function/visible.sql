-- What can be named without its schema, and numbers of named objects.
CREATE MACRO overlay.main.pg_table_is_visible(_table) AS
    _table::BIGINT IN (SELECT inlet_r.oid FROM overlay.inlet.relation inlet_r
                       WHERE inlet_r.schema_name LIKE 'pg_temp%' OR list_contains(overlay.main.current_schemas(true), inlet_r.schema_name));
CREATE MACRO overlay.main.pg_type_is_visible(_type) AS true;
CREATE MACRO overlay.main.pg_function_is_visible(_function) AS true;

-- regclassin stands for ::regclass on text, which the engine's type cannot read.
CREATE MACRO overlay.main.regclassin(_name) AS
    (SELECT min(inlet_r.oid) FROM overlay.inlet.relation inlet_r
     WHERE replace(_name::VARCHAR, '"', '') IN (inlet_r.oid::VARCHAR, inlet_r.schema_name || '.' || inlet_r.name)
        OR (replace(_name::VARCHAR, '"', '') = inlet_r.name AND list_contains(overlay.main.current_schemas(true), inlet_r.schema_name)));
CREATE MACRO overlay.main.regtypein(_name) AS
    (SELECT min(inlet_t.oid) FROM overlay.inlet.type inlet_t WHERE replace(_name::VARCHAR, 'pg_catalog.', '') IN (inlet_t.name, inlet_t.label, inlet_t.oid::VARCHAR));
