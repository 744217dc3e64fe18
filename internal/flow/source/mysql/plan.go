package mysql

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"
	"github.com/go-mysql-org/go-mysql/replication"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// schema knows the shapes of tables while the log is read: as the log describes
// them, and as the server does where the log says less.
type schema struct {
	c          *conn // Answers questions beside the stream.
	described  map[source.Name]*table
	plans      map[source.Name]*plan
	converters map[string]converter
	charsets   map[uint64]string // By the numbers of collations.
}

func newSchema(c *conn) *schema {
	return &schema{c: c, described: map[source.Name]*table{}, plans: map[source.Name]*plan{}, converters: map[string]converter{}}
}

// forget drops what is known of a table, because it was altered.
func (s *schema) forget(name source.Name) {
	delete(s.described, name)
	delete(s.plans, name)
}

// plan is how to read the rows that a table map announces; body recognises one seen before.
func (s *schema) plan(m *replication.TableMapEvent, body []byte) (*plan, error) {
	name := source.Name{Schema: string(m.Schema), Table: string(m.Table)}
	if p := s.plans[name]; p != nil && bytes.Equal(p.body, body) {
		return p, nil
	}
	t, err := s.shape(name, m)
	if err != nil {
		return nil, err
	}
	p := &plan{table: t, body: bytes.Clone(body)}
	if old := s.plans[name]; old != nil && sameShape(old.table, t) {
		p.table = old.table // A sink need not look at what did not change.
	}
	if p.cells, err = s.cells(t, m); err != nil {
		return nil, fmt.Errorf("table %s: %w", name, err)
	}
	s.plans[name] = p
	return p, nil
}

func sameShape(a, b *table) bool {
	return fmt.Sprint(a.Columns, a.Key) == fmt.Sprint(b.Columns, b.Key)
}

// shape is the table as the map describes it: the server's own description when
// both agree, else one made of what the map says.
func (s *schema) shape(name source.Name, m *replication.TableMapEvent) (*table, error) {
	t, known := s.described[name]
	if !known {
		var err error
		if t, err = s.c.describe(name); err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		s.described[name] = t
	}
	if t != nil && t.agrees(m) {
		return t, nil
	}
	if len(m.ColumnName) == 0 {
		return nil, &fault.Error{Kind: fault.Conflict, Code: "SourceSetting", On: name.String(),
			Message: "the table was altered after these rows were logged, and the log does not name its columns because binlog_row_metadata is not FULL",
			Hint:    "SET GLOBAL binlog_row_metadata = FULL, and load the table again"}
	}
	return s.logged(name, m)
}

// agrees reports whether a description fits the rows of a map.
func (t *table) agrees(m *replication.TableMapEvent) bool {
	if t.width != int(m.ColumnCount) {
		return false
	}
	for i := range t.columns {
		c := &t.columns[i]
		if len(m.ColumnName) > 0 && string(m.ColumnName[c.place]) != c.Name || !c.fits(realType(m, c.place)) {
			return false
		}
	}
	return true
}

var logTypes = map[string][]byte{
	"tinyint": {gomysql.MYSQL_TYPE_TINY}, "smallint": {gomysql.MYSQL_TYPE_SHORT}, "mediumint": {gomysql.MYSQL_TYPE_INT24},
	"int": {gomysql.MYSQL_TYPE_LONG}, "bigint": {gomysql.MYSQL_TYPE_LONGLONG}, "decimal": {gomysql.MYSQL_TYPE_NEWDECIMAL},
	"float": {gomysql.MYSQL_TYPE_FLOAT}, "double": {gomysql.MYSQL_TYPE_DOUBLE}, "bit": {gomysql.MYSQL_TYPE_BIT}, "year": {gomysql.MYSQL_TYPE_YEAR},
	"date": {gomysql.MYSQL_TYPE_DATE, gomysql.MYSQL_TYPE_NEWDATE}, "datetime": {gomysql.MYSQL_TYPE_DATETIME, gomysql.MYSQL_TYPE_DATETIME2},
	"timestamp": {gomysql.MYSQL_TYPE_TIMESTAMP, gomysql.MYSQL_TYPE_TIMESTAMP2}, "time": {gomysql.MYSQL_TYPE_TIME, gomysql.MYSQL_TYPE_TIME2},
	"char": {gomysql.MYSQL_TYPE_STRING}, "binary": {gomysql.MYSQL_TYPE_STRING}, "uuid": {gomysql.MYSQL_TYPE_STRING}, "inet6": {gomysql.MYSQL_TYPE_STRING}, "inet4": {gomysql.MYSQL_TYPE_STRING},
	"varchar": {gomysql.MYSQL_TYPE_VARCHAR, gomysql.MYSQL_TYPE_VAR_STRING}, "varbinary": {gomysql.MYSQL_TYPE_VARCHAR, gomysql.MYSQL_TYPE_VAR_STRING},
	"enum": {gomysql.MYSQL_TYPE_ENUM}, "set": {gomysql.MYSQL_TYPE_SET}, "json": {gomysql.MYSQL_TYPE_JSON},
}

func (c *column) fits(typ byte) bool {
	if types, ok := logTypes[c.base]; ok {
		return bytes.IndexByte(types, typ) >= 0
	}
	if strings.HasSuffix(c.base, "text") || strings.HasSuffix(c.base, "blob") {
		return typ == gomysql.MYSQL_TYPE_BLOB
	}
	return typ == gomysql.MYSQL_TYPE_GEOMETRY
}

// realType undoes the packing of ENUM, SET and long CHAR as STRING.
func realType(m *replication.TableMapEvent, i int) byte {
	typ, real := m.ColumnType[i], byte(m.ColumnMeta[i]>>8)
	if typ == gomysql.MYSQL_TYPE_STRING && (real == gomysql.MYSQL_TYPE_ENUM || real == gomysql.MYSQL_TYPE_SET) {
		return real
	}
	return typ
}

// stringWidth is the bytes a STRING holds at most; bits 8 and 9 hide in the type.
func stringWidth(meta uint16) int {
	return int(meta&0xff) | int(meta>>8&0x30^0x30)<<4
}

// cells says for each column of the map how its values stand in the rows.
func (s *schema) cells(t *table, m *replication.TableMapEvent) ([]cell, error) {
	all := make([]cell, m.ColumnCount)
	enums, sets, unsigned := m.EnumStrValueMap(), m.SetStrValueMap(), m.UnsignedMap()
	for i := range all {
		c := &all[i]
		c.typ, c.meta, c.drop = realType(m, i), int(m.ColumnMeta[i]), true
		switch c.typ {
		case gomysql.MYSQL_TYPE_NEWDECIMAL:
			c.meta, c.scale = c.meta>>8, c.meta&0xff
		case gomysql.MYSQL_TYPE_BIT:
			c.meta = c.meta>>8*8 + c.meta&0xff
		case gomysql.MYSQL_TYPE_ENUM, gomysql.MYSQL_TYPE_SET:
			c.meta &= 0xff
		case gomysql.MYSQL_TYPE_STRING:
			c.meta = stringWidth(m.ColumnMeta[i])
		}
		if err := c.sane(); err != nil {
			return nil, err
		}
		if unsigned != nil {
			c.unsigned = unsigned[i]
		}
	}
	for i := range t.columns {
		col := &t.columns[i]
		c := &all[col.place]
		c.drop, c.base, c.members = false, col.base, col.members
		if unsigned == nil {
			c.unsigned = col.unsigned
		}
		if v := enums[col.place]; v != nil {
			c.members = s.readable(v, m.EnumSetCollationMap()[col.place])
		}
		if v := sets[col.place]; v != nil {
			c.members = s.readable(v, m.EnumSetCollationMap()[col.place])
		}
		if err := s.charset(c, col, m); err != nil {
			return nil, fmt.Errorf("column %s: %w", col.Name, err)
		}
	}
	return all, nil
}

// sane refuses what the decoder would trip over.
func (c *cell) sane() error {
	bad := false
	switch c.typ {
	case gomysql.MYSQL_TYPE_NEWDECIMAL:
		bad = c.scale > c.meta || c.meta == 0
	case gomysql.MYSQL_TYPE_BIT:
		bad = c.meta < 1 || c.meta > 64
	case gomysql.MYSQL_TYPE_ENUM, gomysql.MYSQL_TYPE_SET:
		bad = c.meta < 1 || c.meta > 8
	case gomysql.MYSQL_TYPE_BLOB, gomysql.MYSQL_TYPE_GEOMETRY, gomysql.MYSQL_TYPE_JSON:
		bad = c.meta < 1 || c.meta > 4
	case gomysql.MYSQL_TYPE_TIME2, gomysql.MYSQL_TYPE_DATETIME2, gomysql.MYSQL_TYPE_TIMESTAMP2:
		bad = c.meta > 6
	case gomysql.MYSQL_TYPE_TINY, gomysql.MYSQL_TYPE_SHORT, gomysql.MYSQL_TYPE_INT24, gomysql.MYSQL_TYPE_LONG, gomysql.MYSQL_TYPE_LONGLONG,
		gomysql.MYSQL_TYPE_FLOAT, gomysql.MYSQL_TYPE_DOUBLE, gomysql.MYSQL_TYPE_YEAR, gomysql.MYSQL_TYPE_DATE, gomysql.MYSQL_TYPE_NEWDATE,
		gomysql.MYSQL_TYPE_TIME, gomysql.MYSQL_TYPE_DATETIME, gomysql.MYSQL_TYPE_TIMESTAMP, gomysql.MYSQL_TYPE_STRING, gomysql.MYSQL_TYPE_VARCHAR, gomysql.MYSQL_TYPE_VAR_STRING:
	default:
		return &fault.Error{Kind: fault.Unsupported, Code: "SourceType", Message: fmt.Sprintf("the log holds a value of type %d, which cannot be read", c.typ)}
	}
	if bad {
		return errMalformed
	}
	return nil
}

// charset tells bytes from text, and how the text is written.
func (s *schema) charset(c *cell, col *column, m *replication.TableMapEvent) error {
	switch c.typ {
	case gomysql.MYSQL_TYPE_STRING, gomysql.MYSQL_TYPE_VARCHAR, gomysql.MYSQL_TYPE_VAR_STRING, gomysql.MYSQL_TYPE_BLOB:
	default:
		return nil
	}
	name := col.charset
	if collation, ok := m.CollationMap()[col.place]; ok {
		var err error
		if name, err = s.charsetOf(collation); err != nil {
			return err
		}
	}
	c.binary = name == "binary" || name == ""
	var err error
	c.convert, err = s.converter(name)
	return err
}

func (s *schema) converter(charset string) (converter, error) {
	f, ok := s.converters[charset]
	if !ok {
		var err error
		if f, err = s.c.converterOf(charset); err != nil {
			return nil, err
		}
		s.converters[charset] = f
	}
	return f, nil
}

func (s *schema) charsetOf(collation uint64) (string, error) {
	if s.charsets == nil {
		rows, err := s.c.query("SELECT ID, CHARACTER_SET_NAME FROM information_schema.COLLATIONS")
		if s.c.mariadb() {
			if more, err := s.c.query("SELECT ID, CHARACTER_SET_NAME FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"); err == nil {
				rows = append(rows, more...)
			}
		}
		if err != nil {
			return "", err
		}
		s.charsets = make(map[uint64]string, len(rows))
		for _, r := range rows {
			if id, err := strconv.ParseUint(r[0], 10, 64); err == nil {
				s.charsets[id] = r[1]
			}
		}
	}
	if name := s.charsets[collation]; name != "" {
		return name, nil
	}
	return "", &fault.Error{Kind: fault.Unsupported, Code: "SourceCharset", Message: fmt.Sprintf("the collation with number %d is not known to the server", collation)}
}

// readable turns the members of ENUM and SET into UTF-8.
func (s *schema) readable(members []string, collation uint64) []string {
	name, err := s.charsetOf(collation)
	if err != nil {
		return members
	}
	f, err := s.converter(name)
	if err != nil || f == nil {
		return members
	}
	all := make([]string, len(members))
	for i, m := range members {
		all[i] = string(f(nil, []byte(m)))
	}
	return all
}
