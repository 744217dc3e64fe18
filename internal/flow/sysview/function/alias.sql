-- Names of catalog types in casts.
CREATE TYPE overlay.main.name AS VARCHAR;
CREATE TYPE overlay.main.regclass AS BIGINT;
CREATE TYPE overlay.main.regtype AS BIGINT;
CREATE TYPE overlay.main.regproc AS VARCHAR;
CREATE TYPE overlay.main.regnamespace AS BIGINT;
