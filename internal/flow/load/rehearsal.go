package load

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// RehearseRequest is a COPY that shall load nothing.
type RehearseRequest struct {
	Copy  *dialect.Copy
	User  warehouse.User
	PID   int32
	Limit int // So many files and rejected rows are listed; all are counted.
}

// Rehearsal is what a COPY would do, and why it would fail.
type Rehearsal struct {
	Query  int64  `json:"query"` // inlet why takes it
	Table  string `json:"table"`
	Exists bool   `json:"exists"` // The table does; else Create has the one that was assumed.
	Source string `json:"source"`

	Passes bool   `json:"passes"`
	Error  string `json:"error,omitempty"` // why it would fail
	Hint   string `json:"hint,omitempty"`

	Files         int     `json:"files"` // that match
	Bytes         int64   `json:"bytes"` // as stored
	RawBytes      int64   `json:"raw_bytes"`
	Rows          int64   `json:"rows"`
	Rejected      int64   `json:"rejected_rows"`
	Seconds       float64 `json:"seconds"`
	RowsPerSecond int64   `json:"rows_per_second"`

	Access     []Access        `json:"access"`
	FileList   []RehearsedFile `json:"file_list"`
	Rejections []Rejection     `json:"rejections"`
	Columns    []ColumnFinding `json:"columns"`
	Create     string          `json:"create,omitempty"`
	Notes      []string        `json:"notes,omitempty"`
}

// The states of an Access.
const (
	Allowed    = "allowed"
	Refused    = "denied"
	NotReached = "not reached"
)

// Access is one right that the COPY needs.
type Access struct {
	Action   string `json:"action"`
	Resource string `json:"resource"`
	State    string `json:"state"`
	Hop      string `json:"hop,omitempty"`  // where it is refused
	Hint     string `json:"hint,omitempty"` // what mends it
}

// RehearsedFile is a file that matches.
type RehearsedFile struct {
	URL      string `json:"url"`
	Bytes    int64  `json:"bytes"`
	Rows     int64  `json:"rows"`
	Rejected int64  `json:"rejected_rows"`
}

// Rejection is a row that would be rejected, or a whole file where Line is 0.
type Rejection struct {
	URL      string `json:"url"`
	Line     int64  `json:"line,omitempty"`
	Column   string `json:"column,omitempty"`
	Position int    `json:"position"`
	Code     int    `json:"code"`
	Reason   string `json:"reason"`
	Value    string `json:"value"`
}

// ColumnFinding is how a column's values fit its type.
type ColumnFinding struct {
	Name      string `json:"name"`
	Type      string `json:"type"` // the suggested one where there is no table
	Values    int64  `json:"values"`
	Nulls     int64  `json:"nulls"`
	Unfit     int64  `json:"unfit"`     // values that do not fit
	Truncated int64  `json:"truncated"` // values that TRUNCATECOLUMNS would cut
	Inexact   int64  `json:"inexact"`   // decimals with more digits behind the point than the column has
	Longest   int    `json:"longest"`   // bytes of the longest value
	Narrowest string `json:"narrowest"` // type that takes all values, "" when none does or there is no value
	Example   string `json:"example,omitempty"`
	Reason    string `json:"reason,omitempty"` // why Example does not fit
}

// judge says whether the COPY would pass, after everything was counted.
func (r *rehearsal) judge() {
	out, limit := r.out, int64(max(1, r.Copy.Options.MaxError))
	if out.Error == "" && out.Rejected >= limit && !r.Copy.Options.IgnoreAllErrors {
		out.Error = fmt.Sprintf("COPY would fail: %s rejected, and MAXERROR is %d.", plural(out.Rejected, "row is", "rows are"), r.Copy.Options.MaxError)
		out.Hint = "Mend the files or the columns, or let COPY pass over them with MAXERROR n."
	}
	switch {
	case out.Error != "":
	case !out.Exists && out.Create == "":
		out.Error, out.Hint = "Cannot COPY into nonexistent table "+r.Copy.Table.Name, "Create it: no file tells what its columns are."
	case out.Files > 0 && out.Rows+out.Rejected == 0:
		r.note("No file has any row.")
	}
	out.Passes = out.Error == ""
	if out.Seconds > 0 {
		out.RowsPerSecond = int64(float64(out.Rows+out.Rejected) / out.Seconds)
	}
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n) + " " + many
}

// note tells of something once.
func (r *rehearsal) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, n := range r.out.Notes {
		if n == text {
			return
		}
	}
	r.out.Notes = append(r.out.Notes, text)
}

// shown is a value for a report: a line, not too long.
func shown(b []byte) string {
	const most = 80
	text := strings.ToValidUTF8(string(b[:min(len(b), most)]), "\uFFFD")
	if len(b) > most {
		text += "…"
	}
	return text
}
