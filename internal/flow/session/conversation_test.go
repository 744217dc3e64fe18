package session_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/sysview"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
)

var rewrite = flag.Bool("rewrite", false, "write the answers into testdata/*.txt")

// TestConversations runs testdata/*.txt: SQL, a line of dashes, what the client
// hears, an empty line. "user x" before a statement speaks as another user.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := converse(newHouse(t), string(text))
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(strings.Split(string(text), "\n"), strings.Split(got, "\n")); d != "" {
				t.Errorf("answers differ (-want +got)\n%s", d)
			}
		})
	}
}

// house is a database with its sessions.
type house struct {
	t       testing.TB
	manager *session.Manager
	engine  warehouse.Engine
	clients map[string]*client
}

func newHouse(t testing.TB) *house {
	t.Helper()
	return newHouseWith(t, &warehouse.Namespace{}, loader{})
}

func newHouseWith(t testing.TB, ns *warehouse.Namespace, l session.Loader) *house {
	t.Helper()
	engine, err := duckdb.Open(duckdb.Config{Path: filepath.Join(t.TempDir(), "dev.duckdb"), Threads: 1, Setup: setup})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	db := warehouse.NewDatabase(func() *warehouse.Namespace { return ns }, "dev", engine)
	admin, err := db.Client(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if err := admin.PutUser(context.Background(), &warehouse.User{Name: "awsuser", Superuser: true}); err != nil {
		t.Fatal(err)
	}
	m := session.NewManager(session.Config{Database: db, Loader: l, Jobs: jobs{}, SystemColumns: systemColumns})
	return &house{t: t, manager: m, engine: engine, clients: map[string]*client{}}
}

func setup(exec func(string) error) error {
	for _, script := range append([]string{warehouse.Schema(), ledger.Schema}, dialect.Macros()...) {
		if err := exec(script); err != nil {
			return err
		}
	}
	return sysview.Install(exec, "dev")
}

var views = sysview.Views()

func systemColumns(name string) ([]dialect.Column, bool) {
	var out []dialect.Column
	for _, c := range views[name] {
		out = append(out, dialect.Column{Name: c.Name, Type: c.Type})
	}
	return out, out != nil
}

// loader inserts a row for each COPY; a source that ends in "bad" fails.
type loader struct{}

func (loader) Copy(ctx context.Context, c *warehouse.Client, r load.Request) (load.Outcome, error) {
	out := load.Outcome{Query: 4711, Table: r.Copy.Table.Name, Rows: 1, Errors: int64(r.Copy.Options.MaxError)}
	if strings.HasSuffix(r.Copy.Source, "bad") {
		return load.Outcome{Query: 4712, Table: r.Copy.Table.Name}, &fault.Error{Kind: fault.Invalid, Code: "XX000",
			Message: fmt.Sprintf("Load into table '%s' failed.  Check 'stl_load_errors' system table for details.", r.Copy.Table.Name)}
	}
	return out, c.Atomically(ctx, func() error {
		t, err := c.Table(ctx, r.Copy.Table.Schema, r.Copy.Table.Name)
		if err != nil {
			return err
		}
		_, err = c.Conn().Exec(ctx, "INSERT INTO "+t.SQL()+" DEFAULT VALUES")
		return err
	})
}

// jobs keeps jobs in the ledger and loads nothing.
type jobs struct{}

func (jobs) Create(ctx context.Context, c *warehouse.Client, cp *dialect.Copy, owner warehouse.User) error {
	return ledger.CreateJob(ctx, c, ledger.Job{ID: 1, Name: cp.Job.Name, Owner: owner.ID, Database: "dev", Auto: cp.Job.Auto, Statement: "COPY …", DataSource: cp.Source})
}
func (jobs) Alter(context.Context, string, bool) error               { return nil }
func (jobs) Set(context.Context, string, []dialect.JobSetting) error { return nil }
func (jobs) Drop(context.Context, string) error                      { return nil }
func (jobs) RunNow(context.Context, *warehouse.Client, string, warehouse.User, int32) (load.Outcome, error) {
	return load.Outcome{Query: 4713, Table: "t", Rows: 3}, nil
}

// client is a session and what it has said.
type client struct {
	session *session.Session
	news    []string
}

func (h *house) client(user string) *client {
	if c := h.clients[user]; c != nil {
		return c
	}
	c := &client{}
	s, err := h.manager.Open(context.Background(), session.Options{User: user, Database: "dev", PID: int32(1000 + len(h.clients)),
		Notice: func(n session.Notice) { c.news = append(c.news, n.Severity+": "+n.Message) }})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { s.Close() })
	c.session = s
	h.clients[user] = c
	return c
}

func converse(h *house, text string) string {
	c := h.client("awsuser")
	var out []string
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		statement, _, _ := strings.Cut(strings.TrimSpace(block), "\n----")
		if user, ok := strings.CutPrefix(statement, "user "); ok {
			c = h.client(user)
			out = append(out, statement)
			continue
		}
		out = append(out, statement+"\n----\n"+c.say(statement))
	}
	return strings.Join(out, "\n\n") + "\n"
}

// say runs a simple query as the door does.
func (c *client) say(sql string, args ...session.Arg) string {
	ctx := context.Background()
	c.news = nil
	var lines []string
	fail := func(err error) {
		c.session.Fail()
		lines = append(lines, c.news...)
		c.news = nil
		lines = append(lines, printError(err))
	}
	statements, err := c.session.Prepare(ctx, sql, nil)
	if err != nil {
		fail(err)
	}
	for _, st := range statements {
		result, err := st.Run(ctx, args)
		if err == nil {
			var rows []string
			rows, err = printRows(result)
			lines = append(lines, rows...)
		}
		if err != nil {
			fail(err)
			break
		}
		lines = append(lines, c.news...)
		c.news = nil
		lines = append(lines, printTag(result))
	}
	if err := c.session.Sync(ctx); err != nil {
		fail(err)
	}
	if s := c.session.Status(); s != 'I' {
		lines = append(lines, "status "+string(s))
	}
	for _, st := range statements {
		st.Close()
	}
	return strings.Join(lines, "\n")
}

func printTag(r *session.Result) string {
	if r.Counted && r.Columns == nil {
		return fmt.Sprintf("%s %d", r.Tag, r.Affected)
	}
	return r.Tag
}

func printError(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return "ERROR (no fault): " + err.Error()
	}
	text := "ERROR " + f.Code + ": " + f.Message
	if f.Position > 0 {
		text += fmt.Sprintf(" at %d", f.Position)
	}
	if f.Code == "42501" && f.Hint != "" {
		text += "\nhint: " + f.Hint
	}
	for line := range strings.SplitSeq(f.Detail, "\n") {
		label, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if value = strings.TrimSpace(value); label == "context" && value != "" || label == "code" {
			text += "\n" + label + ": " + value
		}
	}
	return text
}

var moving = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+`)

func printRows(r *session.Result) ([]string, error) {
	if r.Columns == nil {
		return nil, nil
	}
	defer r.Rows.Close()
	var head []string
	for _, c := range r.Columns {
		head = append(head, c.Name+" "+c.Type.String())
	}
	lines := []string{strings.Join(head, " | ")}
	for {
		chunk, err := r.Rows.Next()
		if errors.Is(err, io.EOF) {
			return lines, r.Rows.Close()
		}
		if err != nil {
			return lines, err
		}
		for row := range chunk.Rows {
			var fields []string
			for i := range chunk.Vectors {
				fields = append(fields, moving.ReplaceAllString(printValue(&chunk.Vectors[i], row), "NOW"))
			}
			lines = append(lines, strings.Join(fields, " | "))
		}
	}
}
