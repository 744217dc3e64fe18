package statement

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// rowPrinter prints one row of a chunk.
type rowPrinter func(w *resultWriter, dst []byte, chunk *warehouse.Chunk, row int) ([]byte, error)

// jsonRow prints a row as a list of the Data API's fields.
func jsonRow(w *resultWriter, dst []byte, chunk *warehouse.Chunk, row int) ([]byte, error) {
	dst = append(dst, '[')
	for i := range chunk.Vectors {
		if i > 0 {
			dst = append(dst, ',')
		}
		if chunk.Vectors[i].Null(row) {
			dst = append(dst, `{"isNull":true}`...)
			continue
		}
		field, err := w.field(w.columns[i], &chunk.Vectors[i], row)
		if err != nil {
			return dst, err
		}
		dst = append(dst, field...)
	}
	return append(dst, ']'), nil
}

// field is a value under the name of its type.
func (w *resultWriter) field(c session.Column, v *warehouse.Vector, row int) (string, error) {
	if c.Type.ID == sqltype.Varbyte {
		return `{"blobValue":"` + base64.StdEncoding.EncodeToString(v.Bytes(row)) + `"}`, nil
	}
	value, err := w.text(c, v, row)
	if err != nil {
		return "", err
	}
	switch c.Type.ID {
	case sqltype.Boolean:
		return `{"booleanValue":` + value + `}`, nil
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint, sqltype.Oid:
		if _, err := strconv.ParseInt(value, 10, 64); err != nil {
			return "", outOfRange(c)
		}
		return `{"longValue":` + value + `}`, nil
	case sqltype.Real, sqltype.Double:
		return `{"doubleValue":` + number(value) + `}`, nil
	}
	quoted, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	return `{"stringValue":` + string(quoted) + `}`, nil
}

// number is a float in JSON, which has no infinities.
func number(value string) string {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return `"` + value + `"`
	}
	return value
}

func outOfRange(c session.Column) error {
	return &fault.Error{Kind: fault.Invalid, Code: "22003", Message: "bigint out of range", Detail: "column " + strconv.Quote(c.Name)}
}

// text prints a value; CHAR is filled with blanks, which storage leaves out.
func (w *resultWriter) text(c session.Column, v *warehouse.Vector, row int) (string, error) {
	value, err := text(v, row, w.zone)
	if missing := c.Type.Length - len(value); err == nil && c.Type.ID == sqltype.Char && missing > 0 {
		value += strings.Repeat(" ", missing)
	}
	return value, err
}

// csvRow prints a row as a line of CSV. NULL is an empty field, an empty text is quoted.
func csvRow(w *resultWriter, dst []byte, chunk *warehouse.Chunk, row int) ([]byte, error) {
	for i := range chunk.Vectors {
		if i > 0 {
			dst = append(dst, ',')
		}
		if chunk.Vectors[i].Null(row) {
			continue
		}
		value, err := w.text(w.columns[i], &chunk.Vectors[i], row)
		if err != nil {
			return dst, err
		}
		dst = append(dst, csvField(value)...)
	}
	return append(dst, '\n'), nil
}

func csvField(value string) string {
	if value != "" && !strings.ContainsAny(value, "\",\r\n") {
		return value
	}
	return `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
}
