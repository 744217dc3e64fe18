package node_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/node"
)

const pipelineTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["dms.amazonaws.com","redshift.amazonaws.com"]}}]}`

const pipelineAccess = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::dms-*"}]}`

// TestTaskOfPipeline brings a table while the node runs, and goes on after a restart.
func TestTaskOfPipeline(t *testing.T) {
	db := mariadbtest.Start(t)
	db.Exec(t, "CREATE DATABASE demo1", "CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(40))", "INSERT INTO demo1.cdcdata VALUES (1, 'one'), (2, 'two')")
	t.Setenv("DEMO1_PASSWORD", mariadbtest.Password)
	role := "arn:aws:iam::" + node.Account2 + ":role/dms-access-for-endpoint"
	o := options(t.TempDir())
	o.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	o.Pipeline = &config.File{
		Roles:     []config.Role{{Name: "dms-access-for-endpoint", Account: node.Account2, Trust: pipelineTrust, Policies: map[string]config.Document{"files": pipelineAccess}}},
		Warehouse: config.Warehouse{Roles: []string{role}},
		Tasks:     []config.Task{{Name: "demo1", From: "mysql://" + mariadbtest.User + "@" + db.Addr, PasswordEnv: "DEMO1_PASSWORD", Tables: []string{"demo1.*"}}},
	}
	n := start(t, o)
	awaitSum(t, n, "3")
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	db.Exec(t, "INSERT INTO demo1.cdcdata VALUES (3, 'three')")
	awaitSum(t, start(t, o), "6")
}

// awaitSum waits for the sum of the table's ids.
func awaitSum(t *testing.T, n *running, want string) {
	t.Helper()
	c, err := n.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	got, err := "", error(nil)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); { // The question takes its time.
		if err = c.QueryRow(t.Context(), "SELECT CAST(sum(id) AS varchar) FROM demo1.cdcdata", pgx.QueryExecModeSimpleProtocol).Scan(&got); err == nil && got == want {
			return
		}
	}
	t.Fatalf("the sum is %q, want %q: %v", got, want, err)
}
