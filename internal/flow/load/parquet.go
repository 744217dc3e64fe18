package load

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// parquetField is a column of a Parquet file.
type parquetField struct {
	name     string
	physical string // "INT32", "BYTE_ARRAY" …, "" for a group
	kind     string // the converted type, "DECIMAL", "UTF8" …, or ""
	logical  string
	required bool

	precision, scale, length int64
}

const schemaQuery = `SELECT name, coalesce(type, ''), coalesce(converted_type, ''), coalesce(logical_type, ''), coalesce(repetition_type, ''),
 coalesce(num_children, 0)::BIGINT, coalesce(precision, 0)::BIGINT, coalesce(scale, 0)::BIGINT, coalesce(try_cast(type_length AS BIGINT), 0) FROM parquet_schema(?)`

// parquetFields reads the columns of a file: the top level of its schema, which lists each group before what is in it.
func (r *run) parquetFields(ctx context.Context, path string) ([]parquetField, error) {
	var fields []parquetField
	first := true
	inside := int64(0) // elements of the group being passed
	err := warehouse.EachRow(ctx, r.client.Conn(), func(c *warehouse.Chunk, i int) error {
		text := func(col int) string { return string(c.Vectors[col].Bytes(i)) }
		number := func(col int) int64 { return warehouse.Values[int64](&c.Vectors[col])[i] }
		switch {
		case first:
			first = false
		case inside > 0:
			inside += number(5) - 1
		default:
			inside = number(5)
			fields = append(fields, parquetField{name: text(0), physical: text(1), kind: text(2), logical: text(3), required: text(4) == "REQUIRED",
				precision: number(6), scale: number(7), length: number(8)})
		}
		return nil
	}, schemaQuery, path)
	return fields, err
}

// match says by which expression each column is filled: by position, whatever the names are.
func (r *run) match(file int, fields []parquetField) ([]string, error) {
	if err := r.sameCount(file, len(fields)); err != nil {
		return nil, err
	}
	exprs := make([]string, len(r.columns))
	for i := range exprs {
		exprs[i] = "NULL"
		if i >= len(fields) {
			continue
		}
		t := r.columns[i].Type
		f := &fields[i]
		expr, ok := f.expression(i, t, r.Copy.Options.SerializeToJSON)
		if !ok {
			o := r.files[file]
			return nil, r.badFile(file, codeSpectrumType, fmt.Sprintf("File '%s' has an incompatible Parquet schema for column 's3://%s/%s.%s'. Column type: %s, Parquet schema:\n%s",
				r.httpName(o), o.Bucket, o.Key, f.name, spectrumType(t), f.schema(i)))
		}
		exprs[i] = expr
	}
	return exprs, nil
}

// spectrumType is a column's type as errors of columnar files write it.
func spectrumType(t sqltype.Type) string {
	switch t.ID {
	case sqltype.Integer:
		return "INT"
	case sqltype.Char:
		return "CHAR"
	case sqltype.Varchar:
		return "VARCHAR"
	case sqltype.Decimal:
		return fmt.Sprintf("DECIMAL(%d, %d)", t.Precision, t.Scale)
	case sqltype.Timestamp, sqltype.TimestampTZ, sqltype.Varbyte, sqltype.Time:
		return strings.ToUpper(t.Short())
	}
	return strings.ToUpper(t.String())
}

// schema prints the field as Parquet's own tools do.
func (f *parquetField) schema(i int) string {
	repetition, level := "optional", 1
	if f.required {
		repetition, level = "required", 0
	}
	typ := map[string]string{"": "group", "BYTE_ARRAY": "byte_array", "FIXED_LEN_BYTE_ARRAY": "fixed_len_byte_array"}[f.physical]
	if typ == "" {
		typ = strings.ToLower(f.physical)
	}
	return fmt.Sprintf("%s %s %s [i:%d d:%d r:0]", repetition, typ, f.name, i, level)
}

// expression converts the field to a column's type; ok is false where Redshift refuses the pair.
func (f *parquetField) expression(i int, t sqltype.Type, serialize bool) (sql string, ok bool) {
	name := position(i)
	if t.ID == sqltype.Super {
		return "to_json(" + name + ")::VARCHAR", serialize
	}
	if !f.fits(t) {
		return "", false
	}
	switch t.ID {
	case sqltype.Char:
		return "rtrim(" + f.text(i) + ", ' ')", true
	case sqltype.Varchar:
		return f.text(i), true
	case sqltype.Varbyte:
		return name + "::BLOB", true
	}
	return name + "::" + t.Engine(), true
}

// position names a column of the file by its place, for names may be alike.
func position(i int) string { return "#" + strconv.Itoa(i+1) }

// text is the field as text: plain bytes are text without saying so.
func (f *parquetField) text(i int) string {
	name := position(i)
	if f.kind == "UTF8" || f.kind == "ENUM" || f.kind == "JSON" || strings.HasPrefix(f.logical, "String") {
		return name + "::VARCHAR"
	}
	return "decode(" + name + "::BLOB)"
}

// fits reports whether a type takes the field: physical types are not converted into others.
func (f *parquetField) fits(t sqltype.Type) bool {
	decimal := f.kind == "DECIMAL" || strings.HasPrefix(f.logical, "Decimal")
	switch t.ID {
	case sqltype.Decimal:
		return decimal && int(f.scale) == t.Scale && int(f.precision) <= t.Precision
	case sqltype.Boolean:
		return f.physical == "BOOLEAN"
	case sqltype.Real:
		return f.physical == "FLOAT"
	case sqltype.Double:
		return f.physical == "DOUBLE"
	case sqltype.Char, sqltype.Varchar, sqltype.Varbyte:
		return !decimal && (f.physical == "BYTE_ARRAY" || f.physical == "FIXED_LEN_BYTE_ARRAY")
	case sqltype.Date:
		return f.is("INT32", "DATE", "Date")
	case sqltype.Timestamp, sqltype.TimestampTZ:
		return f.physical == "INT96" || f.is("INT64", "TIMESTAMP_MICROS", "Timestamp") || f.is("INT64", "TIMESTAMP_MILLIS", "Timestamp")
	case sqltype.Time:
		return f.is("INT64", "TIME_MICROS", "Time(") || f.is("INT32", "TIME_MILLIS", "Time(")
	case sqltype.Smallint, sqltype.Integer:
		return f.physical == "INT32" && !decimal && f.integer()
	case sqltype.Bigint:
		return f.physical == "INT64" && !decimal && f.integer()
	}
	return false
}

func (f *parquetField) is(physical, kind, logical string) bool {
	return f.physical == physical && (f.kind == kind || strings.HasPrefix(f.logical, logical))
}

// integer reports that the field is nothing but a number.
func (f *parquetField) integer() bool {
	return f.kind == "" && f.logical == "" || strings.HasPrefix(f.kind, "INT_") || strings.HasPrefix(f.kind, "UINT_") || strings.HasPrefix(f.logical, "Int")
}

// checkValues refuses text that is too long, characters that CHAR does not take, and NULL where the table has none.
func (r *run) checkValues(ctx context.Context, f fetched, from string, fields []parquetField) error {
	sql, checks := r.checks(fields)
	if len(checks) == 0 {
		return nil
	}
	var bad string
	err := warehouse.EachRow(ctx, r.client.Conn(), func(c *warehouse.Chunk, i int) error {
		for col := len(checks) - 1; col >= 0; col-- {
			if !c.Vectors[col].Null(i) {
				if text := checks[col].judge(warehouse.Values[int64](&c.Vectors[col])[i]); text != "" {
					bad = text + ", File name: " + r.httpName(r.files[f.index])
				}
			}
		}
		return nil
	}, "SELECT "+strings.Join(sql, ", ")+" FROM "+from)
	if err != nil {
		return r.unreadable(f, err)
	}
	if bad != "" {
		return r.badFile(f.index, codeSpectrumType, bad)
	}
	return nil
}

// check is a rule about all values of a column, and what to say when the greatest of them breaks it.
type check struct{ judge func(v int64) string }

// checks are what no type says: as SQL, one number each, and its rule.
func (r *run) checks(fields []parquetField) (sql []string, all []check) {
	add := func(expr string, judge func(int64) string) {
		sql = append(sql, "("+expr+")::BIGINT")
		all = append(all, check{judge})
	}
	for i := range min(len(fields), len(r.columns)) {
		c, f := r.columns[i], fields[i]
		text := f.text(i)
		switch c.Type.ID {
		case sqltype.Char, sqltype.Varchar:
			add("max(strlen("+text+"))", func(v int64) string {
				if v <= int64(c.Type.Length) {
					return ""
				}
				return fmt.Sprintf("The length of the data column %s is longer than the length defined in the table. Table: %d, Data: %d", f.name, c.Type.Length, v)
			})
		}
		if c.Type.ID == sqltype.Char {
			add("max(strlen("+text+") - length("+text+"))", func(v int64) string {
				return unless(v == 0, fmt.Sprintf("Multibyte character not supported for CHAR (Hint: Try using VARCHAR). Column: %s", f.name))
			})
		}
		if c.NotNull {
			add("count(*) - count("+position(i)+")", func(v int64) string {
				return unless(v == 0, fmt.Sprintf("Missing data for not-null field. Column: %s", c.Name))
			})
		}
	}
	return sql, all
}

func unless(good bool, text string) string {
	if good {
		return ""
	}
	return text
}
