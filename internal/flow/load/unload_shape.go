package load

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// shape is how the columns of a query stand in files.
type shape struct {
	partition []int // columns that name folders
	written   []int // columns in the files
	widths    []int // of FIXEDWIDTH, for each written column
}

// arrange reads PARTITION BY and FIXEDWIDTH.
func (u *unload) arrange() (l shape, err error) {
	names, include := strings.CutSuffix(u.options["partition"], " include")
	if u.has("partition") {
		for name := range strings.SplitSeq(names, ",") {
			i := slices.IndexFunc(u.Columns, func(c UnloadColumn) bool { return c.Name == name })
			if i < 0 {
				return l, &fault.Error{Kind: fault.Invalid, Code: "42703", Op: "UNLOAD", On: name, Message: fmt.Sprintf("column %q of PARTITION BY is not in the query", name)}
			}
			l.partition = append(l.partition, i)
		}
	}
	for i := range u.Columns {
		if include || !slices.Contains(l.partition, i) {
			l.written = append(l.written, i)
		}
	}
	if len(l.written) == 0 {
		return l, &fault.Error{Kind: fault.Invalid, Code: "0A000", Op: "UNLOAD", Message: "PARTITION BY needs at least one column that is not in it, or INCLUDE"}
	}
	if spec, ok := u.options["fixedwidth"]; ok {
		l.widths, err = widths(spec, len(l.written))
	}
	return l, err
}

// widths reads 'label:width,…': the labels mean nothing.
func widths(spec string, columns int) ([]int, error) {
	var all []int
	for part := range strings.SplitSeq(spec, ",") {
		_, width, _ := strings.Cut(part, ":")
		n, err := strconv.Atoi(strings.TrimSpace(width))
		if err != nil || n < 1 {
			return nil, &fault.Error{Kind: fault.Invalid, Code: "0A000", Op: "UNLOAD", Message: fmt.Sprintf("FIXEDWIDTH takes 'label:width,…', not %q", part)}
		}
		all = append(all, n)
	}
	if len(all) != columns {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "0A000", Op: "UNLOAD", Message: fmt.Sprintf("FIXEDWIDTH has %d widths for %d columns", len(all), columns)}
	}
	return all, nil
}

// nowhere is the folder of NULL and of empty text, as Hive calls it.
const nowhere = "__HIVE_DEFAULT_PARTITION__"

// folder names the partition of these values, which are NULL where nil.
func (u *unload) folder(values [][]byte) string {
	var b strings.Builder
	for i, v := range values {
		b.WriteString(hive(u.Columns[u.partition[i]].Name) + "=")
		if len(v) == 0 {
			b.WriteString(nowhere)
		} else {
			b.WriteString(hive(string(v)))
		}
		b.WriteByte('/')
	}
	return b.String()
}

// hive writes as %XX what means something else in a path.
func hive(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c < 0x20 || c == 0x7f || strings.IndexByte(`"#%'*/:=?\{[]^`, c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
