package verify

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Result is what comparing a table found.
type Result struct {
	Table       source.Name // In the source.
	Target      source.Name // In the warehouse.
	Equal       bool
	SourceRows  int64
	TargetRows  int64
	SourceSum   Checksum
	TargetSum   Checksum
	Ranges      int
	Unequal     int // Ranges whose rows had to be set against each other.
	Keyless     bool
	Differences []Difference    // The first ones.
	More        bool            // There are others.
	Moved       int64           // Rows that differed at first and were equal when they were read again.
	Moving      int64           // Rows that changed each time they were read.
	Position    source.Position // Up to which the task had applied changes when the last difference was read; "" when none was in flight.
	Skipped     []string        // Columns that are not compared: their values do not follow from the source's.
	Elapsed     time.Duration
	Err         error // Why the table could not be compared.
}

// State is the result in the words of table statistics.
func (r *Result) State() string {
	switch {
	case r.Err != nil:
		return "Table error"
	case len(r.Differences) > 0 || r.More:
		return "Mismatched records"
	case r.Moving > 0:
		return "Suspended records"
	case r.Keyless:
		return "No primary key"
	}
	return "Validated"
}

// Kind is how a row differs, in DMS's words.
type Kind string

// The kinds of difference.
const (
	RecordDiff    Kind = "RECORD_DIFF"
	MissingSource Kind = "MISSING_SOURCE" // The warehouse has the row, or more copies of it.
	MissingTarget Kind = "MISSING_TARGET"
)

// Difference is a row that differs.
type Difference struct {
	Key     source.Key // Its values; the whole row, where the table has no key.
	Names   []string   // Of the key's columns in the warehouse.
	Kind    Kind
	Copies  int      // How many rows the warehouse has with this key.
	Columns []string // Those that differ, of RecordDiff.
	Source  []string // Their values, cut after 100 bytes.
	Target  []string

	extra          int64 // Copies that the source does not have.
	source, target Checksum
}

// byKey sorts differences, numbers as numbers.
func byKey(a, b Difference) int {
	return slices.CompareFunc(a.Key, b.Key, func(x, y string) int {
		n, err1 := strconv.ParseFloat(x, 64)
		m, err2 := strconv.ParseFloat(y, 64)
		if err1 == nil && err2 == nil && n != m {
			return cmp.Compare(n, m)
		}
		return strings.Compare(x, y)
	})
}

// Record is the difference as KEY and DETAILS of awsdms_validation_failures_v1 hold it.
func (d *Difference) Record() (key, details string) {
	k := make(map[string]string, len(d.Key))
	for i, v := range d.Key {
		k[d.name(i)] = v
	}
	values := make([]map[string]string, len(d.Columns))
	for i, c := range d.Columns {
		values[i] = map[string]string{"column": c, "source": d.Source[i], "target": d.Target[i]}
	}
	return text(k), text(values)
}

func (d *Difference) name(i int) string {
	if i < len(d.Names) {
		return d.Names[i]
	}
	return "row"
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// String names the row and what is wrong with it.
func (d *Difference) String() string {
	s := string(d.Kind)
	for i, k := range d.Key {
		s += fmt.Sprintf(" %s=%q", d.name(i), k)
	}
	for i, c := range d.Columns {
		s += fmt.Sprintf("; %s is %s in the source, %s in the warehouse", c, d.Source[i], d.Target[i])
	}
	if d.Copies > 1 {
		s += fmt.Sprintf("; the warehouse has it %d times", d.Copies)
	}
	return s
}

// Checksum is a sum of hashes of rows, the same in any order.
type Checksum struct{ A, B uint64 }

// String prints 32 hexadecimal digits.
func (c Checksum) String() string { return fmt.Sprintf("%016x%016x", c.A, c.B) }

func (c *Checksum) add(o Checksum) { c.A, c.B = c.A+o.A, c.B+o.B }

func checksum(hash []byte) Checksum {
	return Checksum{binary.LittleEndian.Uint64(hash), binary.LittleEndian.Uint64(hash[8:])}
}

// tally is a number of rows with their sum.
type tally struct {
	rows int64
	sum  Checksum
}

func (t *tally) add(sum Checksum) { t.rows++; t.sum.add(sum) }

func (t *tally) merge(o tally) { t.rows += o.rows; t.sum.add(o.sum) }
