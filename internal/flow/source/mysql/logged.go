package mysql

import (
	"bytes"
	"fmt"
	"strings"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"
	"github.com/go-mysql-org/go-mysql/replication"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// logged is a table made of nothing but its map, for rows from before the table
// was altered or dropped. It knows all but which of MariaDB's own types a string was.
func (s *schema) logged(name source.Name, m *replication.TableMapEvent) (*table, error) {
	t := &table{Table: source.Table{Name: name}, width: int(m.ColumnCount)}
	if len(m.ColumnName) != t.width {
		return nil, errMalformed
	}
	for i := range m.ColumnName {
		c, err := s.loggedColumn(m, i)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", name, err)
		}
		t.add(c)
	}
	for _, k := range m.PrimaryKey {
		if k < uint64(t.width) {
			t.Key = append(t.Key, int(k))
		}
	}
	return t, nil
}

func (s *schema) loggedColumn(m *replication.TableMapEvent, i int) (column, error) {
	_, nullable := m.Nullable(i)
	c := column{Column: source.Column{Name: string(m.ColumnName[i]), Nullable: nullable}, place: i, unsigned: m.UnsignedMap()[i]}
	meta := m.ColumnMeta[i]
	for base, types := range logTypes {
		if bytes.IndexByte(types, realType(m, i)) >= 0 && base != "uuid" && base != "inet6" && base != "inet4" {
			c.base = base
		}
	}
	switch realType(m, i) {
	case gomysql.MYSQL_TYPE_NEWDECIMAL:
		c.precision, c.scale = int(meta>>8), int(meta&0xff)
	case gomysql.MYSQL_TYPE_BIT:
		c.length = int(meta>>8*8 + meta&0xff)
	case gomysql.MYSQL_TYPE_ENUM:
		c.members = m.EnumStrValueMap()[i]
	case gomysql.MYSQL_TYPE_SET:
		c.members = m.SetStrValueMap()[i]
	case gomysql.MYSQL_TYPE_GEOMETRY:
		c.base = "geometry"
	case gomysql.MYSQL_TYPE_STRING:
		return c, s.loggedText(&c, m, [2]string{"char", "binary"}, stringWidth(meta))
	case gomysql.MYSQL_TYPE_VARCHAR, gomysql.MYSQL_TYPE_VAR_STRING:
		return c, s.loggedText(&c, m, [2]string{"varchar", "varbinary"}, int(meta))
	case gomysql.MYSQL_TYPE_BLOB:
		sizes := []string{"", "tiny", "", "medium", "long"}
		size := sizes[min(int(meta), 4)]
		return c, s.loggedText(&c, m, [2]string{size + "text", size + "blob"}, int(min(uint64(1)<<(8*meta)-1, 1<<30)))
	}
	c.Declared = c.base
	return c, c.redshift()
}

// loggedText names a type of text, or of bytes when its character set says so.
func (s *schema) loggedText(c *column, m *replication.TableMapEvent, bases [2]string, bytes int) error {
	c.base, c.length = bases[1], bytes
	if collation, ok := m.CollationMap()[c.place]; ok {
		charset, err := s.charsetOf(collation)
		if err != nil {
			return err
		}
		if c.charset = charset; charset != "binary" {
			c.base, c.length = bases[0], bytes/width(charset)
		}
	}
	c.Declared = c.base
	if strings.HasSuffix(c.base, "char") || strings.HasSuffix(c.base, "binary") {
		c.Declared = fmt.Sprintf("%s(%d)", c.base, c.length)
	}
	return c.redshift()
}

// width is how many bytes the server sets aside for a character.
func width(charset string) int {
	switch charset {
	case "utf8mb4", "utf16", "utf16le", "utf32", "gb18030":
		return 4
	case "utf8", "utf8mb3", "ujis", "eucjpms":
		return 3
	case "ucs2", "gbk", "gb2312", "big5", "sjis", "cp932", "euckr":
		return 2
	}
	return 1
}
