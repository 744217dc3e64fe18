package faulty_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/faulty"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

const content = "0123456789"

// bucket has one object.
type bucket struct{ load.Objects }

func (bucket) Open(context.Context, load.Object) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(content)), nil
}

func (bucket) List(context.Context, string, string, func(load.Object) error) error { return nil }

func planned(all ...faulty.Fault) *faulty.Plan {
	p := &faulty.Plan{}
	p.Add(all...)
	return p
}

func TestObjects(t *testing.T) {
	tests := []struct {
		fault faulty.Fault
		text  string // what can be read
		is    error
		kind  fault.Kind
	}{
		{fault: faulty.Fault{At: faulty.Open, Kind: faulty.Error500}, kind: fault.Unavailable},
		{fault: faulty.Fault{At: faulty.Open, Kind: faulty.Error503}, kind: fault.Unavailable},
		{fault: faulty.Fault{At: faulty.Open, Kind: faulty.Half}, text: content[:5], is: io.ErrUnexpectedEOF},
		{fault: faulty.Fault{At: faulty.Open, Kind: faulty.Slow}, text: content},
		{fault: faulty.Fault{At: faulty.Read, Kind: faulty.Reset, After: 1}, text: content, is: syscall.ECONNRESET},
		{fault: faulty.Fault{At: faulty.List, Kind: faulty.Error503}, text: content},
	}
	for _, test := range tests {
		t.Run(string(test.fault.Kind), func(t *testing.T) {
			o := faulty.Objects{Objects: bucket{}, Plan: planned(test.fault)}
			for try := range 2 {
				text, err := read(t, o)
				if try == 1 {
					test.text, test.is, test.kind = content, nil, 0
				}
				if text != test.text || !errors.Is(err, test.is) && fault.KindOf(err) != test.kind || fault.KindOf(err) != test.kind {
					t.Errorf("try %d: read %q, %v", try, text, err)
				}
			}
			err := o.List(t.Context(), "", "", nil)
			if (err != nil) != (test.fault.At == faulty.List) {
				t.Errorf("listed: %v", err)
			}
		})
	}
}

func read(t *testing.T, o load.Objects) (string, error) {
	in, err := o.Open(t.Context(), load.Object{Size: int64(len(content))})
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(in)
	return string(text), err
}

// TestCredentials wraps objects: what they can do besides stays.
func TestCredentials(t *testing.T) {
	type writer struct {
		bucket
		load.Writer
	}
	type mover struct {
		writer
		load.Mover
	}
	for _, of := range []load.Objects{bucket{}, writer{}, mover{}} {
		c := faulty.Credentials{Credentials: credentials{o: of}, Plan: planned(faulty.Fault{At: faulty.List, Kind: faulty.Error500})}
		o, _, err := c.Assume(t.Context(), nil, nil, "")
		if err != nil || o.List(t.Context(), "", "", nil) == nil {
			t.Errorf("%T lists as if all were well, %v", of, err)
		}
		_, wrote := of.(load.Writer)
		_, writes := o.(load.Writer)
		_, moved := of.(load.Mover)
		_, moves := o.(load.Mover)
		if writes != wrote || moves != moved {
			t.Errorf("%T can be written: %v, moved: %v", of, writes, moves)
		}
	}
}

// credentials give the same objects to everybody.
type credentials struct {
	load.Credentials
	o load.Objects
}

func (c credentials) Assume(context.Context, *warehouse.Namespace, []string, string) (load.Objects, string, error) {
	return c.o, "", nil
}

// receiver notes the keys that come.
type receiver struct {
	arrival.Sink
	keys []string
}

func (r *receiver) Arrived(_ context.Context, _ string, files []arrival.Arrival) error {
	for _, f := range files {
		r.keys = append(r.keys, f.Key)
	}
	return nil
}

func TestSink(t *testing.T) {
	tests := []struct {
		fault  faulty.Fault
		want   string
		failed bool
	}{
		{faulty.Fault{At: faulty.Deliver, Kind: faulty.Lost}, "a", true},
		{faulty.Fault{At: faulty.Deliver, Kind: faulty.Dropped}, "a", false},
		{faulty.Fault{At: faulty.Deliver, Kind: faulty.Repeated}, "a a b c b c b c", false},
		{faulty.Fault{At: faulty.Deliver, Kind: faulty.Reordered}, "a c b", false},
		{faulty.Fault{At: faulty.Delivered, Kind: faulty.Unanswered}, "a b c", true},
	}
	for _, test := range tests {
		t.Run(string(test.fault.Kind), func(t *testing.T) {
			r, plan := &receiver{}, &faulty.Plan{}
			s := &faulty.Sink{Sink: r, Plan: plan}
			if err := s.Arrived(t.Context(), "n", []arrival.Arrival{{Key: "a"}}); err != nil {
				t.Fatal(err)
			}
			plan.Add(test.fault)
			err := s.Arrived(t.Context(), "n", []arrival.Arrival{{Key: "b"}, {Key: "c"}})
			if got := strings.Join(r.keys, " "); got != test.want || (err != nil) != test.failed {
				t.Errorf("received %s, %v", got, err)
			}
		})
	}
}

// engine notes what is executed.
type engine struct {
	warehouse.Engine
	warehouse.Conn
	done []string
}

func (e *engine) Close() error { return nil }

func (e *engine) Connect(context.Context) (warehouse.Conn, error) { return e, nil }

func (e *engine) Exec(_ context.Context, sql string, _ ...any) (int64, error) {
	e.done = append(e.done, sql)
	return 0, nil
}

func TestEngine(t *testing.T) {
	script := []string{"BEGIN TRANSACTION", "INSERT INTO t VALUES (1)", "COMMIT"}
	tests := []struct {
		fault faulty.Fault
		want  string // what failed, and what was done
	}{
		{faulty.Fault{At: faulty.Connect, Kind: faulty.Unconnected}, "connect []"},
		{faulty.Fault{At: faulty.Write, Kind: faulty.NoRoom}, "INSERT INTO t VALUES (1) [BEGIN TRANSACTION COMMIT]"},
		{faulty.Fault{At: faulty.Commit, Kind: faulty.Fatal}, "COMMIT [BEGIN TRANSACTION INSERT INTO t VALUES (1)]"},
		{faulty.Fault{At: faulty.Committed, Kind: faulty.Unanswered}, "COMMIT [BEGIN TRANSACTION INSERT INTO t VALUES (1) COMMIT]"},
	}
	for _, test := range tests {
		t.Run(string(test.fault.Kind), func(t *testing.T) {
			plan := planned(test.fault)
			var struck []faulty.Fault
			plan.Struck = func(f faulty.Fault) { struck = append(struck, f) }
			e := &engine{}
			if got := fmt.Sprint(execute(faulty.Engine{Engine: e, Plan: plan}, script), " ", e.done); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if !slices.Equal(struck, []faulty.Fault{test.fault}) || len(plan.Left()) > 0 {
				t.Errorf("struck %v, left %v", struck, plan.Left())
			}
		})
	}
}

// execute returns what failed first.
func execute(e warehouse.Engine, script []string) (failed string) {
	c, err := e.Connect(context.Background())
	if err != nil {
		return "connect"
	}
	for _, sql := range script {
		if _, err := c.Exec(context.Background(), sql); err != nil && failed == "" {
			failed = sql
		}
	}
	return failed
}
