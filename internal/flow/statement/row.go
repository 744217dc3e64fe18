package statement

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"

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
		var err error
		if dst, err = w.field(dst, w.columns[i], &chunk.Vectors[i], row); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// field prints a value under the name of its type.
func (w *resultWriter) field(dst []byte, c session.Column, v *warehouse.Vector, row int) ([]byte, error) {
	if c.Type.ID == sqltype.Varbyte {
		dst = base64.StdEncoding.AppendEncode(append(dst, `{"blobValue":"`...), v.Bytes(row))
		return append(dst, `"}`...), nil
	}
	value, err := w.text(w.value[:0], c, v, row)
	if err != nil {
		return dst, err
	}
	w.value = value
	switch c.Type.ID {
	case sqltype.Boolean:
		dst = append(append(dst, `{"booleanValue":`...), value...)
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint, sqltype.Oid:
		if v.Type.Kind == warehouse.KindInt128 && !wide(v, row).IsInt64() {
			return dst, outOfRange(c)
		}
		dst = append(append(dst, `{"longValue":`...), value...)
	case sqltype.Real, sqltype.Double:
		dst = appendNumber(append(dst, `{"doubleValue":`...), value)
	default:
		dst, err = appendString(append(dst, `{"stringValue":`...), value)
	}
	return append(dst, '}'), err
}

// appendNumber prints a float in JSON, which has no infinities.
func appendNumber(dst, value []byte) []byte {
	if last := value[len(value)-1]; last >= '0' && last <= '9' {
		return append(dst, value...)
	}
	return append(append(append(dst, '"'), value...), '"')
}

// appendString prints a text in JSON; most need no escapes.
func appendString(dst, value []byte) ([]byte, error) {
	for _, c := range value {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, err := json.Marshal(string(value))
			return append(dst, quoted...), err
		}
	}
	return append(append(append(dst, '"'), value...), '"'), nil
}

func outOfRange(c session.Column) error {
	return &fault.Error{Kind: fault.Invalid, Code: "22003", Message: "bigint out of range", Detail: "column " + strconv.Quote(c.Name)}
}

// text prints a value; CHAR is filled with blanks, which storage leaves out.
func (w *resultWriter) text(dst []byte, c session.Column, v *warehouse.Vector, row int) ([]byte, error) {
	start := len(dst)
	dst, err := appendText(dst, v, row, w.zone)
	if c.Type.ID == sqltype.Char {
		for len(dst)-start < c.Type.Length {
			dst = append(dst, ' ')
		}
	}
	return dst, err
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
		value, err := w.text(w.value[:0], w.columns[i], &chunk.Vectors[i], row)
		if err != nil {
			return dst, err
		}
		w.value = value
		dst = appendCSV(dst, value)
	}
	return append(dst, '\n'), nil
}

func appendCSV(dst, value []byte) []byte {
	if len(value) > 0 && !bytes.ContainsAny(value, "\",\r\n") {
		return append(dst, value...)
	}
	dst = append(dst, '"')
	dst = append(dst, bytes.ReplaceAll(value, []byte(`"`), []byte(`""`))...)
	return append(dst, '"')
}
