package pg

import (
	"context"
	"strconv"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/flow/session"
)

// query answers the simple protocol: statement after statement until one fails.
func (c *conn) query(ctx context.Context, body []byte) {
	c.closeStatement("")
	c.closePortal("")
	if err := c.runQuery(ctx, body); err != nil {
		c.fail(err)
	}
	c.sync(ctx)
}

func (c *conn) runQuery(ctx context.Context, body []byte) error {
	var m pgproto3.Query
	if err := decode(&m, body); err != nil {
		return err
	}
	if err := checkText(m.String); err != nil {
		return err
	}
	c.holdPortals(nil)
	statements, err := c.session.Prepare(ctx, m.String, nil)
	if err != nil {
		return err
	}
	defer c.closeAll(statements)
	if len(statements) == 0 {
		c.out.send(&pgproto3.EmptyQueryResponse{})
	}
	for i, s := range statements {
		if err := c.runSimple(ctx, s, i == len(statements)-1); err != nil {
			return err
		}
	}
	return nil
}

// runSimple runs one statement. The last one commits before the client hears that
// it is complete, since the commit can fail.
func (c *conn) runSimple(ctx context.Context, s Statement, last bool) error {
	result, err := s.Run(ctx, nil)
	if err != nil {
		return err
	}
	sent, err := c.sendAll(result)
	if err != nil {
		return err
	}
	if last {
		if err := c.session.Sync(ctx); err != nil {
			return err
		}
	}
	c.complete(result, sent)
	return nil
}

func (c *conn) sendAll(result *session.Result) (sent int64, err error) {
	if result.Columns == nil {
		return 0, nil
	}
	st, err := newStream(result, nil, c.style)
	if err != nil {
		return 0, err
	}
	c.out.send(rowDescription(result.Columns, nil))
	sent, _, err = st.send(&c.out, 0)
	if closeErr := st.close(); err == nil {
		err = closeErr
	}
	return sent, err
}

// complete sends the command tag with the count that belongs to it.
func (c *conn) complete(result *session.Result, sent int64) {
	c.tellNews()
	tag := append([]byte(nil), result.Tag...)
	if result.Counted {
		if result.Columns == nil {
			sent = result.Affected
		}
		tag = strconv.AppendInt(append(tag, ' '), sent, 10)
	}
	c.out.send(&pgproto3.CommandComplete{CommandTag: tag})
}

// sync ends the implicit transaction and the query cycle.
func (c *conn) sync(ctx context.Context) {
	c.skipping = false
	if err := c.session.Sync(ctx); err != nil {
		c.fail(err)
	}
	if c.session.Status() != 'T' {
		c.dropPortals() // Portals do not outlive their transaction.
	}
	c.ready()
}

func (c *conn) closeAll(statements []Statement) {
	for _, s := range statements {
		if err := s.Close(); err != nil {
			c.log.Error("close a statement", "err", err)
		}
	}
}

// checkText refuses what is not UTF-8, in PostgreSQL's words.
func checkText(s string) error {
	if utf8.ValidString(s) {
		return nil
	}
	for i, r := range s {
		if r != utf8.RuneError {
			continue
		}
		if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
			return refuse(stateCharacter, `invalid byte sequence for encoding "UTF8": 0x%02x`, s[i])
		}
	}
	return nil
}

func rowDescription(columns []session.Column, formats []int16) *pgproto3.RowDescription {
	fields := make([]pgproto3.FieldDescription, len(columns))
	for i, c := range columns {
		fields[i] = pgproto3.FieldDescription{
			Name:         []byte(clean(c.Name)),
			DataTypeOID:  c.Type.OID(),
			DataTypeSize: c.Type.Size(),
			TypeModifier: c.Type.Typmod(),
			Format:       formatOf(formats, i),
		}
	}
	return &pgproto3.RowDescription{Fields: fields}
}

// formatOf is the format of value i: none asked is text, one is for all.
func formatOf(formats []int16, i int) int16 {
	switch {
	case len(formats) == 1:
		return formats[0]
	case i < len(formats):
		return formats[i]
	}
	return pgproto3.TextFormat
}
