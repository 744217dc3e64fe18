-- Quoting and cutting.
CREATE MACRO overlay.inlet.quote_ident(_text) AS
    CASE WHEN regexp_full_match(_text, '[a-z_][a-z0-9_$]*') THEN _text ELSE '"' || replace(_text, '"', '""') || '"' END;

-- cut shortens text to a number of bytes, between characters.
CREATE MACRO overlay.inlet.cut(_text, _bytes) AS
    CASE WHEN strlen(_text) <= _bytes THEN _text
         ELSE left(_text, list_max(list_filter(range(_bytes // 4, _bytes + 1), _n -> strlen(left(_text, _n)) <= _bytes))) END;
