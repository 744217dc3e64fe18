package warehouse

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// Table is a declared table or view, as our catalog knows it.
type Table struct {
	OID         int64
	Schema      string
	Name        string
	Kind        string // "r" table, "v" view
	Owner       int32
	Temporary   bool
	Columns     []TableColumn
	Constraints []Constraint

	DistStyle  string // "auto", "even", "key", "all"
	DistKey    string
	SortStyle  string // "", "compound", "interleaved", "auto"
	EncodeAuto bool
	Backup     bool

	Definition string // of a view, in Redshift's dialect
	LateBound  bool
}

// TableColumn is one declared column.
type TableColumn struct {
	Position int // attnum, from 1
	Name     string
	Type     sqltype.Type
	NotNull  bool
	Default  string // in Redshift's dialect, "" when none
	Encoding string
	DistKey  bool
	SortKey  int
	Identity *Identity

	// EngineDefault is Default in the engine's dialect; only needed to create the column.
	EngineDefault string
}

// Identity is IDENTITY(seed, step).
type Identity struct {
	Seed, Step int64
	ByDefault  bool
}

// Constraint is an informational key: Redshift enforces none.
type Constraint struct {
	Name       string
	Kind       string // "p", "u", "f"
	Columns    []string
	Referenced int64 // OID of the referenced table
	RefColumns []string
}

// Column finds a column by its folded name.
func (t *Table) Column(name string) *TableColumn {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// SQL is the table's name as the engine's SQL writes it.
func (t *Table) SQL() string {
	if t.Temporary {
		return `"temp".main.` + Quote(t.Name)
	}
	return Quote(t.Schema) + "." + Quote(t.Name)
}

// Quote writes an identifier for the engine.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Literal writes a string literal for the engine.
func Literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// identitySequence names the engine's sequence behind an identity column.
func (t *Table) identitySequence(c *TableColumn) string {
	if t.Temporary {
		return `"temp".main.` + Quote(fmt.Sprintf("identity of %s %d", strings.ReplaceAll(t.Name, "'", "_"), c.Position))
	}
	return fmt.Sprintf(`inlet."identity_%d_%d"`, t.OID, c.Position)
}

// definition is the column as the engine's CREATE TABLE writes it. Keys are
// left out: the engine would enforce them with an index, Redshift does not.
func (t *Table) definition(c *TableColumn) string {
	var b strings.Builder
	b.WriteString(Quote(c.Name) + " " + c.Type.Engine())
	switch {
	case c.Identity != nil:
		b.WriteString(" DEFAULT nextval('" + t.identitySequence(c) + "')")
	case c.EngineDefault != "":
		b.WriteString(" DEFAULT (" + c.EngineDefault + ")")
	}
	if c.NotNull {
		b.WriteString(" NOT NULL")
	}
	// The engine knows no declared lengths; the check holds on every write.
	switch c.Type.ID {
	case sqltype.Char, sqltype.Varchar:
		fmt.Fprintf(&b, " CHECK (strlen(%s) <= %d)", Quote(c.Name), c.Type.Length)
	case sqltype.Varbyte:
		fmt.Fprintf(&b, " CHECK (octet_length(%s) <= %d)", Quote(c.Name), c.Type.Length)
	}
	return b.String()
}

// DefaultEncoding is the compression Redshift chooses for a column that names none.
// Source: Redshift Database Developer Guide, "Compression encodings".
func DefaultEncoding(c *TableColumn, temporary bool) string {
	if temporary || c.SortKey != 0 {
		return "none"
	}
	switch c.Type.ID {
	case sqltype.Boolean, sqltype.Real, sqltype.Double, sqltype.Super:
		return "none"
	case sqltype.Char, sqltype.Varchar, sqltype.Varbyte:
		return "lzo"
	}
	return "az64"
}
