package spool

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// never stands for the zero time.
const never = math.MinInt64

func appendTime(dst []byte, t time.Time) []byte {
	n := int64(never)
	if !t.IsZero() {
		n = t.UnixNano()
	}
	return binary.LittleEndian.AppendUint64(dst, uint64(n))
}

func (d *decoder) time() time.Time {
	n := int64(d.fixed())
	if d.bad || n == never {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

func appendTable(dst []byte, t *source.Table) []byte {
	dst = appendString(appendString(dst, t.Schema), t.Table)
	dst = binary.AppendUvarint(dst, uint64(len(t.Columns)))
	for _, c := range t.Columns {
		dst = appendString(appendString(dst, c.Name), c.Declared)
		dst = appendBool(appendType(dst, c.Type), c.Nullable)
	}
	dst = binary.AppendUvarint(dst, uint64(len(t.Key)))
	for _, k := range t.Key {
		dst = binary.AppendUvarint(dst, uint64(k))
	}
	return binary.AppendUvarint(dst, uint64(max(t.Rows, 0)))
}

func (d *decoder) table() *source.Table {
	t := &source.Table{Name: source.Name{Schema: d.string(), Table: d.string()}}
	for range d.count() {
		c := source.Column{Name: d.string(), Declared: d.string(), Type: d.sqltype(), Nullable: d.bool()}
		t.Columns = append(t.Columns, c)
	}
	for range d.count() {
		k := d.uvarint()
		if k >= uint64(len(t.Columns)) {
			d.bad = true
			return t
		}
		t.Key = append(t.Key, int(k))
	}
	t.Rows = int64(d.uvarint())
	return t
}

// appendType writes a type as it prints itself: its numbers may change with the program.
func appendType(dst []byte, t sqltype.Type) []byte {
	if t.ID == sqltype.Unknown {
		return appendString(dst, "")
	}
	return appendString(dst, t.String())
}

// sqltype reads what appendType wrote.
func (d *decoder) sqltype() sqltype.Type {
	text := d.string()
	if text == "" {
		return sqltype.Type{}
	}
	name, list, _ := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	var args []int
	for arg := range strings.SplitSeq(list, ",") {
		if n, err := strconv.Atoi(strings.TrimSpace(arg)); err == nil {
			args = append(args, n)
		}
	}
	t, err := sqltype.Parse(name, args...)
	if err != nil {
		d.bad = true
	}
	return t
}

func appendDDL(dst []byte, q *source.DDL) []byte {
	dst = append(dst, byte(q.Verb))
	dst = appendString(appendString(dst, q.Table.Schema), q.Table.Table)
	dst = appendString(appendString(dst, q.To.Schema), q.To.Table)
	dst = appendBool(appendString(dst, q.Statement), q.Shape != nil)
	if q.Shape != nil {
		dst = appendTable(dst, q.Shape)
	}
	return dst
}

func (d *decoder) ddl() *source.DDL {
	q := &source.DDL{Verb: source.Verb(d.byte())}
	q.Table = source.Name{Schema: d.string(), Table: d.string()}
	q.To = source.Name{Schema: d.string(), Table: d.string()}
	q.Statement = d.string()
	if d.bool() {
		q.Shape = d.table()
	}
	if q.Verb < source.Create || q.Verb > source.Truncate {
		d.bad = true
	}
	return q
}

func appendPoint(dst []byte, p point) []byte {
	dst = appendTime(appendString(dst, p.pos), p.at)
	return binary.AppendUvarint(dst, uint64(p.count))
}

func (d *decoder) point() point {
	return point{pos: source.Position(d.string()), at: d.time(), count: int64(d.uvarint())}
}
