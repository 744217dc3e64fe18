package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// Config says what is compared with what.
type Config struct {
	Source        source.Source
	Connect       *pgconn.Config // The warehouse's.
	CaseSensitive bool           // Names in the warehouse keep their case.
	EmptyIsNull   bool           // Tables were loaded with EMPTYASNULL.
	// Applied waits until the task has applied the source's changes up to a position. Nil when no
	// task runs: then what differs is not in flight.
	Applied     func(context.Context, source.Position) error
	Parallel    int // Ranges read at the same time; 0 is 2.
	Rows        int // About how many rows a range has; 0 is 50,000.
	Differences int // How many are named of each table; 0 is 100.
	Attempts    int // How often a row that keeps changing is read again; 0 is 10.
	Progress    func(Progress)
}

// Progress is how far a table is.
type Progress struct {
	Table        source.Name
	Ranges, Done int
	Rows         int64 // Of the source, so far.
}

// Verifier compares tables. Its methods may be called at the same time.
type Verifier struct {
	Config

	mu     sync.Mutex
	idle   []*pgconn.PgConn
	closed bool
}

// New returns a verifier that connects when it is used.
func New(c Config) *Verifier {
	c.Parallel = cmp.Or(c.Parallel, 2)
	c.Rows = cmp.Or(c.Rows, 50_000)
	c.Differences = cmp.Or(c.Differences, 100)
	c.Attempts = cmp.Or(c.Attempts, 10)
	if c.Progress == nil {
		c.Progress = func(Progress) {}
	}
	return &Verifier{Config: c}
}

// Tables compares tables one after the other and reports each; equal is whether all are.
// The errors of tables are in their results; err is only that of a context that ended.
func (v *Verifier) Tables(ctx context.Context, plans []*mapping.Plan, report func(Result)) (equal bool, err error) {
	equal = true
	for _, p := range plans {
		r, err := Result{Table: p.From.Name, Target: source.Name{Schema: p.Schema, Table: p.Table}}, shared(p, plans)
		if err == nil {
			r, err = v.Table(ctx, p)
		}
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		r.Err = err
		equal = equal && r.Equal
		report(r)
	}
	return equal, nil
}

// shared refuses to compare a table with one of the warehouse that has rows of others, too.
func shared(p *mapping.Plan, plans []*mapping.Plan) error {
	for _, q := range plans {
		if q.Schema == p.Schema && q.Table == p.Table && q.From.Name != p.From.Name {
			return &fault.Error{Kind: fault.Unsupported, Code: "Verify", On: p.From.Name.String(), Message: fmt.Sprintf("%s.%s of the warehouse has rows of %s, too, and is not compared", p.Schema, p.Table, q.From.Name)}
		}
	}
	return nil
}

// Table compares one table.
func (v *Verifier) Table(ctx context.Context, p *mapping.Plan) (Result, error) {
	began := time.Now()
	c := &check{v: v, plan: p, result: Result{Table: p.From.Name, Target: source.Name{Schema: p.Schema, Table: p.Table}}}
	err := c.run(ctx)
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	c.result.Elapsed = time.Since(began)
	slices.SortFunc(c.result.Differences, byKey)
	c.result.Equal = err == nil && len(c.result.Differences) == 0 && !c.result.More && c.result.Moving == 0
	if err != nil {
		err = fmt.Errorf("compare %s with %s of the warehouse: %w", c.result.Table, c.result.Target, err)
	}
	return c.result, err
}

// Keys compares the rows with the given keys, of an incremental check of what was applied.
// It returns the rows that differ and stay so; moving is how many would not stand still.
func (v *Verifier) Keys(ctx context.Context, p *mapping.Plan, keys []source.Key) (found []Difference, moving int, err error) {
	c := &check{v: v, plan: p}
	if err := c.prepare(ctx); err != nil {
		return nil, 0, err
	}
	if len(c.shape.key) == 0 {
		return nil, 0, errNoKey
	}
	return c.settle(ctx, keys)
}

var errNoKey = errors.New("the table has no key that its rows could be compared by")

// Close ends the connections to the warehouse that no call is using.
func (v *Verifier) Close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.closed = true
	for _, c := range v.idle {
		hangUp(c)
	}
	v.idle = nil
}
