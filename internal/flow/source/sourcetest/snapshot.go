package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// keyed are tables whose keys are cut in different ways: (columns, how row i is inserted).
var keyed = []struct{ name, columns, row string }{
	{"dense", "id int PRIMARY KEY, v varchar(20)", "(%[1]d, 'row %[1]d')"},
	{"sparse", "id bigint PRIMARY KEY, v varchar(20)", "(%[1]d * 1000003, 'row %[1]d')"},
	{"words", "id varchar(20) PRIMARY KEY, v varchar(20)", "('it''s \\%[1]d', 'row %[1]d')"},
	{"pairs", "a int, b varchar(20), v varchar(20), PRIMARY KEY (a, b)", "(%[1]d %% 7, 'k%[1]d', 'row %[1]d')"},
	{"amounts", "id decimal(12,3) PRIMARY KEY, v varchar(20)", "(%[1]d * -1.125, 'row %[1]d')"},
	{"moments", "id timestamp(6) NOT NULL PRIMARY KEY, v varchar(20)", "('2024-01-01 00:00:00.%06[1]d', 'row %[1]d')"},
}

const keyedRows = 500

func fillKeyed(t testing.TB, s Server, i int) source.Name {
	t.Helper()
	n := table(t, s, "keyed_"+keyed[i].name, keyed[i].columns)
	rows := make([]string, keyedRows)
	for r := range rows {
		rows[r] = fmt.Sprintf(keyed[i].row, r)
	}
	s.Exec(t, fmt.Sprintf("INSERT INTO %s VALUES %s", n, strings.Join(rows, ", ")))
	return n
}

// testSnapshot reads tables in ranges at the same time: together they are the table, in order.
func testSnapshot(t *testing.T, s Server) {
	src := open(t, s)
	for i, k := range keyed {
		t.Run(k.name, func(t *testing.T) {
			n := fillKeyed(t, s, i)
			d := describe(t, src, n)
			ranges, err := src.Split(context.Background(), d, 60)
			if err != nil {
				t.Fatal(err)
			}
			if len(ranges) < keyedRows/60 {
				t.Errorf("%d ranges, want at least %d", len(ranges), keyedRows/60)
			}
			var got []string
			for _, part := range readRanges(t, src, d, ranges) {
				if len(part) > 0 {
					got = append(got, lines(part)...)
				}
			}
			if diff := cmp.Diff(snapshot(t, src, n), got); diff != "" || len(got) != keyedRows {
				t.Errorf("%d rows; ranges differ from the table (-table +ranges):\n%s", len(got), diff)
			}
		})
	}
}

func readRanges(t testing.TB, src source.Source, d *source.Table, ranges []source.Range) []string {
	t.Helper()
	parts := make([]strings.Builder, len(ranges))
	errs := make([]error, len(ranges))
	var wg sync.WaitGroup
	for i := range ranges {
		wg.Go(func() { _, errs[i] = src.Snapshot(context.Background(), d, ranges[i], &parts[i]) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	all := make([]string, len(parts))
	for i := range parts {
		all[i] = parts[i].String()
	}
	return all
}

var errFull = errors.New("disk full")

// full takes so many writes and then fails.
type full struct {
	strings.Builder
	left int
}

func (f *full) Write(p []byte) (int, error) {
	if f.left--; f.left < 0 {
		return 0, errFull
	}
	return f.Builder.Write(p)
}

// testSnapshotResumed goes on after a writer failed, from the last key it took.
func testSnapshotResumed(t *testing.T, s Server) {
	src := open(t, s)
	n := table(t, s, "resumed", "a int, b varchar(40), v varchar(2000), PRIMARY KEY (a, b)")
	rows := make([]string, 1000)
	for i := range rows {
		rows[i] = fmt.Sprintf("(%d, 'key ''%d''', '%s')", i/100, i, strings.Repeat("x", 1500))
	}
	s.Exec(t, fmt.Sprintf("INSERT INTO %s VALUES %s", n, strings.Join(rows, ", ")))
	d := describe(t, src, n)
	var got strings.Builder
	var r source.Range
	for attempts := 0; ; attempts++ {
		w := full{left: 1}
		res, err := src.Snapshot(context.Background(), d, r, &w)
		got.WriteString(w.String())
		if res.Last != nil {
			r.After = res.Last
		}
		if err == nil {
			break
		}
		if !errors.Is(err, errFull) || attempts > 100 {
			t.Fatal(err)
		}
		if !strings.HasSuffix(w.String(), "\n") {
			t.Fatal("a write ended in the middle of a row")
		}
	}
	if diff := cmp.Diff(snapshot(t, src, n), lines(got.String())); diff != "" {
		t.Errorf("the parts differ from the table (-table +parts):\n%s", diff)
	}
}

// testSnapshotEnded: a table that was altered is refused, a context that ended ends it.
func testSnapshotEnded(t *testing.T, s Server) {
	src := open(t, s)
	n := table(t, s, "ended", "id int PRIMARY KEY, v varchar(20)")
	d := describe(t, src, n)
	s.Exec(t, fmt.Sprintf("ALTER TABLE %s DROP COLUMN v", n))
	var b strings.Builder
	if _, err := src.Snapshot(context.Background(), d, source.Range{}, &b); fault.CodeOf(err) != "SourceTableChanged" {
		t.Errorf("snapshot of an altered table: %v, want SourceTableChanged", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := src.Snapshot(ctx, describe(t, src, n), source.Range{}, &b); !errors.Is(err, context.Canceled) {
		t.Errorf("snapshot with an ended context: %v, want %v", err, context.Canceled)
	}
}

// testSnapshotNarrow reads the columns it is asked for, in their order, also after others were added.
func testSnapshotNarrow(t *testing.T, s Server) {
	src := open(t, s)
	n := table(t, s, "narrow", "id int PRIMARY KEY, a varchar(20), b int, c varchar(20)")
	s.Exec(t, fmt.Sprintf("INSERT INTO %s VALUES (1, 'x', 10, 'y'), (2, 'z', 20, NULL)", n))
	d := describe(t, src, n)
	s.Exec(t, fmt.Sprintf("ALTER TABLE %s ADD COLUMN d int", n))
	tests := []struct {
		name    string
		columns []int
		key     []int
		want    []string
	}{
		{"some", []int{3, 0}, []int{1}, []string{`"y",1`, source.Null + ",2"}},
		{"without the key", []int{2}, nil, []string{"10", "20"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			part := *d
			part.Columns, part.Key = nil, tt.key
			for _, c := range tt.columns {
				part.Columns = append(part.Columns, d.Columns[c])
			}
			ranges, err := src.Split(context.Background(), &part, 1)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, csv := range readRanges(t, src, &part, ranges) {
				if csv != "" {
					got = append(got, lines(csv)...)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("rows differ (-want +got):\n%s", diff)
			}
		})
	}
}

// testPick reads some rows by their keys, and asks for one that is not there.
func testPick(t *testing.T, s Server) {
	src := open(t, s)
	for i, k := range keyed {
		t.Run(k.name, func(t *testing.T) {
			n := fillKeyed(t, s, i)
			d := describe(t, src, n)
			ranges, err := src.Split(context.Background(), d, 100)
			if err != nil {
				t.Fatal(err)
			}
			var keys []source.Key
			for _, r := range ranges[1:] {
				keys = append(keys, r.After)
			}
			var got strings.Builder
			if err := src.Pick(context.Background(), d, keys, &got); err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, r := range ranges[:len(ranges)-1] {
				all := lines(readRanges(t, src, d, []source.Range{r})[0])
				want = append(want, all[len(all)-1])
			}
			rows := lines(got.String())
			slices.Sort(rows)
			slices.Sort(want)
			if diff := cmp.Diff(want, rows); diff != "" {
				t.Errorf("rows differ (-want +got):\n%s", diff)
			}
			s.Exec(t, fmt.Sprintf("DELETE FROM %s", n))
			got.Reset()
			if err := src.Pick(context.Background(), d, keys, &got); err != nil || got.Len() > 0 {
				t.Errorf("rows %q, %v; want none", got.String(), err)
			}
		})
	}
}
