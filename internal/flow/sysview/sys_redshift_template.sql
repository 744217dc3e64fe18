-- Templates of COPY: superusers see all, others their own.
-- Source: Redshift Database Developer Guide, "SYS_REDSHIFT_TEMPLATE".
--
-- database_name       character(128)
-- schema_name         character(128)
-- template_name       character(128)
-- template_type       integer
-- create_time         timestamp
-- last_modified_time  timestamp
-- owner_id            integer
-- last_modified_by    integer
-- template_parameters text
CREATE VIEW overlay.main.sys_redshift_template AS
SELECT $database AS database_name, schema_name, name AS template_name, 1::INTEGER AS template_type, created AS create_time,
       modified AS last_modified_time, owner AS owner_id, modifier AS last_modified_by, document AS template_parameters
FROM $catalog.inlet.catalog_template
JOIN overlay.inlet.viewer v ON v.superuser OR v.id = owner;
