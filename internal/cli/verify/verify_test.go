package verify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/cli/replicate"
	"github.com/inlet-data/inlet/internal/cli/verify"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
)

func TestVerify(t *testing.T) {
	db, data := mariadbtest.Start(t), t.TempDir()
	db.Exec(t, "CREATE DATABASE demo1", "CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(40))", "INSERT INTO demo1.cdcdata VALUES (1, 'one'), (2, 'two')")
	env := func(name string) string { return map[string]string{"MYSQL_PWD": mariadbtest.Password}[name] }
	var out bytes.Buffer
	r := &replicate.Options{From: "mysql://" + mariadbtest.User + "@" + db.Addr, To: "local", Tables: []string{"demo1.*"}, Mode: "full-load", Data: data, Env: env, Out: &out, Err: &out}
	if err := replicate.Run(context.Background(), r); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	out.Reset()
	o := &verify.Options{Data: data, Env: env, Out: &out, Most: 10}
	if err := verify.Run(t.Context(), o); err != nil || !strings.Contains(out.String(), "demo1.cdcdata  2 rows  2 rows  equal") {
		t.Errorf("%v\n%s", err, &out)
	}
	db.Exec(t, "UPDATE demo1.cdcdata SET name = 'ONE' WHERE id = 1", "INSERT INTO demo1.cdcdata VALUES (3, 'three')")
	out.Reset()
	o.JSON = true
	if err := verify.Run(t.Context(), o); fault.CodeOf(err) != "TablesDiffer" {
		t.Errorf("%v\n%s", err, &out)
	}
	var got []struct {
		Equal       bool
		Differences []struct {
			Kind string
			Key  []string
		}
	}
	text := out.String()[strings.Index(out.String(), "["):] // Before it stands the note on the node that was started.
	if err := json.Unmarshal([]byte(text), &got); err != nil || len(got) != 1 || len(got[0].Differences) != 2 || got[0].Differences[0].Kind != "RECORD_DIFF" {
		t.Errorf("%v\n%s", err, &out)
	}
	o.Task = "another"
	if err := verify.Run(t.Context(), o); fault.CodeOf(err) != "NoTask" {
		t.Error(err)
	}
}
