-- A small warehouse: two users, a schema, tables of every kind, a view of each
-- kind, and what three loads left behind. Numbers are as the stations give them.
INSERT INTO dev.inlet.catalog_user VALUES
    (100, 'awsuser', 'md5aa', true, true, NULL, '2024-05-01 10:00:00'),
    (101, 'analyst', 'md5bb', false, false, '2030-01-01 00:00:00', '2024-05-01 10:05:00');

CREATE SCHEMA dev.sales;
INSERT INTO dev.inlet.catalog_schema VALUES (100000, 'sales', 101, '2024-05-01 10:10:00');

CREATE TABLE dev.public.data_import (id INTEGER, name VARCHAR, value DECIMAL(10,2), timestamp TIMESTAMP);
INSERT INTO dev.public.data_import VALUES (1, 'one', 1.5, '2024-05-01'), (2, 'two', 2.5, '2024-05-02');
CREATE TABLE dev.sales.customer (id BIGINT, code VARCHAR, city VARCHAR);
CREATE TABLE dev.sales.orders (order_id BIGINT, customer_id BIGINT, "Weird ""name" VARCHAR, amount DECIMAL(12,4), doc VARCHAR, ok BOOLEAN);
CREATE VIEW dev.public.big AS SELECT id, name FROM dev.public.data_import;
CREATE VIEW dev.sales.late AS SELECT 1 AS a;

INSERT INTO dev.inlet.catalog_relation VALUES
    (100001, 'public', 'data_import', 'r', 100, 'auto', NULL, 'auto', true, true, NULL, false, '2024-05-01 11:00:00'),
    (100002, 'sales', 'customer', 'r', 101, 'all', NULL, NULL, false, true, NULL, false, '2024-05-01 11:01:00'),
    (100003, 'sales', 'orders', 'r', 101, 'key', 'customer_id', 'interleaved', false, true, NULL, false, '2024-05-01 11:02:00'),
    (100004, 'public', 'big', 'v', 100, 'even', NULL, NULL, false, true, 'select id, name from data_import;', false, '2024-05-01 11:03:00'),
    (100005, 'sales', 'late', 'v', 101, 'even', NULL, NULL, false, true, 'create view sales.late as select 1 as a with no schema binding;', true,
     '2024-05-01 11:04:00');

INSERT INTO dev.inlet.catalog_column VALUES
    (100001, 1, 'id', 'integer', NULL, NULL, NULL, 23, -1, false, NULL, 'az64', false, 0, NULL, NULL, NULL),
    (100001, 2, 'name', 'character varying', 255, NULL, NULL, 1043, 259, false, NULL, 'lzo', false, 0, NULL, NULL, NULL),
    (100001, 3, 'value', 'numeric', NULL, 10, 2, 1700, 655366, false, NULL, 'az64', false, 0, NULL, NULL, NULL),
    (100001, 4, 'timestamp', 'timestamp without time zone', NULL, NULL, NULL, 1114, -1, false, NULL, 'az64', false, 0, NULL, NULL, NULL),
    (100002, 1, 'id', 'bigint', NULL, NULL, NULL, 20, -1, true, NULL, 'az64', false, 0, 1, 1, false),
    (100002, 2, 'code', 'character', 8, NULL, NULL, 1042, 12, true, NULL, 'lzo', false, 0, NULL, NULL, NULL),
    (100002, 3, 'city', 'character varying', 64, NULL, NULL, 1043, 68, false, '''none''::character varying', 'lzo', false, 0, NULL, NULL, NULL),
    (100003, 1, 'order_id', 'bigint', NULL, NULL, NULL, 20, -1, true, NULL, 'none', false, 1, 100, 5, true),
    (100003, 2, 'customer_id', 'bigint', NULL, NULL, NULL, 20, -1, false, NULL, 'none', true, -2, NULL, NULL, NULL),
    (100003, 4, 'Weird "name', 'character varying', 65535, NULL, NULL, 1043, 65539, false, NULL, 'zstd', false, 0, NULL, NULL, NULL),
    (100003, 5, 'amount', 'numeric', NULL, 12, 4, 1700, 786440, false, '0', 'az64', false, 0, NULL, NULL, NULL),
    (100003, 6, 'doc', 'super', NULL, NULL, NULL, 4000, -1, false, NULL, 'none', false, 0, NULL, NULL, NULL),
    (100003, 7, 'ok', 'boolean', NULL, NULL, NULL, 16, -1, false, NULL, 'none', false, 0, NULL, NULL, NULL),
    (100004, 1, 'id', 'integer', NULL, NULL, NULL, 23, -1, false, NULL, 'none', false, 0, NULL, NULL, NULL),
    (100004, 2, 'name', 'character varying', 255, NULL, NULL, 1043, 259, false, NULL, 'none', false, 0, NULL, NULL, NULL),
    (100005, 1, 'a', 'integer', NULL, NULL, NULL, 23, -1, false, NULL, 'none', false, 0, NULL, NULL, NULL);

INSERT INTO dev.inlet.catalog_constraint VALUES
    (100010, 100002, 'customer_pkey', 'p', ['id'], 0, []),
    (100011, 100002, 'customer_code_key', 'u', ['code', 'city'], 0, []),
    (100012, 100003, 'orders_pkey', 'p', ['order_id'], 0, []),
    (100013, 100003, 'orders_customer_id_fkey', 'f', ['customer_id'], 100002, ['id']);

-- One load of two files, one that failed, and one of a COPY JOB.
INSERT INTO dev.inlet.load VALUES
    (1000, 500, 1073741900, 100, 100001, 'data_import', 0, 'completed', 's3://data-source/in/', 'csv', '2024-05-02 09:00:00', '2024-05-02 09:00:01.5',
     10, 400, 2, 380, 2, 380, 0, NULL),
    (1001, 501, 1073741901, 101, 100003, 'orders', 0, 'aborted', 's3://data-source/bad.csv', 'csv', '2024-05-02 09:05:00', '2024-05-02 09:05:00.25',
     0, 0, 1, 90, 1, 90, 1, 'Load into table ''orders'' failed.'),
    (1002, 502, 1073741902, 100, 100001, 'data_import', 200, 'completed', 's3://data-source/jobs/', 'csv', '2024-05-02 09:10:00',
     '2024-05-02 09:10:00.125', 5, 200, 1, 190, 1, 190, 0, NULL);
INSERT INTO dev.inlet.load_file VALUES
    (1000, 100, 0, 0, 's3://data-source/in/sample1.csv', 'e1', NULL, 190, '2024-05-02 08:59:00', 6, 5, 0, 200, 'Text', '2024-05-02 09:00:00',
     '2024-05-02 09:00:01', true),
    (1000, 100, 1, 0, 's3://data-source/in/sample2.csv', 'e2', NULL, 190, '2024-05-02 08:59:30', 6, 5, 0, 200, 'Text', '2024-05-02 09:00:00',
     '2024-05-02 09:00:01.25', true),
    (1001, 101, 0, 0, 's3://data-source/bad.csv', 'e3', NULL, 90, '2024-05-02 09:04:00', 3, 1, 1, 90, 'Text', '2024-05-02 09:05:00',
     '2024-05-02 09:05:00.2', false),
    (1002, 100, 0, 200, 's3://data-source/jobs/a.csv', 'e4', NULL, 190, '2024-05-02 09:09:00', 6, 5, 0, 200, 'Text', '2024-05-02 09:10:00',
     '2024-05-02 09:10:00.1', true);
INSERT INTO dev.inlet.load_error VALUES
    (1001, 501, 1073741901, 101, 0, 100003, 0, '2024-05-02 09:05:00', 's3://data-source/bad.csv', 2, 0, 'order_id', 'int8', '', 0,
     'x,12,' || repeat('é', 600), 'x', 1207, 'Invalid digit, Value ''x'', Pos 0, Type: Long ' || repeat('.', 90)),
    (1001, 501, 1073741901, 101, 0, 100003, 0, '2024-05-02 09:05:00', 's3://data-source/bad.csv', 3, 0, NULL, NULL, NULL, 0,
     '1', '', 1202, 'Extra column(s) found');
INSERT INTO dev.inlet.load_error_field VALUES
    (1001, 1073741901, 101, 0, 's3://data-source/bad.csv', 2, 0, 'order_id', 'x', false, 'int8', '');

INSERT INTO dev.inlet.copy_job VALUES
    (200, 'data_import_job', 100, 'dev', true, 'COPY public.data_import FROM ''s3://data-source/jobs/'' IAM_ROLE ''arn:aws:iam::222222222222:role/r'' CSV',
     'CSV IGNOREHEADER 1', 's3://data-source/jobs/', 'data-source', 'jobs/', 'arn:aws:iam::222222222222:role/r', 100001, 'data_import',
     '2024-05-02 09:08:00'),
    (201, 'other_job', 101, 'dev', false, 'COPY sales.orders FROM ''s3://elsewhere/'' IAM_ROLE ''arn:aws:iam::222222222222:role/r''', '',
     's3://elsewhere/', 'elsewhere', '', 'arn:aws:iam::222222222222:role/r', 100003, 'orders', '2024-05-02 09:08:30');
INSERT INTO dev.inlet.copy_job_file VALUES
    (1, 200, 'data-source', 'jobs/a.csv', 'e4', NULL, 190, '2024-05-02 09:09:00', '2024-05-02 09:09:01', 'P', 0, '2024-05-02 09:09:01'),
    (2, 200, 'data-source', 'jobs/b.csv', 'e5', NULL, 50, '2024-05-02 09:09:30', '2024-05-02 09:09:31', 'P', 0, '2024-05-02 09:09:31'),
    (3, 200, 'data-source', 'jobs/a.csv', 'e4', NULL, 190, '2024-05-02 09:09:00', '2024-05-02 09:09:01', 'I', 1002, '2024-05-02 09:10:00'),
    (4, 201, 'elsewhere', 'c.csv', 'e6', NULL, 50, '2024-05-02 09:09:40', '2024-05-02 09:09:41', 'E', 1003, '2024-05-02 09:11:00');
INSERT INTO dev.inlet.copy_job_message VALUES
    (201, '2024-05-02 09:11:00', 'Job 201 failed to ingest 1 files from S3');
INSERT INTO dev.inlet.integration VALUES
    ('arn:aws:redshift:us-east-1:222222222222:integration:i-1', 'data-source', 'active', '2024-05-02 08:00:00', '2024-05-02 08:01:00'),
    ('arn:aws:redshift:us-east-1:222222222222:integration:i-2', 'unused', 'creating', '2024-05-02 08:00:00', '2024-05-02 08:01:00');
