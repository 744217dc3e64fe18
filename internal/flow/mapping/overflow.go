package mapping

import (
	"fmt"
	"sync"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// Overflow is a value that is longer than it may be. As an error it ends the table
// or the task, by its Policy.
type Overflow struct {
	Table  source.Name
	Column string     // The source's name.
	Key    source.Key // Of the row.
	Length int        // Bytes of the value.
	Limit  int        // Bytes it may have.
	LOB    bool       // It was cut at the limit for LOBs, which is no error of the data.
	Policy Policy
}

// String is the warning, in DMS's words when the value was cut.
func (o *Overflow) String() string {
	if o.Policy == IgnoreRecord {
		return o.Error() + "; the row is left out"
	}
	return fmt.Sprintf("The value of column '%s' in table '%s' was truncated to length %d", o.Column, o.Table, o.Limit)
}

// Error names the value and the column that cannot hold it.
func (o *Overflow) Error() string {
	return fmt.Sprintf("column %s of table %s, row %q: the value has %d bytes, and at most %d fit", o.Column, o.Table, []string(o.Key), o.Length, o.Limit)
}

// Unwrap tells doors and tasks what kind of error it is: the table's own when the
// policy is SuspendTable.
func (o *Overflow) Unwrap() error {
	kind := fault.Invalid
	if o.Policy == StopTask {
		kind = fault.Conflict
	}
	return &fault.Error{Kind: kind, Code: "DataTruncation", On: o.Table.String(), Message: o.Error(),
		Hint: "shorten the value in the source, leave the column out, or set DataTruncationErrorPolicy to LOG_ERROR, which loads such values cut"}
}

// Cuts counts the values that were cut, by table and column.
type Cuts struct {
	mu    sync.Mutex
	count map[source.Name]map[string]int64
}

// Add counts one value.
func (c *Cuts) Add(table source.Name, column string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count == nil {
		c.count = map[source.Name]map[string]int64{}
	}
	if c.count[table] == nil {
		c.count[table] = map[string]int64{}
	}
	c.count[table][column]++
}

// Of is how many values of each column of a table were cut.
func (c *Cuts) Of(table source.Name) map[string]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]int64{}
	for column, n := range c.count[table] {
		all[column] = n
	}
	return all
}
