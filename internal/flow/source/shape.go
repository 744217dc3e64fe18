package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// CodeChanged is of a table that is not what it was described as.
const CodeChanged = "SourceTableChanged"

// Altered is the fault of a table that changed between its description and its rows.
func (n Name) Altered(how string) error {
	return &fault.Error{Kind: fault.Conflict, Code: CodeChanged, On: n.String(), Message: "the table was altered since its snapshot began: " + how, Hint: "load the table again"}
}

// KeyNames are the names of the key's columns.
func (t *Table) KeyNames() []string {
	all := make([]string, len(t.Key))
	for i, k := range t.Key {
		all[i] = t.Columns[k].Name
	}
	return all
}

// BadKey is the fault of a key with other columns than the table's.
func (t *Table) BadKey(key Key) error {
	return &fault.Error{Kind: fault.Invalid, Code: "SourceKey", On: t.Name.String(), Message: fmt.Sprintf("%q is not a value of the key (%s)", []string(key), strings.Join(t.KeyNames(), ", "))}
}

// Places are where the columns that are asked for stand in the table, which must be there as they were.
func (t *Table) Places(of *Table) ([]int, error) {
	all := make([]int, len(of.Columns))
	for i, c := range of.Columns {
		if all[i] = slices.IndexFunc(t.Columns, func(o Column) bool { return o.Name == c.Name }); all[i] < 0 || t.Columns[all[i]] != c {
			return nil, t.Name.Altered("column " + c.Name + " is not as it was")
		}
	}
	if len(of.Key) > 0 && !slices.Equal(t.KeyNames(), of.KeyNames()) {
		return nil, t.Name.Altered("the key is another")
	}
	return all, nil
}
