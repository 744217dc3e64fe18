-- PostgreSQL's array functions over the engine's lists.
CREATE MACRO overlay.main.array_upper(_array, _dimension) AS
    CASE WHEN _dimension = 1 AND len(_array) > 0 THEN len(_array)::INTEGER END;
CREATE MACRO overlay.main.array_lower(_array, _dimension) AS
    CASE WHEN _dimension = 1 AND len(_array) > 0 THEN 1 END;
CREATE MACRO overlay.information._pg_expandarray(_array) AS
    unnest(list_transform(_array, (_value, _n) -> {'x': _value, 'n': _n::INTEGER}));
