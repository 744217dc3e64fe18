package target

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// checkpoint is what the warehouse holds of a task's position. Batch is another with
// every commit: a transaction that finds another one than it left was overtaken.
type checkpoint struct {
	mu    sync.Mutex
	read  bool
	batch string // "" while there is none.
	parts int
	pos   source.Position
	at    time.Time
}

// longest is how many bytes of a position go into one row.
const longest = 65000

// moment is how times are written; the warehouse keeps microseconds.
const moment = "2006-01-02 15:04:05.999999"

// Position is how far changes are applied, and when the source committed the last of
// them; it is "" when nothing was applied or noted.
func (t *Target) Position(ctx context.Context) (source.Position, time.Time, error) {
	t.checkpoint.mu.Lock()
	defer t.checkpoint.mu.Unlock()
	err := t.with(ctx, "read the checkpoint", t.readCheckpoint)
	return t.checkpoint.pos, t.checkpoint.at, err
}

func (t *Target) readCheckpoint(ctx context.Context, s *session) error {
	rows, err := s.query(ctx, "SELECT part, position, batch, source_time FROM "+t.control+".inlet_checkpoint WHERE "+t.mine()+" ORDER BY part")
	if err != nil {
		return err
	}
	c := &t.checkpoint
	c.read, c.batch, c.parts, c.pos, c.at = true, "", len(rows), "", time.Time{}
	var pos strings.Builder
	for i, r := range rows {
		pos.Write(r[1])
		if i > 0 && r.text(2) != c.batch || r.text(0) != fmt.Sprint(i) {
			return &fault.Error{Kind: fault.Conflict, Code: "CheckpointBroken", Op: "read the checkpoint", On: t.cfg.Task,
				Message: "the rows of inlet_checkpoint do not belong together", Hint: "two processes may have written as this task; stop one and reload the target"}
		}
		c.batch = r.text(2)
		if r[3] != nil {
			if c.at, err = time.Parse(moment, r.text(3)); err != nil {
				return fmt.Errorf("time of the checkpoint: %w", err)
			}
		}
	}
	c.pos = source.Position(pos.String())
	return nil
}

// SetPosition notes a position without changes, such as the one a full load began at.
func (t *Target) SetPosition(ctx context.Context, pos source.Position, at time.Time) error {
	return t.Apply(ctx, pos, at, func(context.Context, *Tx) error { return nil })
}

// writeCheckpoint moves the checkpoint within the transaction.
func (t *Target) writeCheckpoint(ctx context.Context, s *session, next *checkpoint) error {
	table, had := t.control+".inlet_checkpoint", &t.checkpoint
	parts := split(string(next.pos), longest)
	values := func(i int) string {
		return t.Literal(parts[i]) + ", " + t.Literal(next.batch) + ", " + t.time(next.at) + ", " + t.time(time.Now())
	}
	if had.parts == 1 && len(parts) == 1 {
		n, err := s.exec(ctx, "UPDATE "+table+" SET position = "+t.Literal(parts[0])+", batch = "+t.Literal(next.batch)+", source_time = "+t.time(next.at)+
			", written_at = "+t.time(time.Now())+" WHERE "+t.mine()+" AND batch = "+t.Literal(had.batch))
		return t.overtaken(int(n), 1, err)
	}
	if had.parts > 0 {
		n, err := s.exec(ctx, "DELETE FROM "+table+" WHERE "+t.mine()+" AND batch = "+t.Literal(had.batch))
		if err := t.overtaken(int(n), had.parts, err); err != nil {
			return err
		}
	}
	for i := range parts {
		if _, err := s.exec(ctx, "INSERT INTO "+table+" VALUES ("+t.me()+", "+number(int64(i))+", "+values(i)+")"); err != nil {
			return fmt.Errorf("write the checkpoint: %w", err)
		}
	}
	next.parts = len(parts)
	return nil
}

// overtaken checks that the checkpoint was the one this process left.
func (t *Target) overtaken(touched, want int, err error) error {
	if err != nil {
		return fmt.Errorf("write the checkpoint: %w", err)
	}
	if touched == want {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Code: "CheckpointMoved", Op: "write the checkpoint", On: t.cfg.Task,
		Message: "another process has moved the checkpoint of this task since it was read", Hint: "let one process alone run the task; this one has written nothing"}
}

// time writes a time, NULL when there is none.
func (t *Target) time(at time.Time) string {
	if at.IsZero() {
		return "NULL"
	}
	return t.Literal(at.UTC().Format(moment))
}

// split cuts text into parts of at most so many bytes, between characters; there is at least one.
func split(s string, most int) []string {
	var parts []string
	for len(s) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		parts, s = append(parts, s[:cut]), s[cut:]
	}
	return append(parts, s)
}

func token() string {
	var b [12]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
