-- What the engine lacks, or does otherwise than Amazon Redshift. error() texts
-- start with the SQLSTATE. typeof() is folded when a statement is bound, so that
-- values which are no text cost nothing. Overloads by type are avoided: the
-- engine cannot tell the type of an aggregate when it chooses one.

-- Casts

CREATE MACRO overlay.main.rs_integer(x) AS
  CASE WHEN typeof(x) = 'VARCHAR' AND NOT regexp_full_match(trim(CAST(x AS VARCHAR)), '[+-]?[0-9]+')
       THEN error('[22P02] invalid input syntax for integer: "' || CAST(x AS VARCHAR) || '"')
       ELSE x END;

CREATE MACRO overlay.main.rs_number(x) AS
  CASE WHEN typeof(x) = 'VARCHAR' AND NOT regexp_full_match(trim(CAST(x AS VARCHAR)),
         '(?i)[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|nan|[+-]?inf(inity)?')
       THEN error('[22P02] invalid input syntax for type numeric: "' || CAST(x AS VARCHAR) || '"')
       ELSE x END;

CREATE MACRO overlay.main.rs_date_text(x) AS
  CASE WHEN x IS NULL THEN NULL
       ELSE coalesce(try_cast(trim(x) AS DATE), CAST(try_strptime(trim(x), ['%m/%d/%Y', '%m/%d/%y', '%Y/%m/%d', '%B %d, %Y',
         '%b %d, %Y', '%b-%d-%Y', '%d-%b-%Y', '%Y-%b-%d', '%d %b %Y', '%Y%m%d', '%y%m%d', '%Y.%j', '%m-%d-%Y',
         '%m/%d/%Y %H:%M:%S', '%Y%m%d %H%M%S']) AS DATE),
         CAST(error('[22007] invalid input syntax for type date: "' || x || '"') AS DATE)) END;

CREATE MACRO overlay.main.rs_timestamp_text(x) AS
  CASE WHEN x IS NULL THEN NULL
       ELSE coalesce(try_cast(regexp_replace(trim(x), '(:[0-9]{2}(\.[0-9]+)?) ?([+-][0-9]{2}(:?[0-9]{2})?|Z|[A-Za-z]{3,4})$', '\1') AS TIMESTAMP),
         try_strptime(trim(x), ['%m/%d/%Y %H:%M:%S.%f', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M', '%m/%d/%Y', '%m/%d/%y %H:%M:%S', '%m/%d/%y',
         '%Y/%m/%d %H:%M:%S', '%Y/%m/%d', '%B %d, %Y %H:%M:%S', '%B %d, %Y', '%b %d, %Y %H:%M:%S', '%b %d, %Y',
         '%b-%d-%Y %H:%M:%S', '%b-%d-%Y', '%d-%b-%Y %H:%M:%S', '%d-%b-%Y', '%Y-%b-%d %H:%M:%S', '%Y-%b-%d',
         '%d %b %Y %H:%M:%S', '%d %b %Y', '%d %b %H:%M:%S %Y', '%Y%m%d %H%M%S', '%y%m%d %H%M%S', '%Y%m%d', '%y%m%d',
         '%Y.%j %H:%M:%S', '%Y.%j', '%Y-%m-%d %H:%M', '%Y-%m-%d %I:%M:%S %p', '%m/%d/%Y %I:%M:%S %p', '%d.%m.%Y %H:%M:%S', '%d.%m.%Y']),
         CAST(error('[22007] invalid input syntax for type timestamp: "' || x || '"') AS TIMESTAMP)) END;

CREATE MACRO overlay.main.rs_date(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN overlay.main.rs_date_text(CAST(x AS VARCHAR)) ELSE CAST(x AS DATE) END;

CREATE MACRO overlay.main.rs_timestamp(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN overlay.main.rs_timestamp_text(CAST(x AS VARCHAR)) ELSE CAST(x AS TIMESTAMP) END;

-- Makes a timestamp of a date, and leaves times and zoned timestamps what they are.

CREATE MACRO overlay.main.rs_moment(x) AS x + INTERVAL 0 DAY;

-- Text is measured in bytes and never cut inside a character.

CREATE MACRO overlay.main.rs_cut(x, n) AS
  CASE WHEN strlen(x) <= n THEN x
       WHEN strlen(x) = length(x) THEN left(x, n)
       ELSE decode(unhex(left(hex(x), 2 * CASE
         WHEN substr(hex(x), 2 * n + 1, 1) NOT IN ('8', '9', 'A', 'B') THEN n
         WHEN substr(hex(x), 2 * n - 1, 1) NOT IN ('8', '9', 'A', 'B') THEN n - 1
         WHEN substr(hex(x), 2 * n - 3, 1) NOT IN ('8', '9', 'A', 'B') THEN n - 2
         ELSE n - 3 END))) END;

CREATE MACRO overlay.main.rs_fit_varchar(x, n) AS
  CASE WHEN x IS NULL THEN NULL
       WHEN strlen(x) <= n THEN x
       WHEN strlen(rtrim(x, ' ')) <= n THEN left(x, n)
       ELSE error('[22001] value too long for type character varying(' || n || ')') END;

CREATE MACRO overlay.main.rs_fit_char(x, n) AS
  CASE WHEN x IS NULL THEN NULL
       WHEN strlen(rtrim(x, ' ')) <= n THEN rtrim(x, ' ')
       ELSE error('[22001] value too long for type character(' || n || ')') END;

-- Arithmetic

CREATE MACRO overlay.main.rs_divide(a, b) AS CASE WHEN b = 0 THEN error('[22012] Divide by zero') ELSE a / b END;

CREATE MACRO overlay.main.rs_mod(a, b) AS CASE WHEN b = 0 THEN error('[22012] Divide by zero') ELSE a % b END;

-- The quotient of a and b, which have as many decimals as fa and fb have zeros, as a whole number: scaled by factor.

CREATE MACRO overlay.main.rs_quotient(a, fa, b, fb, factor) AS
  CASE WHEN b = 0 THEN error('[22012] Divide by zero')
       ELSE CAST((CAST(a * CAST(fa AS DECIMAL(38,0)) AS HUGEINT) * factor) // CAST(b * CAST(fb AS DECIMAL(38,0)) AS HUGEINT) AS DECIMAL(38,0)) END;

-- The only overload: nothing else gives a date for one type and a number for another.

CREATE MACRO overlay.main.rs_trunc(x TIMESTAMP) AS CAST(x AS DATE),
(x TIMESTAMPTZ) AS CAST(x AS DATE),
(x DATE) AS x,
(x) AS trunc(x);

CREATE MACRO overlay.main.rs_avg(s, n) AS cast_to_type(s // n, s);

CREATE MACRO overlay.main.rs_compare(a, b) AS CASE WHEN a < b THEN -1 WHEN a > b THEN 1 WHEN a = b THEN 0 END;

-- Text functions

CREATE MACRO overlay.main.rs_listagg(x) AS CASE WHEN strlen(x) > 65535 THEN error('[54000] Result size exceeds LISTAGG limit') ELSE x END;

CREATE MACRO overlay.main.rs_substring(s, p) AS substring(s, greatest(p, 1)),
(s, p, n) AS substring(s, greatest(p, 1), CASE
  WHEN n < 0 THEN error('[22011] negative substring length not allowed')
  ELSE greatest(p + n - greatest(p, 1), 0) END);

CREATE MACRO overlay.main.rs_split_part(s, d, n) AS
  CASE WHEN n < 1 THEN error('[22023] field position must be greater than zero') ELSE split_part(s, d, n) END;

CREATE MACRO overlay.main.rs_initcap(x) AS
  array_to_string(list_transform(regexp_extract_all(lower(x), '[\p{L}\p{N}]+|[^\p{L}\p{N}]+'), lambda w: upper(w[1]) || w[2:]), '');

CREATE MACRO overlay.main.rs_quote_ident(x) AS
  CASE WHEN regexp_full_match(x, '[a-z_][a-z0-9_$]*') THEN x ELSE '"' || replace(x, '"', '""') || '"' END;

CREATE MACRO overlay.main.rs_quote_literal(x) AS '''' || replace(x, '''', '''''') || '''';

CREATE MACRO overlay.main.rs_octets(x) AS CAST(strlen(CAST(x AS VARCHAR)) AS INTEGER);

CREATE MACRO overlay.main.rs_to_hex(x) AS lower(to_hex(x));

CREATE MACRO overlay.main.rs_overlay(s, r, p, n) AS left(s, p - 1) || r || substring(s, p + n);

CREATE MACRO overlay.main.rs_strtol(x, base) AS
  CASE WHEN x IS NULL OR base IS NULL THEN NULL
       WHEN base < 2 OR base > 36 THEN error('[22023] The base must be between 2 and 36')
       WHEN x = '' THEN CAST(0 AS BIGINT)
       WHEN NOT regexp_full_match(x, '-?(0[xX])?[0-9a-zA-Z]+') OR
            list_bool_or(list_transform(string_split(lower(regexp_replace(x, '^-?(0[xX])?', '')), ''), lambda c: strpos('0123456789abcdefghijklmnopqrstuvwxyz', c) > base))
         THEN error('[22P02] invalid input syntax for integer: "' || x || '"')
       ELSE CAST(CASE WHEN left(x, 1) = '-' THEN -1 ELSE 1 END * list_reduce(
         list_transform(string_split(lower(regexp_replace(x, '^-?(0[xX])?', '')), ''), lambda c: CAST(strpos('0123456789abcdefghijklmnopqrstuvwxyz', c) - 1 AS HUGEINT)),
         lambda a, b: a * base + b) AS BIGINT) END;

CREATE MACRO overlay.main.rs_digits(x) AS
  CASE WHEN trim(x) LIKE '%-' OR trim(x) LIKE '-%' OR trim(x) LIKE '<%' THEN '-' ELSE '' END || regexp_replace(x, '[^0-9.]', '', 'g');

-- The digits of a number that is not negative: grouped by commas, at least zeros of
-- them before the point, without zeros at the end where ends says so.

CREATE MACRO overlay.main.rs_number_digits(x, scale, zeros, grouped, ends) AS
  rtrim(CASE WHEN zeros = 0 AND scale > 0 AND x < 1 THEN substring(format('{:.' || scale || 'f}', x), 2)
             WHEN grouped THEN format('{:,.' || scale || 'f}', x)
             ELSE lpad(format('{:.' || scale || 'f}', x), CAST(greatest(zeros + CASE WHEN scale > 0 THEN 1 + scale ELSE 0 END,
               length(format('{:.' || scale || 'f}', x))) AS INTEGER), '0') END,
        CASE WHEN ends AND scale > 0 THEN '0' ELSE '' END);

-- whole and scale are the digits a format has before and after the point.

CREATE MACRO overlay.main.rs_number_text(x, whole, scale, zeros, grouped, fill, ends) AS
  CASE WHEN x IS NULL THEN NULL
       WHEN length(format('{:.0f}', trunc(abs(CAST(round(x, scale) AS DOUBLE))))) > whole
         THEN repeat('#', whole + CASE WHEN scale > 0 THEN 1 + scale ELSE 0 END)
       ELSE lpad(CASE WHEN x < 0 THEN '-' ELSE '' END || overlay.main.rs_number_digits(abs(CAST(round(x, scale) AS DOUBLE)), scale, zeros, grouped, ends),
         CAST(CASE WHEN fill THEN 1 + whole + CASE WHEN grouped THEN (whole - 1) // 3 ELSE 0 END + CASE WHEN scale > 0 THEN 1 + scale ELSE 0 END
              ELSE length(CASE WHEN x < 0 THEN '-' ELSE '' END || overlay.main.rs_number_digits(abs(CAST(round(x, scale) AS DOUBLE)), scale, zeros, grouped, ends)) END
              AS INTEGER), ' ') END;

-- Patterns

CREATE MACRO overlay.main.rs_similar(p) AS replace(replace(regexp_replace(p, '([.^$])', '\\\1', 'g'), '%', '.*'), '_', '.');

CREATE MACRO overlay.main.rs_references(r) AS regexp_replace(replace(r, '\', '\\'), '\$([0-9])', '\\\1', 'g');

CREATE MACRO overlay.main.rs_regexp_instr(s, p, n) AS
  CASE WHEN regexp_matches(overlay.main.rs_substring(s, n), p, 's')
       THEN CAST(n + length(regexp_extract(overlay.main.rs_substring(s, n), '^(.*?)(?:' || p || ')', 1, 's')) AS INTEGER)
       WHEN s IS NOT NULL AND p IS NOT NULL THEN 0 END;

CREATE MACRO overlay.main.rs_regexp_instr_fold(s, p, n) AS
  CASE WHEN regexp_matches(overlay.main.rs_substring(s, n), p, 'is')
       THEN CAST(n + length(regexp_extract(overlay.main.rs_substring(s, n), '^(.*?)(?:' || p || ')', 1, 'is')) AS INTEGER)
       WHEN s IS NOT NULL AND p IS NOT NULL THEN 0 END;

-- JSON

CREATE MACRO overlay.main.rs_json_path(j, p) AS
  CASE WHEN j IS NULL OR p IS NULL THEN NULL ELSE coalesce(json_extract_string(j, p), '') END;

CREATE MACRO overlay.main.rs_json_lenient(j) AS CASE WHEN json_valid(j) THEN j END;

CREATE MACRO overlay.main.rs_json_valid(x) AS coalesce(json_valid(x), FALSE);

CREATE MACRO overlay.main.rs_json_valid_array(x) AS CASE WHEN json_valid(x) THEN json_type(x) = 'ARRAY' ELSE FALSE END;

CREATE MACRO overlay.main.rs_json_parse(x) AS
  CASE WHEN json_valid(x) THEN CAST(json(x) AS VARCHAR)
       WHEN x IS NULL THEN NULL
       ELSE error('[22P02] JSON parsing error') END;

CREATE MACRO overlay.main.rs_json_serialize(x) AS CAST(x AS VARCHAR);

CREATE MACRO overlay.main.rs_json_typeof(x) AS
  CASE json_type(x) WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean'
    WHEN 'NULL' THEN 'null' ELSE CASE WHEN x IS NOT NULL THEN 'number' END END;

-- Dates

CREATE MACRO overlay.main.rs_timeofday() AS strftime(CAST(now() AS TIMESTAMP), '%a %b %d %H:%M:%S.%f %Y UTC');

CREATE MACRO overlay.main.rs_add_months(d, n) AS
  CASE WHEN last_day(CAST(d AS TIMESTAMP)) = CAST(d AS DATE)
       THEN CAST(last_day(CAST(d AS TIMESTAMP) + to_months(CAST(n AS INTEGER))) AS TIMESTAMP)
            + (CAST(d AS TIMESTAMP) - date_trunc('day', CAST(d AS TIMESTAMP)))
       ELSE CAST(d AS TIMESTAMP) + to_months(CAST(n AS INTEGER)) END;

CREATE MACRO overlay.main.rs_months_between(a, b) AS
  (date_part('year', CAST(a AS TIMESTAMP)) - date_part('year', CAST(b AS TIMESTAMP))) * 12
  + date_part('month', CAST(a AS TIMESTAMP)) - date_part('month', CAST(b AS TIMESTAMP))
  + CASE WHEN date_part('day', CAST(a AS TIMESTAMP)) = date_part('day', CAST(b AS TIMESTAMP))
           OR last_day(CAST(a AS TIMESTAMP)) = CAST(a AS DATE) AND last_day(CAST(b AS TIMESTAMP)) = CAST(b AS DATE)
         THEN CAST(0 AS DOUBLE)
         ELSE CAST(date_part('day', CAST(a AS TIMESTAMP)) - date_part('day', CAST(b AS TIMESTAMP)) AS DOUBLE) / 31
            + (date_part('epoch', CAST(a AS TIMESTAMP)) % 86400 - date_part('epoch', CAST(b AS TIMESTAMP)) % 86400) / (31 * 86400) END;

CREATE MACRO overlay.main.rs_next_day(d, day) AS
  CASE WHEN strpos('su mo tu we th fr sa', lower(left(day, 2))) % 3 <> 1 THEN error('[22023] Not a valid day of the week: ' || day)
       ELSE CAST(d AS DATE)
         + CAST((strpos('su mo tu we th fr sa', lower(left(day, 2))) // 3 - date_part('dow', CAST(d AS DATE)) + 6) % 7 + 1 AS INTEGER) END;

CREATE MACRO overlay.main.rs_convert_timezone(source, target, ts) AS timezone(target, timezone(source, CAST(ts AS TIMESTAMP)));
