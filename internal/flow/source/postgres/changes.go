package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/flow/source"
)

const (
	silence  = time.Minute            // After which a server that says nothing is taken for dead; it is asked each second.
	report   = 250 * time.Millisecond // How often the server may hear what is applied.
	ask      = time.Second            // How often it is asked how far the log is.
	progress = 100 * time.Millisecond // How often a sink may hear that the log went on without it.
	patient  = 90 * time.Second       // How long a reader that died without a word may hold the slot.
)

// Changes delivers what happened after a position until the context ends or the
// sink refuses. It connects again by itself when the server goes away.
func (s *Source) Changes(ctx context.Context, from source.Position, sink source.Sink) (err error) {
	at, mark, err := parsePosition(from)
	if err != nil {
		return err
	}
	s.members.begin(from, mark)
	defer func() { s.members.end(err) }()
	f := &stream{members: &s.members, rows: source.Batch{Sink: sink}, seen: map[uint32]*followed{}, chose: s.tables(), at: at}
	return source.Persistence{Passing: passing, Lost: source.Lost(sink)}.Follow(ctx, func() (bool, error) {
		before := f.at
		err := s.follow(ctx, f)
		return f.at != before, err
	})
}

// passing reports whether an error is of the connection, and not of what was asked or delivered.
func passing(err error) bool {
	if source.Final(err) || errors.Is(err, errMalformed) || errors.Is(err, errClosed) {
		return false
	}
	code := codeOf(err)
	switch code {
	case "57P01", "57P02", "57P03", errConnections, errInUse: // Shut down, crashed, starting.
		return true
	}
	return code == "" || strings.HasPrefix(code, "08")
}

// follow reads the log by one connection.
func (s *Source) follow(ctx context.Context, f *stream) error {
	beside, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer beside.Close()
	if err := beside.ready(ctx, f.at); err != nil {
		return err
	}
	c, err := s.dial(ctx, true)
	if err != nil {
		return beside.broken(err)
	}
	defer c.Close()
	g, err := beside.watch(f.rows.Sink, f.chose)
	if err != nil {
		return err
	}
	f.shape, f.there = g.shape, g.exists
	f.done.Store(uint64(f.at))
	if err := c.start(f.at); err != nil {
		g.close()
		return beside.broken(err)
	}
	source.Found(f.rows.Sink)
	r := &reporter{conn: c.Conn()}
	stop := s.reports(r, f)
	err = c.run(f, g)
	stop()
	g.close()
	r.report(s.safe(f), false) // The last word; without it the server keeps a little more.
	f.drop()
	return beside.broken(err)
}

// ready looks whether the slot still has everything after a position, and is free.
func (c *conn) ready(ctx context.Context, from lsn) error {
	for began := time.Now(); ; {
		sl, err := c.slot()
		switch {
		case err != nil:
			return err
		case !sl.found:
			return c.owner.slotGone()
		case sl.lost:
			return c.owner.slotLost()
		case sl.confirmed > from:
			return c.owner.reload(fmt.Sprintf("the replication slot %q tells only of changes after %s, and the position is %s", c.owner.config.Slot, sl.confirmed, from), "")
		case !sl.active:
			return errors.Join(c.owner.foreign(sl), c.reaches(from))
		case time.Since(began) > patient:
			return c.owner.inUse(sl)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// reaches refuses a server that was set back, to a backup or another's past: of what it
// writes, all up to the position would be taken for what was delivered.
func (c *conn) reaches(from lsn) error {
	row, err := c.one("SELECT pg_current_wal_insert_lsn()")
	if err != nil {
		return err
	}
	if end, ok := parseLSN(row[0]); ok && end < from.record() {
		return c.owner.reload(fmt.Sprintf("the server's log ends at %s, before the position %s: the server was restored, or is another", end, from), "")
	}
	return nil
}

// start makes the session one that receives the log.
func (c *conn) start(from lsn) error {
	options := "proto_version '1', publication_names " + quote(ident(c.owner.config.Publication))
	c.Frontend().SendQuery(&pgproto3.Query{String: fmt.Sprintf("START_REPLICATION SLOT %s LOGICAL %s (%s)", ident(c.owner.config.Slot), from.record(), options)})
	if err := c.Frontend().Flush(); err != nil {
		return fmt.Errorf("start to read the log: %w", err)
	}
	for {
		kind, body, err := c.wire.frame()
		switch {
		case err != nil:
			return fmt.Errorf("start to read the log: %w", err)
		case kind == 'W':
			return nil
		case kind == 'E':
			return fmt.Errorf("start to read the log: %w", failure(body))
		}
	}
}

// broken says what an error of the stream means for the slot.
func (c *conn) broken(err error) error {
	if source.Refused(err) {
		return err
	}
	switch codeOf(err) {
	case errDenied:
		return c.owner.noRights(err)
	case errNoObject:
		if sl, slotErr := c.slot(); slotErr == nil && !sl.found {
			return c.owner.slotGone()
		}
		return c.owner.publicationGone(err)
	case errState:
		if sl, slotErr := c.slot(); slotErr == nil && sl.lost {
			return c.owner.slotLost()
		}
	}
	return err
}

// safe is what the server may forget: what was applied, of what was delivered.
func (s *Source) safe(f *stream) lsn { return lsn(min(s.applied.Load(), f.done.Load())).record() }

// reports keeps telling the server what is applied, also while a sink takes its time.
func (s *Source) reports(r *reporter, f *stream) (stop func()) {
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(report)
		defer tick.Stop()
		var last lsn
		var asked time.Time
		for {
			now := time.Now()
			due := now.Sub(asked) >= ask
			if at := s.safe(f); at != last || due {
				if r.report(at, due) != nil {
					return // The reader will see it, too.
				}
				last = at
			}
			if due {
				asked = now
			}
			select {
			case <-end:
				return
			case <-tick.C:
			}
		}
	}()
	return func() { close(end); <-ended }
}

// waiting is when the last message came that nothing followed.
type waiting struct {
	armed time.Time // The deadline was set.
	open  time.Time // The transaction was open; zero when none is.
}

// wait lets the rows of an open transaction come together, the longer it is, up to some milliseconds: the
// server sends each alone, and to wake up for each costs more than to read it.
func (w *waiting) wait(conn net.Conn, inside bool) error {
	now := time.Now()
	switch {
	case !inside:
		w.open = time.Time{}
	case w.open.IsZero():
		w.open = now
		fallthrough
	default:
		time.Sleep(min(max(now.Sub(w.open)/16, 500*time.Microsecond), 4*time.Millisecond))
	}
	if now.Sub(w.armed) < ask {
		return nil
	}
	w.armed = now
	return conn.SetReadDeadline(now.Add(silence))
}

// run reads messages until something fails.
func (c *conn) run(f *stream, g *catalog) error {
	var told time.Time
	var w waiting
	for {
		if c.wire.drained() {
			if err := w.wait(c.Conn(), f.inside); err != nil {
				return fmt.Errorf("read the log: %w", err)
			}
		}
		kind, body, err := c.wire.frame()
		if err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		switch {
		case kind == 'E':
			return fmt.Errorf("read the log: %w", failure(body))
		case kind == 'c' || kind == 'Z':
			return errors.New("the server ended the log")
		case kind != 'd' || len(body) == 0:
			continue
		case body[0] == 'w' && len(body) > 25: // Where it is in the log, how far that is, the server's clock.
			err = f.message(body[25:])
		case body[0] == 'k' && time.Since(told) >= progress:
			k := &cursor{b: body[1:]}
			end, when := lsn(k.uint(8)), moment2000(int64(k.uint(8)))
			before := f.at
			if err = f.idle(end, when); f.at != before {
				told = time.Now()
			}
		}
		if err == nil && body[0] == 'k' {
			err = f.learn(g)
		}
		if err != nil {
			return err
		}
	}
}
