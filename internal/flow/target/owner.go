package target

import (
	"context"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
)

// Owner is one run of a task. Two that load as one task would take each other's marks for
// their own, so the warehouse has the one that may.
type Owner struct {
	Run   string // A token that no other run has.
	Who   string // Where it runs, for people.
	Since time.Time
	Ended bool // It said that it is over.
}

// The codes of faults about who runs a task.
const (
	CodeOwned = "TaskOwned" // Another run has the task.
	CodeTaken = "TaskTaken" // Another run took it over from this one.
)

// Claim is how a run asks for its task.
type Claim struct {
	Owner
	Former []string // Runs that this one goes on for: those of the same directory.
	Anew   bool     // It loads everything anew, and so may take the task from another that ended.
	Force  bool     // It takes over from whoever has it.
}

// ownerRow selects the rows that have an owner, which stand among the marks of a table without a name.
func (t *Target) ownerRow() string { return t.mine() + " AND source_schema = ''" }

// Claim makes a run the task's owner. It is refused while another has the task that did not
// end and is not one the run goes on for. Of two that ask at the same time none gets it.
func (t *Target) Claim(ctx context.Context, c Claim) error {
	c.Since = time.Now()
	err := t.retry(ctx, "claim the task", func(ctx context.Context) error { return t.claim(ctx, c) })
	if err == nil {
		t.mu.Lock()
		t.run = c.Run
		t.mu.Unlock()
	}
	return err
}

func (t *Target) claim(ctx context.Context, c Claim) error {
	found, err := t.Owners(ctx)
	if err != nil {
		return err
	}
	for _, o := range found {
		if !c.may(o) {
			return t.owned(o)
		}
	}
	if len(found) == 1 && found[0].Run == c.Run {
		return nil // Its commit had not been heard of.
	}
	err = t.transact(ctx, func(ctx context.Context, x *Tx) error {
		for _, o := range found {
			if n, err := x.Exec(ctx, "DELETE FROM "+t.marks()+" WHERE "+t.ownerRow()+" AND chunk = "+t.Literal(o.Run)); err != nil || n != 1 {
				return firstOf(err, t.owned(o)) // Another was faster.
			}
		}
		_, err := x.Exec(ctx, "INSERT INTO "+t.marks()+" VALUES ("+t.me()+", '', "+t.Literal(c.Who)+", "+t.Literal(c.Run)+", 0, "+t.time(c.Since)+")")
		return err
	})
	if err != nil {
		return err
	}
	return t.alone(ctx, c)
}

// may reports whether a run may take the task from its owner.
func (c *Claim) may(o Owner) bool {
	if c.Force || c.Anew && o.Ended || o.Run == c.Run {
		return true
	}
	for _, run := range c.Former {
		if run == o.Run {
			return true
		}
	}
	return false
}

// alone takes the claim back when another stands beside it: inserts do not meet.
func (t *Target) alone(ctx context.Context, c Claim) error {
	found, err := t.Owners(ctx)
	if err != nil {
		return err
	}
	for _, o := range found {
		if o.Run == c.Run {
			continue
		}
		err := t.exec(ctx, "take the claim back", "DELETE FROM "+t.marks()+" WHERE "+t.ownerRow()+" AND chunk = "+t.Literal(c.Run))
		return firstOf(err, t.owned(o))
	}
	return nil
}

// Owners are the runs that the warehouse has for the task: one, or none.
func (t *Target) Owners(ctx context.Context) ([]Owner, error) {
	s, err := t.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer t.release(s)
	rows, err := s.query(ctx, "SELECT chunk, source_table, loaded_at, loaded_rows FROM "+t.marks()+" WHERE "+t.ownerRow())
	if err != nil {
		return nil, err
	}
	var all []Owner
	for _, r := range rows {
		o := Owner{Run: r.text(0), Who: r.text(1), Ended: r.text(3) == "1"}
		if o.Since, err = time.Parse(moment, r.text(2)); err != nil {
			return nil, fmt.Errorf("time of the task's owner: %w", err)
		}
		all = append(all, o)
	}
	return all, nil
}

// Still fails when the task was taken over. A run that claimed nothing is not asked.
func (t *Target) Still(ctx context.Context) error {
	t.mu.Lock()
	run := t.run
	t.mu.Unlock()
	if run == "" {
		return nil
	}
	found, err := t.Owners(ctx)
	if err != nil {
		return err
	}
	for _, o := range found {
		if o.Run != run {
			return &fault.Error{Kind: fault.Conflict, Code: CodeTaken, On: t.cfg.Task,
				Message: fmt.Sprintf("the task was taken over by %s at %s UTC", o.Who, o.Since.UTC().Format(time.DateTime)), Hint: "nothing was loaded by this run since; let one process alone run the task"}
		}
	}
	if len(found) == 0 {
		return &fault.Error{Kind: fault.Conflict, Code: CodeTaken, On: t.cfg.Task, Message: "what the task keeps in the warehouse was removed while it ran", Hint: "load its tables again"}
	}
	return nil
}

// Leave notes that the run that claimed the task is over: another may go on.
func (t *Target) Leave(ctx context.Context) error {
	t.mu.Lock()
	run := t.run
	t.run = ""
	t.mu.Unlock()
	if run == "" {
		return nil
	}
	return t.exec(ctx, "note that the run is over", "UPDATE "+t.marks()+" SET loaded_rows = 1 WHERE "+t.ownerRow()+" AND chunk = "+t.Literal(run))
}

// owned refuses a run because another has the task, or had it last.
func (t *Target) owned(o Owner) error {
	e := &fault.Error{Kind: fault.Conflict, Code: CodeOwned, Op: "run the task", On: t.cfg.Task,
		Message: fmt.Sprintf("the task is run by %s since %s UTC, and did not say that it ended", o.Who, o.Since.UTC().Format(time.DateTime)),
		Hint:    "Give this one another name, or stop the other. One that crashed goes on from its own directory; if that is lost, load everything again (inlet replicate --reload, reload-target), which takes the task over."}
	if o.Ended {
		e.Message = fmt.Sprintf("the task was taken over by %s at %s UTC, and what is known here of it is no longer so", o.Who, o.Since.UTC().Format(time.DateTime))
		e.Hint = "Go on with it there, or load everything again here (inlet replicate --reload, reload-target)."
	}
	return e
}

// note marks a chunk that was copied. Whether the task is still this run's is asked on a
// connection of its own, since the transaction sees the warehouse as it was when it began.
func (x *Tx) note(ctx context.Context, p *mapping.Plan, c Chunk, rows int64) error {
	if _, err := x.Exec(ctx, x.t.mark(p.From.Name, c.ID, rows)); err != nil {
		return err
	}
	return x.t.Still(ctx)
}
