package postgres

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// relation is a table as the log announces it before its first row, and again after it was altered.
type relation struct {
	oid      uint32
	name     source.Name
	identity byte
	columns  []announced
}

// announced is a column in the log: without what only the catalog knows.
type announced struct {
	name string
	key  bool
	oid  uint32
	mod  int32
}

func parseRelation(c *cursor) (*relation, error) {
	r := &relation{oid: uint32(c.uint(4))}
	r.name.Schema, r.name.Table = c.string(), c.string()
	if r.name.Schema == "" {
		r.name.Schema = "pg_catalog" // As the protocol shortens it.
	}
	r.identity = byte(c.uint(1))
	for range c.uint(2) {
		a := announced{key: c.uint(1)&1 != 0, name: c.string(), oid: uint32(c.uint(4)), mod: int32(c.uint(4))}
		if c.short {
			return nil, errMalformed
		}
		r.columns = append(r.columns, a)
	}
	if c.short || len(r.columns) == 0 {
		return nil, errMalformed
	}
	return r, nil
}

// attribute is a column in the catalog, also one that was dropped.
type attribute struct {
	number   int
	name     string // "" when it was dropped.
	oid      uint32
	mod      int32
	nullable bool
	missing  string // What rows from before the column was added have in it, in SQL.
}

const attributesQuery = `SELECT attnum, CASE WHEN attisdropped THEN '' ELSE attname END, atttypid, atttypmod, attnotnull,
 CASE WHEN atthasmissing AND NOT attisdropped THEN quote_literal((attmissingval::text::text[])[1]) END
 FROM pg_attribute WHERE attrelid = $1::oid AND attnum > 0 AND attgenerated = '' ORDER BY attnum`

func (c *conn) attributes(oid uint32) ([]attribute, error) {
	rows, err := c.query(attributesQuery, strconv.FormatUint(uint64(oid), 10))
	if err != nil {
		return nil, err
	}
	all := make([]attribute, len(rows))
	for i, r := range rows {
		number, err1 := strconv.Atoi(r[0])
		typ, err2 := strconv.ParseUint(r[2], 10, 32)
		mod, err3 := strconv.ParseInt(r[3], 10, 32)
		if err1 != nil || err2 != nil || err3 != nil {
			return nil, errMalformed
		}
		all[i] = attribute{number: number, name: r[1], oid: uint32(typ), mod: int32(mod), nullable: r[4] != "t", missing: r[5]}
	}
	return all, nil
}

// shape is the table of a relation: of what the log says, with what the catalog adds to it.
func (c *conn) shape(r *relation) (*table, error) {
	now, err := c.describeOID(r.name, r.oid)
	if err != nil && fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Unsupported {
		return nil, err
	}
	attributes, err := c.attributes(r.oid)
	if err != nil {
		return nil, err
	}
	t := &table{Table: source.Table{Name: r.name}, identity: r.identity}
	if now != nil {
		t.oid, t.Rows, t.partitioned = now.oid, now.Rows, now.partitioned
	}
	for i, a := range number(r.columns, attributes) {
		col := column{Column: source.Column{Name: r.columns[i].name, Nullable: !r.columns[i].key}, oid: r.columns[i].oid, mod: r.columns[i].mod, number: a.number}
		if a.name == col.Name && a.oid == col.oid {
			col.Nullable, col.missing = a.nullable, a.missing
		}
		t.columns = append(t.columns, col)
	}
	if err := c.describeTypes(t); err != nil {
		return nil, err
	}
	t.Key = t.announcedKey(r, now)
	t.mark()
	return t, nil
}

// number finds announced columns in the catalog, which may be ahead of the log: those of the same name;
// of the others, which were renamed or dropped since, the ones that their places leave.
func number(columns []announced, all []attribute) []attribute {
	found := make([]attribute, len(columns))
	next := 0 // The first attribute that may be the next column's.
	for i, a := range columns {
		if j := slices.IndexFunc(all[next:], func(x attribute) bool { return x.name == a.name }); j >= 0 {
			found[i] = all[next+j]
			next += j + 1
			continue
		}
		gap := all[next:]
		if j := slices.IndexFunc(gap, func(x attribute) bool {
			return slices.ContainsFunc(columns, func(o announced) bool { return o.name == x.name })
		}); j >= 0 {
			gap = gap[:j]
		}
		// A dropped column keeps only the modifier of its type.
		j := slices.IndexFunc(gap, func(x attribute) bool { return x.name == "" && x.mod == a.mod })
		if j < 0 {
			j = slices.IndexFunc(gap, func(x attribute) bool { return x.oid == a.oid && x.mod == a.mod })
		}
		if j >= 0 {
			found[i] = gap[j]
			next += j + 1
		}
	}
	return found
}

// announcedKey is the key by which the log tells rows apart, in the catalog's order where that has the same.
func (t *table) announcedKey(r *relation, now *table) []int {
	var flagged, known []int
	for i, a := range r.columns {
		if a.key {
			flagged = append(flagged, i)
		}
	}
	if now != nil {
		for _, name := range now.KeyNames() {
			if i := t.find(name); i >= 0 {
				known = append(known, i)
			}
		}
		if len(known) < len(now.Key) {
			known = nil
		}
	}
	if r.identity == 'f' || len(flagged) == 0 {
		return known // All columns are flagged, or none.
	}
	if sorted := slices.Sorted(slices.Values(known)); slices.Equal(sorted, flagged) {
		return known
	}
	return flagged
}

// differences is the statement that makes one shape of a table the other, "" when they are alike. New names
// come first, so that columns that change keep their values.
func differences(was, is *table) string {
	var names []naming
	var clauses []string
	kept := map[int]bool{} // Columns of is that was has.
	for i := range was.columns {
		old := &was.columns[i]
		j := follow(was, is, i)
		if j < 0 {
			clauses = append(clauses, "DROP COLUMN "+ident(old.Name))
			continue
		}
		kept[j] = true
		now := &is.columns[j]
		if now.Name != old.Name {
			names = append(names, naming{old.Name, now.Name})
		}
		if now.oid != old.oid || now.mod != old.mod {
			clauses = append(clauses, fmt.Sprintf("ALTER COLUMN %s TYPE %s", ident(now.Name), now.Declared))
		}
	}
	for j := range is.columns {
		if !kept[j] {
			clauses = append(clauses, "ADD COLUMN "+ident(is.columns[j].Name)+" "+is.columns[j].Declared+is.columns[j].before())
		}
	}
	if clauses = append(renames(names), clauses...); len(clauses) == 0 {
		return ""
	}
	return "ALTER TABLE " + identOf(is.Name) + " " + strings.Join(clauses, ", ")
}

// naming is a column's old name and its new one.
type naming struct{ from, to string }

// renames orders new names so that each is free when it is taken; where names go round, one waits under a third.
func renames(all []naming) []string {
	var clauses []string
	for len(all) > 0 {
		i := slices.IndexFunc(all, func(n naming) bool {
			return !slices.ContainsFunc(all, func(o naming) bool { return o.from == n.to })
		})
		if i < 0 {
			aside := all[0].from + "_renamed"
			clauses = append(clauses, "RENAME COLUMN "+ident(all[0].from)+" TO "+ident(aside))
			all[0].from = aside
			continue
		}
		clauses = append(clauses, "RENAME COLUMN "+ident(all[i].from)+" TO "+ident(all[i].to))
		all = slices.Delete(all, i, i+1)
	}
	return clauses
}

// before says what rows have in a column that was added to them.
func (c *column) before() string {
	if c.missing == "" {
		return ""
	}
	return " DEFAULT " + c.missing
}

// follow finds a column of the old shape in the new one: by its number, which a column keeps for
// life, where the catalog still knew it, else by its name.
func follow(was, is *table, i int) int {
	old := &was.columns[i]
	if old.number > 0 {
		if j := slices.IndexFunc(is.columns, func(c column) bool { return c.number == old.number }); j >= 0 {
			return j
		}
	}
	j := is.find(old.Name)
	if j >= 0 && old.number > 0 && is.columns[j].number > 0 {
		return -1 // Another column has the name by now.
	}
	return j
}
