package pg

import (
	"bytes"
	"context"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/flow/session"
)

// prepared is a statement that Parse named. Portals keep it alive when its name is reused.
type prepared struct {
	statement Statement // nil for an empty query
	params    []uint32  // as Parse gave them; what was left open is filled by Describe
	refs      int
}

func (c *conn) parse(ctx context.Context, body []byte) error {
	var m pgproto3.Parse
	if err := decode(&m, body); err != nil {
		return err
	}
	if err := checkText(m.Query); err != nil {
		return err
	}
	if m.Name == "" {
		c.closeStatement("")
	} else if c.statements[m.Name] != nil {
		return refuse("42P05", "prepared statement %q already exists", m.Name)
	}
	c.holdPortals(nil)
	statements, err := c.session.Prepare(ctx, m.Query, m.ParameterOIDs)
	if err != nil {
		return err
	}
	p := &prepared{params: m.ParameterOIDs, refs: 1}
	switch len(statements) {
	case 0:
	case 1:
		p.statement = statements[0]
	default:
		c.closeAll(statements)
		return refuse("42601", "cannot insert multiple commands into a prepared statement")
	}
	c.statements[m.Name] = p
	c.out.send(&pgproto3.ParseComplete{})
	c.out.flushFull()
	return nil
}

func (c *conn) bind(body []byte) error {
	var m pgproto3.Bind
	if err := decode(&m, body); err != nil {
		return err
	}
	p, err := c.statement(m.PreparedStatement)
	if err != nil {
		return err
	}
	args, err := bindArgs(&m, p.params)
	if err != nil {
		return err
	}
	if err := checkFormats(m.ResultFormatCodes); err != nil {
		return err
	}
	if m.DestinationPortal == "" {
		c.closePortal("")
	} else if c.portals[m.DestinationPortal] != nil {
		return refuse("42P03", "cursor %q already exists", m.DestinationPortal)
	}
	p.refs++
	c.portals[m.DestinationPortal] = &portal{prepared: p, args: args, formats: m.ResultFormatCodes}
	c.out.send(&pgproto3.BindComplete{})
	c.out.flushFull()
	return nil
}

// bindArgs copies the values, which lie in the receiver's buffer until its next message.
func bindArgs(m *pgproto3.Bind, oids []uint32) ([]session.Arg, error) {
	if n := len(m.ParameterFormatCodes); n > 1 && n != len(m.Parameters) {
		return nil, refuse(stateProtocol, "bind message has %d parameter formats but %d parameters", n, len(m.Parameters))
	}
	if err := checkFormats(m.ParameterFormatCodes); err != nil {
		return nil, err
	}
	if len(m.Parameters) == 0 {
		return nil, nil
	}
	args := make([]session.Arg, len(m.Parameters))
	for i, value := range m.Parameters {
		a := &args[i]
		a.Null, a.Binary = value == nil, formatOf(m.ParameterFormatCodes, i) == pgproto3.BinaryFormat
		if i < len(oids) {
			a.OID = oids[i]
		}
		if !a.Binary {
			if err := checkTextValue(value); err != nil {
				return nil, err
			}
		}
		a.Value = bytes.Clone(value)
	}
	return args, nil
}

func checkTextValue(value []byte) error {
	if bytes.IndexByte(value, 0) >= 0 {
		return refuse(stateCharacter, `invalid byte sequence for encoding "UTF8": 0x00`)
	}
	if !utf8.Valid(value) {
		return checkText(string(value))
	}
	return nil
}

func checkFormats(formats []int16) error {
	for _, f := range formats {
		if f != pgproto3.TextFormat && f != pgproto3.BinaryFormat {
			return refuse("22023", "unsupported format code: %d", f)
		}
	}
	return nil
}

func (c *conn) describe(ctx context.Context, body []byte) error {
	var m pgproto3.Describe
	if err := decode(&m, body); err != nil {
		return err
	}
	switch m.ObjectType {
	case 'S':
		return c.describeStatement(ctx, m.Name)
	case 'P':
		return c.describePortal(ctx, m.Name)
	}
	return refuse(stateProtocol, "invalid DESCRIBE message subtype %d", m.ObjectType)
}

func (c *conn) describeStatement(ctx context.Context, name string) error {
	p, err := c.statement(name)
	if err != nil {
		return err
	}
	params, columns, err := c.shape(ctx, p)
	if err != nil {
		return err
	}
	p.learn(params)
	c.out.send(&pgproto3.ParameterDescription{ParameterOIDs: params})
	c.sendShape(columns, nil)
	return nil
}

// learn keeps the types of parameters that the client left open: it will encode by what it is told now.
func (p *prepared) learn(params []uint32) {
	known := make([]uint32, len(params))
	copy(known, p.params)
	for i, oid := range params {
		if known[i] == 0 {
			known[i] = oid
		}
	}
	p.params = known
}

func (c *conn) describePortal(ctx context.Context, name string) error {
	p, err := c.portal(name)
	if err != nil {
		return err
	}
	if p.result != nil {
		c.sendShape(p.result.Columns, p.formats)
		return nil
	}
	_, columns, err := c.shape(ctx, p.prepared)
	if err != nil {
		return err
	}
	if err := p.checkShape(columns); err != nil {
		return err
	}
	c.sendShape(columns, p.formats)
	return nil
}

func (c *conn) shape(ctx context.Context, p *prepared) (params []uint32, columns []session.Column, err error) {
	if p.statement == nil {
		return nil, nil, nil
	}
	c.holdPortals(nil)
	return p.statement.Describe(ctx)
}

func (c *conn) sendShape(columns []session.Column, formats []int16) {
	if columns == nil {
		c.out.send(&pgproto3.NoData{})
	} else {
		c.out.send(rowDescription(columns, formats))
	}
	c.out.flushFull()
}

func (c *conn) close(body []byte) error {
	var m pgproto3.Close
	if err := decode(&m, body); err != nil {
		return err
	}
	switch m.ObjectType {
	case 'S':
		c.closeStatement(m.Name)
	case 'P':
		c.closePortal(m.Name)
	default:
		return refuse(stateProtocol, "invalid CLOSE message subtype %d", m.ObjectType)
	}
	c.out.send(&pgproto3.CloseComplete{})
	c.out.flushFull()
	return nil
}

func (c *conn) statement(name string) (*prepared, error) {
	if p := c.statements[name]; p != nil {
		return p, nil
	}
	if name == "" {
		return nil, refuse(stateNoStatement, "unnamed prepared statement does not exist")
	}
	return nil, refuse(stateNoStatement, "prepared statement %q does not exist", name)
}

func (c *conn) portal(name string) (*portal, error) {
	if p := c.portals[name]; p != nil {
		return p, nil
	}
	return nil, refuse(stateNoPortal, "portal %q does not exist", name)
}

func (c *conn) closeStatement(name string) {
	if p := c.statements[name]; p != nil {
		delete(c.statements, name)
		c.release(p)
	}
}

// release closes a statement when neither its name nor a portal needs it any more.
func (c *conn) release(p *prepared) {
	p.refs--
	if p.refs == 0 && p.statement != nil {
		c.closeAll([]Statement{p.statement})
	}
}

func (c *conn) closePortal(name string) {
	p := c.portals[name]
	if p == nil {
		return
	}
	delete(c.portals, name)
	if p.stream != nil {
		if err := p.stream.close(); err != nil {
			c.log.Debug("close a portal", "err", err)
		}
	}
	c.release(p.prepared)
}

func (c *conn) dropPortals() {
	for name := range c.portals {
		c.closePortal(name)
	}
}
