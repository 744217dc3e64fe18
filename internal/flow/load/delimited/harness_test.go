package delimited

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// cols makes columns from "name type [not null]" lines or comma lists.
func cols(t testing.TB, list string) []Column {
	t.Helper()
	var all []Column
	for _, def := range strings.Split(list, ";") {
		def = strings.TrimSpace(def)
		name, rest, _ := strings.Cut(def, " ")
		rest, notNull := strings.CutSuffix(rest, " not null")
		typ, argText, _ := strings.Cut(strings.TrimSuffix(rest, ")"), "(")
		var args []int
		for _, a := range strings.Split(argText, ",") {
			if a = strings.TrimSpace(a); a != "" {
				n, err := strconv.Atoi(a)
				if err != nil {
					t.Fatal(err)
				}
				args = append(args, n)
			}
		}
		st, err := sqltype.Parse(typ, args...)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Column{Name: name, Type: st, NotNull: notNull})
	}
	return all
}

// text makes a file of the given content.
func text(name, content string) File {
	return File{Name: "s3://b/" + name, Size: int64(len(content)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

// loaded is what a scan gave.
type loaded struct {
	rows   []string
	errors []RowError
	files  []FileStat
	err    error
}

// scanAll reads files with one worker to the end.
func scanAll(t testing.TB, files []File, columns []Column, opt Options) loaded {
	t.Helper()
	s, err := New(t.Context(), files, columns, opt)
	if err != nil {
		return loaded{err: err}
	}
	defer s.Close()
	var l loaded
	w := s.Worker()
	defer w.Close()
	for {
		chunk := newChunk(s.Columns())
		n, err := w.Fill(chunk)
		if err != nil {
			l.err = err
			break
		}
		if n == 0 {
			break
		}
		for row := range n {
			l.rows = append(l.rows, printRow(chunk, columns, row))
		}
	}
	l.errors, l.files = s.Errors(), s.Files()
	return l
}

func newChunk(columns []warehouse.Column) *warehouse.Chunk {
	c := &warehouse.Chunk{}
	for _, col := range columns {
		c.Vectors = append(c.Vectors, warehouse.NewVector(col.Type))
	}
	return c
}

func printRow(c *warehouse.Chunk, columns []Column, row int) string {
	var b strings.Builder
	for i := range columns {
		if i > 0 {
			b.WriteByte('|')
		}
		b.WriteString(printValue(&c.Vectors[i], columns[i].Type, row))
	}
	return b.String()
}

// printValue prints a value; text stands in quotes, so that NULL and ” differ.
func printValue(v *warehouse.Vector, t sqltype.Type, row int) string {
	if v.Null(row) {
		return "NULL"
	}
	switch t.ID {
	case sqltype.Char, sqltype.Varchar, sqltype.Super:
		return strconv.Quote(string(bytes.Clone(v.Bytes(row))))
	case sqltype.Varbyte:
		return fmt.Sprintf("%x", v.Bytes(row))
	case sqltype.Boolean:
		return fmt.Sprint(warehouse.Values[bool](v)[row])
	case sqltype.Real:
		return fmt.Sprint(warehouse.Values[float32](v)[row])
	case sqltype.Double:
		return fmt.Sprint(warehouse.Values[float64](v)[row])
	case sqltype.Date:
		return time.Unix(int64(warehouse.Values[int32](v)[row])*86400, 0).UTC().Format("2006-01-02")
	case sqltype.Timestamp, sqltype.TimestampTZ:
		return time.UnixMicro(warehouse.Values[int64](v)[row]).UTC().Format("2006-01-02 15:04:05.999999")
	case sqltype.Time:
		return time.UnixMicro(warehouse.Values[int64](v)[row]).UTC().Format("15:04:05.999999")
	case sqltype.TimeTZ:
		x := warehouse.Values[uint64](v)[row]
		return time.UnixMicro(int64(x>>24)).UTC().Format("15:04:05.999999") + fmt.Sprintf("%+d", 57599-int64(x&0xffffff))
	case sqltype.Decimal:
		return printDecimal(v, t, row)
	case sqltype.Smallint:
		return fmt.Sprint(warehouse.Values[int16](v)[row])
	case sqltype.Integer:
		return fmt.Sprint(warehouse.Values[int32](v)[row])
	}
	return fmt.Sprint(warehouse.Values[int64](v)[row])
}

func printDecimal(v *warehouse.Vector, t sqltype.Type, row int) string {
	n := new(big.Int)
	switch warehouse.DecimalKind(uint8(t.Precision)) {
	case warehouse.KindInt16:
		n.SetInt64(int64(warehouse.Values[int16](v)[row]))
	case warehouse.KindInt32:
		n.SetInt64(int64(warehouse.Values[int32](v)[row]))
	case warehouse.KindInt64:
		n.SetInt64(warehouse.Values[int64](v)[row])
	default:
		x := warehouse.Values[warehouse.Int128](v)[row]
		n.SetInt64(x.Hi).Lsh(n, 64).Add(n, new(big.Int).SetUint64(x.Lo))
	}
	return scaled(n, t.Scale)
}

// scaled prints n / 10^scale.
func scaled(n *big.Int, scale int) string {
	s := new(big.Int).Abs(n).String()
	for len(s) <= scale {
		s = "0" + s
	}
	if scale > 0 {
		s = s[:len(s)-scale] + "." + s[len(s)-scale:]
	}
	if n.Sign() < 0 {
		s = "-" + s
	}
	return s
}
