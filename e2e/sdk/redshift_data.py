"""Every operation of the Redshift Data API."""

import os

from session import Session

s = Session("redshift-data")
data = s.client()
CLUSTER = {"ClusterIdentifier": os.environ["CLUSTER_IDENTIFIER"], "Database": os.environ["PGDATABASE"], "DbUser": os.environ["PGUSER"]}
SECRET = {"ClusterIdentifier": os.environ["CLUSTER_IDENTIFIER"], "Database": os.environ["PGDATABASE"], "SecretArn": os.environ["CLUSTER_SECRET_ARN"]}
WORKGROUP = {"WorkgroupName": os.environ["WORKGROUP_NAME"], "Database": os.environ["SERVERLESS_PGDATABASE"]}
GONE = {"Id": "11111111-2222-3333-4444-555555555555"}


def ended(made, want="FINISHED"):
    """Wait for the end of a statement and return its description."""
    which = {"Id": made["Id"]}
    s.until(True, lambda: data.describe_statement(**which)["Status"] in ("FINISHED", "FAILED", "ABORTED"))
    got = data.describe_statement(**which)
    s.same((got["Status"], got.get("Error", "") == ""), (want, want == "FINISHED"), f"the end of {got.get('QueryString')}")
    return got


def run(sql, where=None, **more):
    return ended(data.execute_statement(Sql=sql, **(where or CLUSTER), **more))


def rows(done):
    return data.get_statement_result(Id=done["Id"])["Records"]


def statements():
    for where in (CLUSTER, SECRET, WORKGROUP):
        s.same(rows(run("SELECT 1", where)), [[{"longValue": 1}]], f"one row at {where}")
    run("CREATE TABLE sdk_data (id INTEGER NOT NULL, name VARCHAR(20) DEFAULT 'none', price DECIMAL(8,2), good BOOLEAN, weight FLOAT8, day DATE)")
    done = run("INSERT INTO sdk_data VALUES (:id, :name, 9.95, true, 0.5, '2026-01-31')", StatementName="put",
               Parameters=[{"name": "id", "value": "1"}, {"name": "name", "value": "lamp"}])
    s.same((done["HasResultSet"], done["ResultRows"], done["QueryParameters"][1]), (False, 1, {"name": "name", "value": "lamp"}), "the insert")
    s.same((done["Database"], done["DbUser"], done["ClusterIdentifier"]), (CLUSTER["Database"], CLUSTER["DbUser"], CLUSTER["ClusterIdentifier"]), "where it ran")
    done = run("SELECT id, name, price, good, weight, day, NULL AS nothing FROM sdk_data")
    got = data.get_statement_result(Id=done["Id"])
    s.same(got["Records"], [[{"longValue": 1}, {"stringValue": "lamp"}, {"stringValue": "9.95"}, {"booleanValue": True},
                             {"doubleValue": 0.5}, {"stringValue": "2026-01-31"}, {"isNull": True}]], "the row")
    s.same((got["TotalNumRows"], [(c["name"], c["typeName"]) for c in got["ColumnMetadata"]][:3]), (1, [("id", "int4"), ("name", "varchar"), ("price", "numeric")]), "its columns")
    again = [data.execute_statement(Sql="SELECT 2", ClientToken="sdk-token", **CLUSTER)["Id"] for _ in range(2)]
    s.same(again[0], again[1], "the statement of a token")
    done = run("SELECT id, name FROM sdk_data", ResultFormat="CSV")
    got = data.get_statement_result_v2(Id=done["Id"])
    s.same((got["ResultFormat"], [r["CSVRecords"].split() for r in got["Records"]]), ("CSV", [["1,lamp"]]), "the row as CSV")
    s.refused("ValidationException", data.get_statement_result, Id=done["Id"])
    failed = ended(data.execute_statement(Sql="SELECT * FROM sdk_not", **CLUSTER), "FAILED")
    s.same("sdk_not" in failed["Error"], True, "that the error names the table")
    s.refused("ResourceNotFoundException", data.get_statement_result, Id=failed["Id"])
    s.refused("ResourceNotFoundException", data.describe_statement, **GONE)
    s.refused("ValidationException", data.execute_statement, Sql="SELECT 1", Database="dev", ClusterIdentifier="sdk-not", DbUser="awsuser")


def batches():
    done = ended(data.batch_execute_statement(Sqls=["INSERT INTO sdk_data (id) VALUES (2)", "SELECT count(*) FROM sdk_data"], StatementName="batch", **CLUSTER))
    s.same([(sub["Status"], sub["HasResultSet"]) for sub in done["SubStatements"]], [("FINISHED", False), ("FINISHED", True)], "the batch's statements")
    s.same(rows(done["SubStatements"][1]), [[{"longValue": 2}]], "what the batch counts")
    ended(data.batch_execute_statement(Sqls=["INSERT INTO sdk_data (id) VALUES (3)", "SELECT * FROM sdk_not"], **CLUSTER), "FAILED")
    s.same(rows(run("SELECT count(*) FROM sdk_data")), [[{"longValue": 2}]], "what a failed batch leaves")
    found = data.list_statements(StatementName="batch", Status="ALL")["Statements"]
    s.same([(st["Id"], st["IsBatchStatement"], len(st["QueryStrings"])) for st in found], [(done["Id"], True, 2)], "the batches")
    page = data.list_statements(MaxResults=2, Status="FINISHED")
    s.same((len(page["Statements"]), "NextToken" in page), (2, True), "the first page of statements")
    s.same(len(data.list_statements(MaxResults=2, Status="FINISHED", NextToken=page["NextToken"])["Statements"]), 2, "the second page")


def sessions():
    made = data.execute_statement(Sql="CREATE TEMPORARY TABLE kept AS SELECT 7 AS n", SessionKeepAliveSeconds=60, **CLUSTER)
    kept = ended(made)["SessionId"]
    s.same(rows(ended(data.execute_statement(Sql="SELECT n FROM kept", SessionId=kept))), [[{"longValue": 7}]], "what the session keeps")


def cancel():
    long = "SELECT count(*) FROM " + ", ".join(f"(SELECT 1 FROM generate_series(1, 1000)) t{i}" for i in range(5))
    made = data.execute_statement(Sql=long, **CLUSTER)
    s.until("STARTED", lambda: data.describe_statement(Id=made["Id"])["Status"])
    s.same(data.cancel_statement(Id=made["Id"])["Status"], True, "the cancellation")
    s.until("ABORTED", lambda: data.describe_statement(Id=made["Id"])["Status"])
    s.refused("ValidationException", data.cancel_statement, Id=made["Id"])
    s.refused("ResourceNotFoundException", data.cancel_statement, **GONE)


def catalog():
    s.same(CLUSTER["Database"] in data.list_databases(**CLUSTER)["Databases"], True, "that the database is listed")
    s.same(data.list_schemas(SchemaPattern="pub%", **CLUSTER)["Schemas"], ["public"], "the schemas")
    s.same(data.list_tables(SchemaPattern="public", TablePattern="sdk%", **CLUSTER)["Tables"],
           [{"name": "sdk_data", "schema": "public", "type": "TABLE"}], "the tables")
    columns = data.describe_table(Schema="public", Table="sdk_data", **CLUSTER)["ColumnList"]
    s.same([(c["name"], c["typeName"], c["nullable"]) for c in columns][:3], [("id", "int4", 0), ("name", "varchar", 1), ("price", "numeric", 1)], "the columns")
    s.same((columns[1]["length"], columns[1]["columnDefault"], columns[2]["precision"], columns[2]["scale"]), (20, "'none'", 8, 2), "their details")
    s.refused("ValidationException", data.list_tables, ClusterIdentifier="sdk-not", Database="dev", DbUser="awsuser")
    run("DROP TABLE sdk_data")
    s.same(data.list_tables(SchemaPattern="public", TablePattern="sdk%", **CLUSTER)["Tables"], [], "the tables after the drop")


statements()
batches()
sessions()
cancel()
catalog()
s.end(data)
