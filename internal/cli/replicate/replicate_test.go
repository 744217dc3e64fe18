package replicate_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/inlet-data/inlet/internal/cli/replicate"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
)

// url names a test server with its administrator.
func url(s *mariadbtest.Server) string {
	return "mysql://" + mariadbtest.User + ":" + mariadbtest.Password + "@" + s.Addr
}

func TestFullLoadStartsANode(t *testing.T) {
	db := mariadbtest.Start(t)
	db.Exec(t, "CREATE DATABASE demo1", "CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(40))",
		"INSERT INTO demo1.cdcdata SELECT seq, CONCAT('name ', seq) FROM demo1.seq_1_to_1000")
	var out bytes.Buffer
	o := &replicate.Options{From: url(db), To: "local", Tables: []string{"demo1.cdcdata"}, Mode: "full-load", Data: t.TempDir(), Out: &out, Err: &out}
	if err := replicate.Run(context.Background(), o); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	t.Logf("%s", &out)
}
