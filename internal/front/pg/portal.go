package pg

import (
	"context"
	"errors"
	"io"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// portal is a bound statement, from Bind to the end of its transaction.
type portal struct {
	prepared *prepared
	args     []session.Arg
	formats  []int16
	result   *session.Result // nil until Execute
	stream   *stream         // nil until Execute, and without rows
}

func (c *conn) execute(ctx context.Context, body []byte) error {
	var m pgproto3.Execute
	if err := decode(&m, body); err != nil {
		return err
	}
	p, err := c.portal(m.Portal)
	if err != nil {
		return err
	}
	if p.prepared.statement == nil {
		c.out.send(&pgproto3.EmptyQueryResponse{})
		return nil
	}
	c.holdPortals(p)
	if err := c.startPortal(ctx, p, m.Portal); err != nil {
		return err
	}
	var sent int64
	if p.stream != nil {
		limit := int64(int32(m.MaxRows)) // Negative is no limit, as in PostgreSQL.
		var more bool
		sent, more, err = p.stream.send(&c.out, limit)
		if err != nil {
			return err
		}
		if more {
			c.tellNews()
			c.out.send(&pgproto3.PortalSuspended{})
			return nil
		}
	}
	c.complete(p.result, sent)
	c.out.flushFull()
	return nil
}

// startPortal runs the statement of a portal that has not run.
func (c *conn) startPortal(ctx context.Context, p *portal, name string) error {
	if p.result != nil {
		if p.stream == nil {
			return refuse("55000", "portal %q cannot be run", name)
		}
		return nil
	}
	result, err := p.prepared.statement.Run(ctx, p.args)
	if err != nil {
		return err
	}
	p.result = result
	if result.Columns == nil {
		return nil
	}
	if err := p.checkShape(result.Columns); err != nil {
		return errors.Join(err, result.Rows.Close())
	}
	p.stream, err = newStream(result, p.formats, c.style)
	return err
}

func (p *portal) checkShape(columns []session.Column) error {
	if n := len(p.formats); n > 1 && n != len(columns) {
		return refuse(stateProtocol, "bind message has %d result formats but query has %d columns", n, len(columns))
	}
	return nil
}

// holdPortals keeps the rest of suspended portals in memory, since the engine's rows
// end with the next statement on the connection. Only current is left streaming.
func (c *conn) holdPortals(current *portal) {
	for _, p := range c.portals {
		if p != current && p.stream != nil {
			p.stream.hold(c.server.cfg.MaxHeld)
		}
	}
}

// stream sends a result's rows piece by piece.
type stream struct {
	rows  warehouse.Rows // nil when closed
	enc   *encoder
	chunk *warehouse.Chunk
	row   int // next row of chunk

	held []byte // encoded rows, after hold
	err  error  // what hold met; told when the rows before it are sent
}

// newStream takes over the result's rows, and closes them when it fails.
func newStream(result *session.Result, formats []int16, s style) (*stream, error) {
	enc, err := newEncoder(result, formats, s)
	if err != nil {
		return nil, errors.Join(err, result.Rows.Close())
	}
	return &stream{rows: result.Rows, enc: enc}, nil
}

// send writes up to limit rows, all when limit is not positive. more says that it
// stopped at the limit.
func (s *stream) send(w *writer, limit int64) (sent int64, more bool, err error) {
	for limit <= 0 || sent < limit {
		n, err := s.step(w, limit-sent)
		if err == io.EOF {
			return sent, false, s.close()
		}
		sent += int64(n)
		if err != nil {
			return sent, false, err
		}
		w.flushFull()
		if w.err != nil { // The client has gone; there is nobody to tell.
			return sent, false, w.err
		}
	}
	return sent, true, nil
}

// step writes about a buffer of rows, at most limit when that is positive.
func (s *stream) step(w *writer, limit int64) (n int, err error) {
	if s.rows == nil {
		return s.stepHeld(w)
	}
	if err := s.fill(); err != nil {
		return 0, err
	}
	end := s.chunk.Rows
	if left := int64(end - s.row); limit > 0 && limit < left {
		end = s.row + int(limit)
	}
	start := s.row
	w.buf, s.row, err = s.enc.rows(w.buf, start, end)
	return s.row - start, err
}

// fill makes sure that chunk has a row to give, or returns io.EOF.
func (s *stream) fill() error {
	for s.chunk == nil || s.row >= s.chunk.Rows {
		chunk, err := s.rows.Next()
		if err != nil {
			return err
		}
		s.chunk, s.row = chunk, 0
		if err := s.enc.use(chunk); err != nil {
			return err
		}
	}
	return nil
}

// stepHeld writes one row that hold kept.
func (s *stream) stepHeld(w *writer) (int, error) {
	if len(s.held) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		return 0, io.EOF
	}
	size := 1 + int(bigEndian.Uint32(s.held[1:]))
	w.buf = append(w.buf, s.held[:size]...)
	s.held = s.held[size:]
	return 1, nil
}

// hold encodes what is left into memory, up to limit bytes, and lets the engine go.
func (s *stream) hold(limit int) {
	if s.rows == nil {
		return
	}
	var w writer
	for s.err == nil {
		_, err := s.step(&w, 0)
		switch {
		case err == io.EOF:
			s.err = s.close()
			s.held = w.buf
			return
		case err != nil:
			s.err = err
		case len(w.buf) > limit:
			s.err = refuse("53200", "the rows left in a suspended portal do not fit into memory while another statement runs")
		}
	}
	s.err = errors.Join(s.err, s.close())
	s.held = w.buf
}

func (s *stream) close() error {
	rows := s.rows
	if rows == nil {
		return nil
	}
	s.rows, s.chunk, s.held = nil, nil, nil
	s.enc.release()
	return rows.Close()
}
