-- The system's own relations; their rows come from the heads of the view files.
CREATE TABLE overlay.inlet.system_relation (
    oid    BIGINT,
    schema VARCHAR,
    name   VARCHAR,
    kind   VARCHAR
);

CREATE TABLE overlay.inlet.system_column (
    relation  BIGINT,
    position  INTEGER,
    name      VARCHAR,
    type_oid  BIGINT,
    type_name VARCHAR,
    typmod    INTEGER,
    length    INTEGER,
    precision INTEGER,
    scale     INTEGER
);

CREATE TABLE overlay.inlet.system_function (
    oid  BIGINT,
    name VARCHAR,
    args INTEGER
);
