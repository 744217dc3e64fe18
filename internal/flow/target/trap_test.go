package target_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// text is a value as sources encode it.
func text(s string) string {
	b, _ := source.AppendText(nil, []byte(s))
	return string(b)
}

// TestTraps loads values that are easily mistaken.
func TestTraps(t *testing.T) {
	w := start(t)
	date := sqltype.Type{ID: sqltype.Date}
	stamp := sqltype.Type{ID: sqltype.Timestamp}
	tests := []struct {
		name string
		typ  sqltype.Type
		copy target.CopyOptions
		rows []string
		want []string
		fail string
	}{
		{"5 empty and NULL", short, target.CopyOptions{}, []string{`1,""`, "2," + source.Null}, []string{"1|", "2|∅"}, ""},
		{"5 empty as NULL", short, target.CopyOptions{EmptyAsNull: true}, []string{`1,""`, "2," + source.Null}, []string{"1|∅", "2|∅"}, ""},
		{"6 quotes, newlines and a text that looks like NULL", short, target.CopyOptions{}, []string{"1," + text("a,\"b\"\nc\\\\N\r\n"), "2," + text(`\N`)}, []string{"1|a,\"b\"\nc\\\\N\r\n", `2|\N`}, ""},
		{"7 bytes, not characters", sqltype.Type{ID: sqltype.Varchar, Length: 10}, target.CopyOptions{}, []string{"1," + text(strings.Repeat("😀", 10))}, nil, "column c1"},
		{"7 cut when asked", sqltype.Type{ID: sqltype.Varchar, Length: 10}, target.CopyOptions{TruncateColumns: true}, []string{"1," + text(strings.Repeat("😀", 10))}, []string{"1|😀😀"}, ""},
		{"13 impossible dates as NULL", date, target.CopyOptions{AcceptAnyDate: true}, []string{`1,"0000-00-00"`, "2,2024-02-30", "3,2024-02-29"}, []string{"1|∅", "2|∅", "3|2024-02-29"}, ""},
		{"13 impossible dates", date, target.CopyOptions{}, []string{"1,2024-02-29", "2,2024-02-30"}, nil, "column c1"},
		{"14 times beyond a day", sqltype.Type{ID: sqltype.Varchar, Length: 20}, target.CopyOptions{}, []string{`1,"-838:59:59"`, `2,"25:00:00.5"`, `3,"00:00:00"`}, []string{"1|-838:59:59", "2|25:00:00.5", "3|00:00:00"}, ""},
		{"15 microseconds", stamp, target.CopyOptions{}, []string{"1,2024-03-31 02:30:00", "2,2024-03-31 02:30:00.123456"}, []string{"1|2024-03-31 02:30:00", "2|2024-03-31 02:30:00.123456"}, ""},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := "t" + string(rune('a'+i))
			p := plan(t, table(name, col("id!", bigint), col("c1", tt.typ)))
			tg := w.open(t, func(c *target.Config) { c.Copy = tt.copy })
			if err := tg.Prepare(t.Context(), p, target.DoNothing); err != nil {
				t.Fatal(err)
			}
			_, _, err := tg.Load(t.Context(), p, w.staged(t, name, tt.rows...))
			if tt.fail != "" {
				f, ok := errors.AsType[*fault.Error](err)
				if !ok || !strings.Contains(f.Hint, tt.fail) {
					t.Fatalf("loaded with %v", err)
				}
			} else if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, w.SQL(t, "SELECT * FROM shop."+name+" ORDER BY id")); diff != "" {
				t.Errorf("rows differ (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTrap28 loads a table whose names are words of SQL.
func TestTrap28(t *testing.T) {
	w := start(t)
	tab := table("order", col("user!", bigint), col("group!", bigint), col("select", short))
	tab.Key = []int{0, 1}
	p := plan(t, tab)
	tg := w.open(t)
	if err := tg.Prepare(t.Context(), p, target.DropAndCreate); err != nil {
		t.Fatal(err)
	}
	if err := tg.Prepare(t.Context(), p, target.TruncateBeforeLoad); err != nil {
		t.Fatal(err)
	}
	if rows, _, err := tg.Load(t.Context(), p, w.staged(t, "1", `1,2,"x"`)); err != nil || rows != 1 {
		t.Fatal(rows, err)
	}
}

// TestRefused explains errors of COPY: the server's own message, DMS's line, and the place.
func TestRefused(t *testing.T) {
	w := start(t)
	p := plan(t, table("t", col("id!", bigint), col("n", sqltype.Type{ID: sqltype.Smallint})))
	tg := w.open(t)
	if err := tg.Prepare(t.Context(), p, target.DoNothing); err != nil {
		t.Fatal(err)
	}
	_, _, err := tg.Load(t.Context(), p, w.staged(t, "1", "1,32767", "2,32768"))
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.On != "shop.t" || !strings.Contains(f.Message, "Load into table 't' failed") || !strings.Contains(f.Hint, "LOAD00000001.csv line 2, column n") {
		t.Errorf("refused with %+v", f)
	}
	w.logged(t, tasklog.TargetLoad, "[Amazon][Amazon Redshift] (30) Error occurred while trying to execute a query: [SQLState XX000] ERROR:  Load into table 't' failed.")
	stranger := w.open(t, func(c *target.Config) { c.Role = "arn:aws:iam::222222222222:role/nobody" })
	if _, _, err = stranger.Load(t.Context(), p, w.staged(t, "2", "1,1")); err == nil || !strings.Contains(err.Error(), "not authorized to assume IAM Role") {
		t.Errorf("loaded with %v", err)
	}
	w.logged(t, tasklog.TargetLoad, "IAM Role=arn:aws:iam::222222222222:role/nobody")
	if got := w.SQL(t, "SELECT COUNT(*) FROM shop.t"); got[0] != "0" {
		t.Errorf("%s rows are in", got[0])
	}
}

// TestLoadSome leaves out refused rows and keeps them as exceptions.
func TestLoadSome(t *testing.T) {
	w := start(t)
	p := plan(t, table("t", col("id!", bigint), col("name", sqltype.Type{ID: sqltype.Varchar, Length: 5})))
	tg := w.open(t)
	if err := tg.Prepare(t.Context(), p, target.DoNothing); err != nil {
		t.Fatal(err)
	}
	chunk := w.staged(t, "1", `1,"one"`, `2,"too long"`, `3,"three"`)
	for _, want := range []target.Loaded{{Rows: 2, Refused: 1}, {Already: true}} {
		if got, err := tg.LoadSome(t.Context(), p, chunk, true); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
	if diff := cmp.Diff([]string{"1|one", "3|three"}, w.SQL(t, "SELECT * FROM shop.t ORDER BY id")); diff != "" {
		t.Error(diff)
	}
	got := w.SQL(t, "SELECT table_name, statement, error FROM awsdms_apply_exceptions")
	if len(got) != 1 || !strings.Contains(got[0], `2,"too long"`) || !strings.Contains(got[0], "line 2, column name") {
		t.Errorf("exceptions: %q", got)
	}
}

func (w *world) logged(t *testing.T, c tasklog.Component, text string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.lines {
		if l.Component == c && strings.Contains(l.Text, text) {
			return
		}
	}
	t.Errorf("no line of %s has %q", c, text)
}
