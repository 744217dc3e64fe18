package mysql

import (
	"context"
	"errors"
	"fmt"
	"time"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// Changes delivers what happened after a position until the context ends or the
// sink refuses. It connects again by itself when the server goes away.
func (s *Source) Changes(ctx context.Context, from source.Position, sink source.Sink) error {
	at, err := parsePosition(from)
	if err != nil {
		return err
	}
	s.follow(at.line)
	return source.Persistence{Passing: passing, Lost: source.Lost(sink)}.Follow(ctx, func() (bool, error) {
		before := at
		at, err = s.follower(ctx, at, sink)
		return at != before, err
	})
}

// passing reports whether an error is of the connection, and not of what was
// asked or delivered.
func passing(err error) bool {
	if source.Final(err) || errors.Is(err, errMalformed) {
		return false
	}
	switch codeOf(err) {
	case 0, 1053, 1927, 2006, 2013, 1152, 1158, 1159, 1160, 1161, 3169: // Shut down, killed, aborted, network.
		return true
	}
	return false
}

// follower reads the log by one connection and returns the place after the last transaction.
func (s *Source) follower(ctx context.Context, from position, sink source.Sink) (position, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return from, err
	}
	defer c.Close()
	beside, err := s.dial(ctx, c.addr) // The same server: another may have other shapes.
	if err != nil {
		return from, err
	}
	defer beside.Close()
	server, err := c.server()
	if err != nil {
		return from, err
	}
	if server != from.line.server && from.gtid == "" {
		return from, &fault.Error{Kind: fault.Conflict, Code: CodePurged, Message: fmt.Sprintf("Error 1236 reading binary log: server %s answers instead of %s, and the position has no GTID by which its log could be entered", server, from.line.server),
			Hint: "load the tables again; with gtid_mode=ON (MySQL; MariaDB always has GTIDs) a change of servers is followed"}
	}
	if server == from.line.server {
		if err := beside.sameLog(from); err != nil {
			return from, err
		}
	}
	f, err := newStream(s.lineOf(server), from, beside, sink)
	if err != nil {
		return from, err
	}
	f.wire, err = c.dump(from, s.config.ServerID)
	if err != nil {
		return from, err
	}
	source.Found(sink)
	err = f.run(func() error { return c.SetReadDeadline(time.Now().Add(silence)) })
	f.rows.Undo()
	f.done.gtid = f.seen.String()
	return f.done, err
}

// run reads events until something fails.
func (f *stream) run(deadline func() error) error {
	for {
		if f.wire.r.Buffered() == 0 {
			if err := deadline(); err != nil {
				return err
			}
		}
		p, err := f.wire.packet()
		if err != nil {
			return fmt.Errorf("read the binary log: %w", err)
		}
		if err := failure(p); err != nil {
			if codeOf(err) == errMasterFatal {
				return fatal(err)
			}
			return fmt.Errorf("read the binary log: %w", err)
		}
		if isEOF(p) {
			return errors.New("the server ended the binary log")
		}
		if len(p) < 1+eventHeader || p[0] != gomysql.OK_HEADER {
			return errMalformed
		}
		if err := f.event(p[1:]); err != nil {
			return err
		}
	}
}
