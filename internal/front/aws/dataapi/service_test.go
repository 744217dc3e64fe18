package dataapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const place = `"ClusterIdentifier":"wh","Database":"dev","DbUser":"awsuser"`

func TestRoundTrip(t *testing.T) {
	w := newWorld(t)
	made := w.do("ExecuteStatement", `{`+place+`,"Sql":"CREATE TABLE t (id INT, name VARCHAR(20))","ClientToken":"a"}`)
	if made.text("ClusterIdentifier") != "wh" || made.text("Database") != "dev" || made.text("DbUser") != "awsuser" || made["CreatedAt"].(float64) < 1e9 {
		t.Errorf("got %v", made)
	}
	w.until(made.text("Id"))
	batch := w.run("BatchExecuteStatement", `{`+place+`,"Sqls":["INSERT INTO t VALUES (:id, 'x')","SELECT * FROM t"],"Parameters":[{"name":"id","value":"7"}],"StatementName":"n"}`)
	id := batch.text("Id")
	if batch.text("Status") != "FINISHED" || len(batch["SubStatements"].([]any)) != 2 || batch["HasResultSet"] != true || batch["RedshiftPid"].(float64) <= 0 || batch["Duration"].(float64) <= 0 {
		t.Fatalf("got %v", batch)
	}
	sub := batch["SubStatements"].([]any)[1].(map[string]any)
	if sub["Id"] != id+":2" || sub["QueryString"] != "SELECT * FROM t" || sub["ResultRows"] != 1.0 {
		t.Errorf("got %v", sub)
	}
	result := w.do("GetStatementResult", `{"Id":"`+id+`:2"}`)
	want := []any{[]any{map[string]any{"longValue": 7.0}, map[string]any{"stringValue": "x"}}}
	if d := cmp.Diff(want, result["Records"]); d != "" || result["TotalNumRows"] != 1.0 {
		t.Error(d, result)
	}
	if c := result["ColumnMetadata"].([]any)[0].(map[string]any); c["name"] != "id" || c["typeName"] != "int4" || c["precision"] != 10.0 {
		t.Errorf("got %v", c)
	}
	csv := w.run("ExecuteStatement", `{`+place+`,"Sql":"SELECT * FROM t","ResultFormat":"CSV"}`)
	if r := w.do("GetStatementResultV2", `{"Id":"`+csv.text("Id")+`"}`); r["Records"].([]any)[0].(map[string]any)["CSVRecords"] != "7,x\n" || r["ResultFormat"] != "CSV" {
		t.Errorf("got %v", r)
	}
	list := w.do("ListStatements", `{"StatementName":"n"}`)["Statements"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["IsBatchStatement"] != true {
		t.Errorf("got %v", list)
	}
	failed := w.run("ExecuteStatement", `{`+place+`,"Sql":"SELECT nothing"}`)
	if failed.text("Status") != "FAILED" || !strings.HasPrefix(failed.text("Error"), "ERROR: ") || failed["ResultRows"] != -1.0 {
		t.Errorf("got %v", failed)
	}
}

func TestCatalog(t *testing.T) {
	w := newWorld(t)
	w.run("ExecuteStatement", `{`+place+`,"Sql":"CREATE TABLE t (id INT NOT NULL, name VARCHAR(20))"}`)
	for _, c := range []struct{ operation, more, name, want string }{
		{"ListDatabases", "", "Databases", `["dev"]`},
		{"ListSchemas", `,"SchemaPattern":"pub%"`, "Schemas", `["public"]`},
		{"ListTables", `,"SchemaPattern":"public"`, "Tables", `[{"name":"t","schema":"public","type":"TABLE"}]`},
	} {
		got, err := json.Marshal(w.do(c.operation, `{`+place+c.more+`}`)[c.name])
		w.ok(err)
		if string(got) != c.want {
			t.Errorf("%s: got %s, want %s", c.operation, got, c.want)
		}
	}
	columns := w.do("DescribeTable", `{`+place+`,"Schema":"public","Table":"t"}`)["ColumnList"].([]any)
	if len(columns) != 2 || columns[0].(map[string]any)["nullable"] != 0.0 || columns[1].(map[string]any)["length"] != 20.0 {
		t.Errorf("got %v", columns)
	}
}

func TestRefusals(t *testing.T) {
	w := newWorld(t)
	done := w.run("ExecuteStatement", `{`+place+`,"Sql":"CREATE TABLE t (id INT)"}`).text("Id")
	const nobody = `{"Id":"00000000-0000-4000-8000-000000000000"}`
	for _, c := range []struct{ name, operation, body, code string }{
		{"no SQL", "ExecuteStatement", `{` + place + `}`, "ValidationException"},
		{"unknown parameter", "ExecuteStatement", `{` + place + `,"Sql":"SELECT 1","Color":"red"}`, "ValidationException"},
		{"wrong type", "ExecuteStatement", `{` + place + `,"Sql":7}`, "SerializationException"},
		{"bad cluster", "ExecuteStatement", `{"ClusterIdentifier":"A_B","Database":"dev","Sql":"SELECT 1"}`, "ValidationException"},
		{"event", "ExecuteStatement", `{` + place + `,"Sql":"SELECT 1","WithEvent":true}`, "ValidationException"},
		{"no event", "ExecuteStatement", `{` + place + `,"Sql":"SELECT 1","WithEvent":false}`, ""},
		{"no parameters", "ExecuteStatement", `{` + place + `,"Sql":"SELECT 1","Parameters":[]}`, "ValidationException"},
		{"no session", "ExecuteStatement", `{"SessionId":"00000000-0000-4000-8000-000000000000","Sql":"SELECT 1"}`, "ValidationException"},
		{"long life", "ExecuteStatement", `{` + place + `,"Sql":"SELECT 1","SessionKeepAliveSeconds":86401}`, "ValidationException"},
		{"empty batch", "BatchExecuteStatement", `{` + place + `,"Sqls":[]}`, "ValidationException"},
		{"no such statement", "DescribeStatement", nobody, "ResourceNotFoundException"},
		{"no id", "DescribeStatement", `{"Id":"x"}`, "ValidationException"},
		{"no result", "GetStatementResult", `{"Id":"` + done + `"}`, "ResourceNotFoundException"},
		{"no part", "DescribeStatement", `{"Id":"` + done + `:1"}`, "ResourceNotFoundException"},
		{"part without a number", "DescribeStatement", `{"Id":"` + done + `:"}`, "ResourceNotFoundException"},
		{"ended", "CancelStatement", `{"Id":"` + done + `"}`, "ValidationException"},
		{"wrong status", "ListStatements", `{"Status":"GONE"}`, "ValidationException"},
		{"wrong page", "ListStatements", `{"NextToken":"x"}`, "ValidationException"},
		{"no database", "ListTables", `{"ClusterIdentifier":"wh"}`, "ValidationException"},
		{"unknown operation", "Sing", `{}`, "UnknownOperationException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := *w
			w.TB = t
			if out, code := w.call(w.admin, c.operation, c.body); code != c.code {
				t.Errorf("got %s: %s, want %q", code, out.text("message"), c.code)
			}
		})
	}
}

func TestStrangerIsDenied(t *testing.T) {
	w := newWorld(t)
	id := w.run("ExecuteStatement", `{`+place+`,"Sql":"SELECT 1"}`).text("Id")
	bodies := map[string]string{"ExecuteStatement": `{` + place + `,"Sql":"SELECT 1"}`, "BatchExecuteStatement": `{` + place + `,"Sqls":["SELECT 1"]}`, "ListStatements": `{}`}
	for _, op := range w.operations() {
		body := bodies[op.Name]
		switch {
		case body != "":
		case strings.HasPrefix(op.Name, "List") || op.Name == "DescribeTable":
			body = `{` + place + `}`
		default:
			body = `{"Id":"` + id + `"}`
		}
		for _, b := range []string{body, strings.ReplaceAll(body, `"wh"`, `"none"`), strings.ReplaceAll(body, id, "00000000-0000-4000-8000-000000000000")} {
			out, code := w.call(w.stranger, op.Name, b)
			if code != "AccessDeniedException" || !strings.Contains(out.text("message"), op.Action) {
				t.Errorf("%s %s: %s: %s", op.Name, b, code, out.text("message"))
			}
		}
	}
}
