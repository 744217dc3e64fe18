-- Names of types and encodings. In subqueries of macros, aliases begin with
-- inlet_: an argument that names a table would otherwise find ours instead.
CREATE MACRO overlay.inlet.type_label(_type) AS (SELECT inlet_t.label FROM overlay.inlet.type inlet_t WHERE inlet_t.oid = _type::BIGINT);
CREATE MACRO overlay.main.format_type(_type, _typmod) AS
    CASE WHEN _type IS NULL THEN NULL
         WHEN _type::BIGINT = 0 THEN '-'
         WHEN _type::BIGINT = 1700 AND _typmod >= 4 THEN format('numeric({},{})', (_typmod - 4) >> 16, (_typmod - 4) & 65535)
         WHEN _type::BIGINT IN (1042, 1043, 6551) AND _typmod > 4 THEN format('{}({})', overlay.inlet.type_label(_type), _typmod - 4)
         ELSE coalesce(overlay.inlet.type_label(_type), '???') END;

-- The numbers of encodings are ours; only format_encoding gives them a meaning.
CREATE MACRO overlay.inlet.encoding_number(_name) AS
    coalesce(list_position(['none', 'raw', 'bytedict', 'delta', 'delta32k', 'lzo', 'mostly8', 'mostly16', 'mostly32', 'runlength', 'text255',
                            'text32k', 'zstd', 'az64'], lower(_name)) - 1, 0)::INTEGER;
CREATE MACRO overlay.main.format_encoding(_number) AS
    ['none', 'raw', 'bytedict', 'delta', 'delta32k', 'lzo', 'mostly8', 'mostly16', 'mostly32', 'runlength', 'text255', 'text32k', 'zstd',
     'az64'][_number + 1];
CREATE MACRO overlay.main.pg_encoding_to_char(_number) AS CASE WHEN _number = 6 THEN 'UNICODE' ELSE '' END;
