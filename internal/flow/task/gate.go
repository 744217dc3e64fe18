package task

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// errReload ends the following of changes so that tables can be loaded again.
var errReload = errors.New("tables are to be loaded again")

// gate stands before the applier. It holds back changes that a table's load has
// already, and those of tables that are suspended or will be loaded again.
type gate struct {
	r     *run
	to    source.Sink
	last  source.Position // After the last transaction.
	ahead *scout          // Nil when nothing asks for it.
	goal  goal
	made  map[source.Name]source.Position // Where tables got the shape they were loaded in.
	heads expecter                        // Nil when no rule asks for a transaction's time or place.
	told  bool                            // It knows of the open transaction.
}

// expecter is told of a transaction before its rows.
type expecter interface{ Expect(mapping.Header) }

// newGate begins after a position.
func (r *run) newGate(ctx context.Context, from source.Position, to source.Sink) (*gate, error) {
	g := &gate{r: r, to: to, last: from}
	var err error
	if g.made, err = r.survey(ctx, from); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var until source.Position
	for _, t := range r.order {
		for _, at := range []source.Position{t.At, g.made[t.Name]} {
			if at.After(until) {
				until = at
			}
		}
	}
	if r.c.Mapping.Header() {
		g.heads, _ = to.(expecter)
	}
	if !r.c.Until.CommitTime.IsZero() || g.heads != nil {
		until = endless
	}
	if until.After(from) {
		g.ahead = r.send(ctx, from, until)
	}
	return g, nil
}

// endless is after every position.
const endless source.Position = "\U0010ffff"

// Wants lets pass what the applier may get; Rows looks closer.
func (g *gate) Wants(n source.Name) bool { return g.r.wants(n) }

// Rows hands changes of a table on.
func (g *gate) Rows(rows *source.Rows) error {
	ok, err := g.admits(rows.Table.Name)
	if err != nil || !ok {
		return err
	}
	if g.heads != nil && !g.told {
		c, err := g.ahead.commit(g.last)
		if err != nil {
			return err
		}
		g.heads.Expect(mapping.Header{Position: c.at, Commit: c.time})
		g.told = true
	}
	return g.to.Rows(rows)
}

// DDL hands a statement on.
func (g *gate) DDL(d *source.DDL) error {
	if d.Verb == source.Rename && !g.r.wants(d.Table) {
		return g.renamed(d) // A copy of the table, made by a tool that alters it: none of the task's.
	}
	ok, err := g.admits(d.Table)
	if err != nil {
		return err
	}
	switch _, publishes := g.r.c.Source.(publisher); {
	case (d.Verb == source.Drop || d.Verb == source.Rename) && publishes:
		g.r.miss(d.Table)
	case d.Verb == source.Create && g.r.missing(d.Table):
		g.r.want(d.Table, "it was created again")
		return nil
	}
	if d.Verb == source.Rename {
		if err := g.renamed(d); err != nil {
			return err
		}
	}
	if !ok && d.Verb == source.Alter {
		return g.between(d.Table)
	}
	if !ok || d.Verb == source.Create && g.loadedLater(d.Table) {
		return nil
	}
	return g.to.DDL(d)
}

// renamed asks for the load of a table that got a name of the task's.
func (g *gate) renamed(d *source.DDL) error {
	if err := g.inTime(); err != nil {
		return err
	}
	if g.r.wants(d.To) {
		g.r.want(d.To, "it got its name by RENAME, with rows that were never loaded")
	}
	return nil
}

// between asks for another load of a table without key that was altered after its shape was
// read and before its rows were: what they have in new columns was not loaded.
func (g *gate) between(n source.Name) error {
	g.r.mu.Lock()
	t := g.r.tables[n]
	asks := t != nil && !t.Wanted && t.State != TableError && t.At.After(g.last)
	g.r.mu.Unlock()
	if !asks {
		return nil
	}
	commit, err := g.ahead.commit(g.last)
	if err == nil && commit.at.After(g.made[n]) {
		g.r.want(n, "it was altered while it was loaded")
	}
	return err
}

// loadedLater reports whether a table was read after the last transaction.
func (g *gate) loadedLater(n source.Name) bool {
	g.r.mu.Lock()
	defer g.r.mu.Unlock()
	t := g.r.tables[n]
	return t != nil && t.Through.After(g.last)
}

// admits reports whether a change of a table is to be applied.
func (g *gate) admits(n source.Name) (bool, error) {
	if err := g.inTime(); err != nil {
		return false, err
	}
	g.r.mu.Lock()
	t := g.r.tables[n]
	if t == nil {
		defer g.r.mu.Unlock()
		return true, g.r.found(n)
	}
	held := t.Wanted || t.State == TableError || t.State == DoesNotExist
	at := t.At
	if made := g.made[n]; made.After(at) {
		at = made
	}
	g.r.mu.Unlock()
	switch {
	case held:
		return false, nil
	case at.After(g.last):
		commit, err := g.ahead.commit(g.last)
		if err != nil || !commit.at.After(at) {
			return false, err
		}
	}
	return true, nil
}

// Commit ends a transaction.
func (g *gate) Commit(c source.Commit) error {
	if err := g.inTime(); err != nil {
		return err
	}
	if err := g.r.unkept(); err != nil {
		return err
	}
	if g.ahead != nil { // It must not fall behind what is applied, and so may be released.
		if _, err := g.ahead.commit(g.last); err != nil {
			return err
		}
	}
	if err := g.to.Commit(c); err != nil {
		return err
	}
	g.last, g.told = c.Position(), false
	if g.ahead != nil && !g.ahead.until.After(g.last) {
		g.ahead.stop()
		g.ahead = nil
	}
	if g.goal.at != "" && !g.goal.at.After(g.last) {
		if g.r.wanting() {
			return errReload // What is to be loaded again is not there yet.
		}
		return &ended{g.goal.stop}
	}
	return nil
}

// inTime ends the feed before the first change of a transaction that is not to be applied any more.
func (g *gate) inTime() error {
	u := g.r.c.Until.CommitTime
	if u.IsZero() {
		return nil
	}
	commit, err := g.ahead.commit(g.last)
	if err == nil && commit.time.After(u) {
		err = &ended{StopCommitTime}
	}
	return err
}

// Rollback drops the open transaction.
func (g *gate) Rollback() { g.to.Rollback() }

// scout reads the positions of transactions before the gate gets their rows: only the
// end of a transaction tells whether a snapshot has it.
type scout struct {
	commits chan commit
	err     error // Once commits is closed.
	current commit
	until   source.Position
	stop    context.CancelFunc
}

// commit is the end of a transaction.
type commit struct {
	at   source.Position
	time time.Time
}

// send lets a scout go ahead to the first transaction after a position.
func (r *run) send(ctx context.Context, from, until source.Position) *scout {
	ctx, stop := context.WithCancel(ctx)
	s := &scout{commits: make(chan commit, 1024), until: until, stop: stop}
	go func() {
		defer close(s.commits)
		s.err = r.spool.Replay(ctx, from, &ahead{s, ctx})
	}()
	return s
}

// commit is the position after the transaction that follows another.
func (s *scout) commit(last source.Position) (commit, error) {
	for !s.current.at.After(last) {
		p, ok := <-s.commits
		if !ok {
			return commit{}, fmt.Errorf("look ahead in the captured changes: %w", s.err)
		}
		s.current = p
	}
	return s.current, nil
}

// ahead is the scout's sink.
type ahead struct {
	s   *scout
	ctx context.Context
}

var errScouted = errors.New("the scout has seen enough")

func (a *ahead) Wants(source.Name) bool  { return false }
func (a *ahead) Rows(*source.Rows) error { return nil }
func (a *ahead) DDL(*source.DDL) error   { return nil }
func (a *ahead) Rollback()               {}
func (a *ahead) Commit(c source.Commit) error {
	select {
	case a.s.commits <- commit{c.Position(), c.Time()}:
	case <-a.ctx.Done():
		return a.ctx.Err()
	}
	if c.Position().After(a.s.until) {
		return errScouted
	}
	return nil
}

// wants reports whether a table is the task's, also one that does not exist yet.
func (t *Task) wants(n source.Name) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tables[n] != nil {
		return true
	}
	taken, known := t.matches[n]
	if !known {
		s, err := t.c.Mapping.Select([]source.Name{n})
		taken = err == nil && slices.Contains(s.Tables, n)
		t.matches[n] = taken
	}
	return taken
}

// found takes in a table that was created while changes are followed; r.mu is held.
func (r *run) found(n source.Name) error {
	r.state.Tables++
	one := &table{tableState: tableState{ID: r.state.Tables, Name: n, State: Completed}}
	r.add(one)
	r.log.Printf(tasklog.TablesManager, tasklog.Info, "Table %s was created and is followed", one.label())
	return r.keep(one)
}

// want asks for a table's load because of what happened to it. It is kept before the
// next change is applied, since changes of the table are dropped from here on.
func (r *run) want(n source.Name, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tables[n]
	if t == nil {
		r.broken = errors.Join(r.broken, r.found(n))
		t = r.tables[n]
	}
	if t.Wanted {
		return
	}
	r.log.Printf(tasklog.TablesManager, tasklog.Warning, "Table %s will be loaded again: %s", t.label(), why)
	t.Wanted, t.Refit = true, true
	r.broken = errors.Join(r.broken, r.keep(t)) // The gate lets no commit pass then.
	r.wake()
}

// unkept is why the state could not be kept, if so.
func (r *run) unkept() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.broken
}
