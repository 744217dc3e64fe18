package verify

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// read runs a query and takes its rows.
func (v *Verifier) read(ctx context.Context, sql string, s *shape, take func(*line) error) error {
	conn, err := v.acquire(ctx)
	if err != nil {
		return err
	}
	defer v.release(conn)
	results := conn.Exec(ctx, sql)
	l := line{shape: s}
	for results.NextResult() && err == nil {
		for r := results.ResultReader(); err == nil && r.NextRow(); {
			l.fill(r.Values())
			err = take(&l)
		}
	}
	if err != nil {
		hangUp(conn) // The rest of the rows need not come.
		return err
	}
	if err := results.Close(); err != nil {
		return fmt.Errorf("read the warehouse: %w", err)
	}
	return nil
}

func (l *line) fill(values [][]byte) {
	l.reset()
	for _, v := range values {
		if v == nil {
			l.null()
		} else {
			l.value(v)
		}
	}
}

// types asks for the types of a query's columns.
func (v *Verifier) types(ctx context.Context, sql string) ([]sqltype.Type, error) {
	conn, err := v.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer v.release(conn)
	results := conn.Exec(ctx, sql+" LIMIT 0")
	var all []sqltype.Type
	for results.NextResult() {
		for _, f := range results.ResultReader().FieldDescriptions() {
			all = append(all, typeOf(f))
		}
	}
	if err := results.Close(); err != nil {
		return nil, fmt.Errorf("look at the table of the warehouse: %w", err)
	}
	return all, nil
}

// full are the columns of a table that take no NULL, in lower case.
func (v *Verifier) full(ctx context.Context, schema, table string) (map[string]bool, error) {
	conn, err := v.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer v.release(conn)
	if !v.CaseSensitive {
		schema, table = strings.ToLower(schema), strings.ToLower(table)
	}
	text := sqltype.Type{ID: sqltype.Varchar}
	results, err := conn.Exec(ctx, "SELECT column_name FROM svv_columns WHERE is_nullable = 'NO' AND table_schema = "+literal(text, schema)+" AND table_name = "+literal(text, table)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("look at the columns of the warehouse: %w", err)
	}
	all := map[string]bool{}
	for _, r := range results[0].Rows {
		all[strings.ToLower(string(r[0]))] = true
	}
	return all, nil
}

var byOID = func() map[uint32]sqltype.ID {
	all := map[uint32]sqltype.ID{}
	for id := sqltype.Boolean; id <= sqltype.Oid; id++ {
		all[sqltype.Type{ID: id}.OID()] = id
	}
	return all
}()

// typeOf is the type of a column as the wire describes it.
func typeOf(f pgconn.FieldDescription) sqltype.Type {
	t := sqltype.Type{ID: byOID[f.DataTypeOID]}
	n := int(f.TypeModifier) - 4
	switch {
	case t.ID == sqltype.Decimal && n < 0:
		t.Scale = sqltype.MaxScale
	case t.ID == sqltype.Decimal:
		t.Precision, t.Scale = n>>16, n&0xffff
	case n >= 0 && (t.ID == sqltype.Char || t.ID == sqltype.Varchar || t.ID == sqltype.Varbyte):
		t.Length = n
	}
	return t
}

func (v *Verifier) acquire(ctx context.Context) (*pgconn.PgConn, error) {
	v.mu.Lock()
	for n := len(v.idle); n > 0; n = len(v.idle) {
		c := v.idle[n-1]
		if v.idle = v.idle[:n-1]; !c.IsClosed() {
			v.mu.Unlock()
			return c, nil
		}
	}
	v.mu.Unlock()
	c, err := pgconn.ConnectConfig(ctx, v.Connect)
	if err != nil {
		return nil, fmt.Errorf("connect to the warehouse: %w", err)
	}
	greeting := "SET timezone TO 'UTC'; SET extra_float_digits TO 2"
	if v.CaseSensitive {
		greeting += "; SET enable_case_sensitive_identifier TO true"
	}
	if _, err := c.Exec(ctx, greeting).ReadAll(); err != nil {
		hangUp(c)
		return nil, fmt.Errorf("begin a session of the warehouse: %w", err)
	}
	return c, nil
}

func (v *Verifier) release(c *pgconn.PgConn) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed || c.IsClosed() {
		hangUp(c)
		return
	}
	v.idle = append(v.idle, c)
}

// hangUp closes a connection, also in the middle of an answer.
func hangUp(c *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = c.Close(ctx)
}

// ident quotes a name.
func ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// literal writes a key's value: a number as it is, else text without escapes to misread.
func literal(t sqltype.Type, text string) string {
	if numeric(t) {
		if _, _, _, ok := digits([]byte(text)); ok {
			return text
		}
	}
	if !strings.Contains(text, `\`) {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	parts := strings.Split(text, `\`) // On Amazon Redshift a backslash in a literal escapes, here it does not.
	for i, p := range parts {
		parts[i] = "'" + strings.ReplaceAll(p, "'", "''") + "'"
	}
	return "(" + strings.Join(parts, " || CHR("+strconv.Itoa('\\')+") || ") + ")"
}

func numeric(t sqltype.Type) bool {
	switch t.ID {
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint, sqltype.Decimal:
		return true
	}
	return false
}

// within is the condition of a range of keys, "" for all rows.
func (c *check) within(r source.Range) string {
	var all []string
	if r.After != nil {
		all = append(all, "("+c.beyond(r.After, ">", ">")+")")
	}
	if r.Through != nil {
		all = append(all, "("+c.beyond(r.Through, "<", "<=")+")")
	}
	if len(all) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(all, " AND ")
}

// beyond is the condition for keys before or after one.
func (c *check) beyond(key source.Key, comparison, last string) string {
	n := len(key) - 1
	condition := c.compared(n, last, key[n])
	for i := n - 1; i >= 0; i-- {
		condition = c.compared(i, comparison, key[i]) + " OR (" + c.compared(i, "=", key[i]) + " AND (" + condition + "))"
	}
	return condition
}

func (c *check) compared(i int, comparison, text string) string {
	k := c.shape.key[i]
	return ident(c.shape.names[k]) + " " + comparison + " " + literal(c.shape.types[k], text)
}

// having is the condition for rows with one of the keys.
func (c *check) having(keys []source.Key) string {
	all := make([]string, len(keys))
	for i, key := range keys {
		parts := make([]string, len(key))
		for j := range key {
			parts[j] = c.compared(j, "=", key[j])
		}
		all[i] = "(" + strings.Join(parts, " AND ") + ")"
	}
	return " WHERE " + strings.Join(all, " OR ")
}
