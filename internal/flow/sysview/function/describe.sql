-- Names and definitions of catalog objects.
CREATE MACRO overlay.main.current_user_id() AS (SELECT inlet_v.id FROM overlay.inlet.viewer inlet_v);
CREATE MACRO overlay.main.pg_get_userbyid(_user) AS
    coalesce((SELECT inlet_u.name FROM overlay.inlet.account inlet_u WHERE inlet_u.id = _user::BIGINT), format('unknown (OID={})', _user));
CREATE MACRO overlay.main.pg_get_expr(_expr, _relation) AS _expr::VARCHAR, (_expr, _relation, _pretty) AS _expr::VARCHAR;
CREATE MACRO overlay.main.pg_get_viewdef(_view) AS
    (SELECT inlet_r.definition FROM $catalog.inlet.catalog_relation inlet_r WHERE inlet_r.oid = _view::BIGINT AND inlet_r.kind = 'v'),
    (_view, _pretty) AS
    (SELECT inlet_r.definition FROM $catalog.inlet.catalog_relation inlet_r WHERE inlet_r.oid = _view::BIGINT AND inlet_r.kind = 'v');
CREATE MACRO overlay.main.pg_get_constraintdef(_key) AS
    (SELECT inlet_k.definition FROM overlay.inlet.key inlet_k WHERE inlet_k.oid = _key::BIGINT),
    (_key, _pretty) AS
    (SELECT inlet_k.definition FROM overlay.inlet.key inlet_k WHERE inlet_k.oid = _key::BIGINT);
CREATE MACRO overlay.inlet.index_definition(_index, _column) AS
    (SELECT CASE WHEN _column = 0 THEN format('CREATE UNIQUE INDEX {} ON {}.{} USING btree ({})', overlay.inlet.quote_ident(inlet_k.name),
                                              overlay.inlet.quote_ident(inlet_k.schema_name), overlay.inlet.quote_ident(inlet_k.table_name), inlet_k.names)
                 ELSE string_split(inlet_k.names, ', ')[_column] END
     FROM overlay.inlet.key inlet_k WHERE inlet_k.oid = _index::BIGINT AND inlet_k.kind IN ('p', 'u'));
CREATE MACRO overlay.main.pg_get_indexdef(_index) AS overlay.inlet.index_definition(_index, 0),
    (_index, _column, _pretty) AS overlay.inlet.index_definition(_index, _column);

CREATE MACRO overlay.main.pg_get_triggerdef(_trigger) AS NULL::VARCHAR, (_trigger, _pretty) AS NULL::VARCHAR;
CREATE MACRO overlay.main.pg_get_ruledef(_rule) AS NULL::VARCHAR, (_rule, _pretty) AS NULL::VARCHAR;

-- Comments.
CREATE MACRO overlay.main.obj_description(_object) AS
    (SELECT min(inlet_c.description) FROM overlay.inlet.comment inlet_c WHERE inlet_c.object = _object::BIGINT AND inlet_c.position = 0),
    (_object, _catalog) AS
    (SELECT min(inlet_c.description) FROM overlay.inlet.comment inlet_c
     WHERE inlet_c.object = _object::BIGINT AND inlet_c.position = 0
       AND inlet_c.class = CASE _catalog::VARCHAR WHEN 'pg_class' THEN 1259 WHEN 'pg_namespace' THEN 2615 WHEN 'pg_database' THEN 1262 END);
CREATE MACRO overlay.main.shobj_description(_object, _catalog) AS
    (SELECT min(inlet_c.description) FROM overlay.inlet.comment inlet_c WHERE inlet_c.object = _object::BIGINT AND inlet_c.class = 1262);
CREATE MACRO overlay.main.col_description(_table, _column) AS
    (SELECT min(inlet_c.description) FROM overlay.inlet.comment inlet_c
     WHERE inlet_c.object = _table::BIGINT AND inlet_c.class = 1259 AND inlet_c.position = _column AND _column > 0);

-- The engine gives sizes of the whole database only.
CREATE MACRO overlay.main.pg_database_size(_database) AS
    (SELECT (inlet_s.block_size * inlet_s.total_blocks)::BIGINT FROM pragma_database_size() inlet_s WHERE inlet_s.database_name = $database);
CREATE MACRO overlay.main.pg_table_size(_table) AS NULL::BIGINT;
CREATE MACRO overlay.main.pg_tablespace_location(_tablespace) AS '';
CREATE MACRO overlay.main.pg_get_function_result(_function) AS NULL::VARCHAR;
CREATE MACRO overlay.main.pg_get_function_arguments(_function) AS NULL::VARCHAR;

-- The columns of views WITH NO SCHEMA BINDING, which pg_attribute leaves out.
CREATE MACRO overlay.main.pg_get_late_binding_view_cols() AS TABLE
    SELECT r.schema_name AS view_schema, r.name AS view_name, a.name AS col_name, overlay.main.format_type(a.type_oid, a.typmod) AS col_type,
           a.position AS col_num
    FROM overlay.inlet.relation r JOIN overlay.inlet.attribute a ON a.relation = r.oid
    WHERE r.late_bound;
