package source

import (
	"errors"
	"fmt"
	"math"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
)

// diary is a sink that writes down what it is told, and refuses one of the words.
type diary struct {
	lines  []string
	refuse string
}

var errNo = errors.New("no")

func (d *diary) tell(line string) error {
	d.lines = append(d.lines, line)
	if line == d.refuse {
		return errNo
	}
	return nil
}

func (d *diary) Wants(Name) bool { return true }

func (d *diary) Rows(r *Rows) error {
	return d.tell(fmt.Sprintf("%s %s %d", r.Op, r.Table.Name.Table, r.After.Len()))
}
func (d *diary) DDL(x *DDL) error    { return d.tell(x.Verb.String()) }
func (d *diary) Commit(Commit) error { return d.tell("COMMIT") }
func (d *diary) Rollback()           { _ = d.tell("ROLLBACK") }

type end struct{}

func (end) Position() Position { return "1" }
func (end) Time() time.Time    { return time.Time{} }

// insert adds rows of one column.
func insert(t *testing.T, b *Batch, table *Table, rows, width int) error {
	t.Helper()
	if err := b.Begin(table, Insert); err != nil {
		return err
	}
	for range rows {
		b.After.End(append(b.After.Buffer(), make([]byte, width)...))
	}
	return b.Added()
}

func TestBatch(t *testing.T) {
	one := &Table{Name: Name{"s", "one"}, Columns: make([]Column, 1)}
	two := &Table{Name: Name{"s", "two"}, Columns: make([]Column, 1)}
	d := &diary{}
	b := &Batch{Sink: d}
	b.Undo()
	steps := []func() error{
		func() error { return insert(t, b, one, 1, 1) },
		func() error { return insert(t, b, one, 1, 1) },
		func() error { return insert(t, b, two, 3, 1) },
		func() error { return b.Tell(&DDL{Verb: Truncate, Table: two.Name}) },
		func() error { return b.Commit(end{}) },
		func() error { return insert(t, b, two, 1, collected) },
		func() error { b.Undo(); return nil },
		func() error { return insert(t, b, two, 2, 1) },
		func() error { b.Undo(); return nil }, // The sink knows nothing of them.
		func() error { return b.Commit(end{}) },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	want := []string{"INSERT one 2", "INSERT two 3", "TRUNCATE TABLE", "COMMIT", "INSERT two 1", "ROLLBACK", "COMMIT"}
	if diff := cmp.Diff(want, d.lines); diff != "" {
		t.Errorf("the sink was told (-want +got):\n%s", diff)
	}
}

// TestBatchRefused: an error of the sink is told from those of the connection.
func TestBatchRefused(t *testing.T) {
	table := &Table{Name: Name{"s", "t"}, Columns: make([]Column, 1)}
	for _, refuse := range []string{"INSERT t 1", "DROP TABLE", "COMMIT"} {
		t.Run(refuse, func(t *testing.T) {
			b := &Batch{Sink: &diary{refuse: refuse}}
			err := errors.Join(insert(t, b, table, 1, 1), b.Tell(&DDL{Verb: Drop}))
			if err == nil {
				err = b.Commit(end{})
			}
			if !errors.Is(err, errNo) || !Refused(err) || !Final(err) {
				t.Errorf("%v, want what the sink said", err)
			}
		})
	}
	if Refused(errNo) || Final(errNo) || !Final(&fault.Error{}) {
		t.Error("an error of the connection is taken for one of the sink, or a fault for one that passes")
	}
}

// TestBatchTooLong: what 32 bits cannot count is an error and never another row.
func TestBatchTooLong(t *testing.T) {
	d := &diary{}
	b := &Batch{Sink: d}
	if err := b.Begin(&Table{Name: Name{"s", "large"}, Columns: make([]Column, 1)}, Insert); err != nil {
		t.Fatal(err)
	}
	large, err := syscall.Mmap(-1, 0, math.MaxUint32+1, syscall.PROT_READ, syscall.MAP_ANON|syscall.MAP_PRIVATE) // Takes no memory.
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(large)
	b.After.Set(1, large, []uint32{0})
	if err := b.Added(); fault.CodeOf(err) != "SourceRowSize" || len(d.lines) > 0 {
		t.Errorf("%v, the sink was told %q; want SourceRowSize and nothing", err, d.lines)
	}
}
