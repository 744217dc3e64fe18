package replicate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/inlet-data/inlet/internal/cli/replicate"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/node"
)

// demo is a server with the seed's table.
func demo(t *testing.T) *mariadbtest.Server {
	db := mariadbtest.Start(t)
	db.Exec(t, "CREATE DATABASE demo1", "CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(40))",
		"INSERT INTO demo1.cdcdata SELECT seq, CONCAT('name ', seq) FROM demo1.seq_1_to_1000")
	return db
}

// options are for a data directory of the test's own.
func options(db *mariadbtest.Server, data string) *replicate.Options {
	return &replicate.Options{From: "mysql://" + mariadbtest.User + "@" + db.Addr, To: "local", Tables: []string{"demo1.cdcdata"}, Mode: "full-load-and-cdc", Data: data,
		Env: func(name string) string { return map[string]string{"MYSQL_PWD": mariadbtest.Password}[name] }}
}

// screen is output of several goroutines.
type screen struct {
	mu    sync.Mutex
	text  bytes.Buffer
	moved chan struct{} // Closed at the next word; nil while nobody waits.
}

// await waits until a text is on the screen.
func (s *screen) await(t *testing.T, text string, ended <-chan error) {
	t.Helper()
	for {
		s.mu.Lock()
		there := strings.Contains(s.text.String(), text)
		if s.moved == nil {
			s.moved = make(chan struct{})
		}
		moved := s.moved
		s.mu.Unlock()
		if there {
			return
		}
		select {
		case err := <-ended:
			t.Fatalf("ended before %q: %v\n%s", text, err, s)
		case <-moved:
		}
	}
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.moved != nil {
		close(s.moved)
		s.moved = nil
	}
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func run(t *testing.T, o *replicate.Options) (string, error) {
	t.Helper()
	out := &screen{}
	o.Out, o.Err = out, out
	err := replicate.Run(t.Context(), o)
	if strings.Contains(out.String(), mariadbtest.Password) {
		t.Errorf("the password is printed: %s", out)
	}
	return out.String(), err
}

// TestOneCommand starts a node, makes role and bucket, loads, and goes on the next time.
func TestOneCommand(t *testing.T) {
	db, data := demo(t), t.TempDir()
	o := options(db, data)
	o.UntilCaughtUp = true
	out, err := run(t, o)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"a node is started", "made role dms-access-for-endpoint", "attached role", "1,000 rows", "Stop Reason NORMAL"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	db.Exec(t, "UPDATE demo1.cdcdata SET name = 'changed' WHERE id <= 10", "DELETE FROM demo1.cdcdata WHERE id > 990")
	out, err = run(t, o)
	if err != nil || !strings.Contains(out, "goes on") || !strings.Contains(out, "20 changes applied") || strings.Contains(out, "made role") {
		t.Errorf("%v\n%s", err, out)
	}
	if got := ask(t, data, "SELECT count(*) || ' ' || count(CASE WHEN name = 'changed' THEN 1 END) FROM demo1.cdcdata"); got != "990 10" {
		t.Error(got)
	}
	o.Reload = true
	if out, err = run(t, o); err != nil || !strings.Contains(out, "990 rows loaded") {
		t.Errorf("%v\n%s", err, out)
	}
}

// ask runs a query on a node of its own.
func ask(t *testing.T, data, query string, before ...string) (answer string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	failed := errors.New("the node was never ready")
	go func() {
		ended <- node.Run(ctx, node.Options{Data: data, AWSListen: "127.0.0.1:0", SQLListen: "127.0.0.1:0", Ready: func(n *node.Node) {
			defer stop()
			conn, err := n.Connect(ctx)
			for _, q := range before {
				if err == nil {
					_, err = conn.Exec(ctx, q)
				}
			}
			if failed = err; err == nil {
				failed = conn.QueryRow(ctx, query).Scan(&answer)
				conn.Close(context.Background())
			}
		}})
	}()
	if err := errors.Join(<-ended, failed); err != nil {
		t.Fatal(err)
	}
	return answer
}

// TestRowsInTheWay refuses to add to a table or to empty it unasked.
func TestRowsInTheWay(t *testing.T) {
	db, data := demo(t), t.TempDir()
	ask(t, data, "SELECT 'ready'", "CREATE SCHEMA demo1", "CREATE TABLE demo1.cdcdata (id INT, name VARCHAR(200))", "INSERT INTO demo1.cdcdata VALUES (7, 'mine')")
	o := options(db, data)
	o.Mode = "full-load"
	if out, err := run(t, o); fault.CodeOf(err) != "TargetHasRows" {
		t.Fatalf("%v\n%s", err, out)
	}
	o.Prepare = "truncate"
	if out, err := run(t, o); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := ask(t, data, "SELECT count(*)::varchar FROM demo1.cdcdata"); got != "1000" {
		t.Error(got)
	}
	if out, err := run(t, o); err != nil || !strings.Contains(out, "are loaded; --reload") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestCheck names what is wrong, and what mends it, and loads nothing.
func TestCheck(t *testing.T) {
	db, data := demo(t), t.TempDir()
	db.Exec(t, "SET GLOBAL binlog_row_metadata = MINIMAL")
	o := options(db, data)
	o.Check = true
	out, err := run(t, o)
	if fault.CodeOf(err) != "CheckFailed" {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"FAIL  role: role arn:aws:iam::222222222222:role/dms-access-for-endpoint does not exist", "aws iam create-role", "SET GLOBAL binlog_row_metadata = FULL",
		"ok    table demo1.cdcdata: about", "id INTEGER, name CHARACTER VARYING(160)"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	db.Exec(t, "SET GLOBAL binlog_row_metadata = FULL")
	o.Check, o.UntilCaughtUp = false, true
	if out, err := run(t, o); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	o.Check = true
	if out, err = run(t, o); err != nil || strings.Contains(out, "FAIL") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestJSON has one object a line.
func TestJSON(t *testing.T) {
	db := demo(t)
	o := options(db, t.TempDir())
	o.JSON, o.Mode = true, "full-load"
	out, err := run(t, o)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var last map[string]any
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if one["type"] == "table" {
			last = one
		}
	}
	if last["state"] != string(task.Completed) || last["rows"] != 1000.0 {
		t.Errorf("the last line of the table is %v", last)
	}
}

// TestBadFlags names the flag and what it may be.
func TestBadFlags(t *testing.T) {
	db := demo(t)
	for name, change := range map[string]func(*replicate.Options){
		"from": func(o *replicate.Options) { o.From = "" }, "scheme": func(o *replicate.Options) { o.From = "oracle://u@h" }, "tables": func(o *replicate.Options) { o.Tables = nil },
		"mode": func(o *replicate.Options) { o.Mode = "all" }, "prepare": func(o *replicate.Options) { o.Prepare = "clean" }, "types": func(o *replicate.Options) { o.TypeMapping = "mine" },
		"to": func(o *replicate.Options) { o.To = "snowflake://x" }, "stage": func(o *replicate.Options) { o.Stage = "/tmp" }, "password": func(o *replicate.Options) { o.Env = func(string) string { return "wrong" } },
	} {
		o := options(db, t.TempDir())
		change(o)
		_, err := run(t, o)
		if _, hint := node.Explain(err); err == nil || hint == "" {
			t.Errorf("%s: %v, hint %q", name, err, hint)
		}
	}
}

// TestInterrupt ends a command that follows, as Ctrl-C does.
func TestInterrupt(t *testing.T) {
	db := demo(t)
	o := options(db, t.TempDir())
	out := &screen{}
	o.Out, o.Err = out, out
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- replicate.Run(ctx, o) }()
	out.await(t, "Table completed", ended)
	interrupt()
	if err := <-ended; !errors.Is(err, context.Canceled) || !strings.Contains(out.String(), "Stop Reason NORMAL") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestSourceDown begins while the source is down, and is told to look only: it waits in the
// one case, and refuses at once in the other.
func TestSourceDown(t *testing.T) {
	db := demo(t)
	db.Kill()
	o := options(db, t.TempDir())
	o.Check = true
	if out, err := run(t, o); fault.CodeOf(err) != "CheckFailed" || !strings.Contains(out, "FAIL  source: ") {
		t.Errorf("--check: %v\n%s", err, out)
	}
	o.Check = false
	out := &screen{}
	o.Out, o.Err = out, out
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- replicate.Run(ctx, o) }()
	out.await(t, "the source cannot be reached: ", ended)
	out.await(t, "; it is tried again in 5s", ended)
	db.Run(t)
	out.await(t, "Table completed", ended)
	all, err := replicate.Statuses(o.Data)
	if err != nil || len(all) != 1 || all[0].State != "running" || all[0].Kind != node.OfCommand || all[0].Tables != 1 {
		t.Errorf("%+v, %v", all, err)
	}
	interrupt()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v\n%s", err, out)
	}
	if all, err = replicate.Statuses(o.Data); err != nil || len(all) != 1 || all[0].State != "stopped" || all[0].Loaded != 1 {
		t.Errorf("%+v, %v", all, err)
	}
}
