package load

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// fields maps the fields of a record to the table's columns, in the order of the file.
// Source: Redshift Database Developer Guide, "Column mapping options".
func (r *run) fields() ([]delimited.Column, error) {
	named := map[string]bool{}
	var cols []delimited.Column
	add := func(c *warehouse.TableColumn) {
		named[c.Name] = true
		cols = append(cols, delimited.Column{Name: c.Name, Type: c.Type, NotNull: c.NotNull})
	}
	for _, name := range r.Copy.Columns {
		c := r.table.Column(name)
		switch {
		case c == nil:
			return nil, warehouse.NoColumn(name, r.table.Name)
		case named[name]:
			return nil, &fault.Error{Kind: fault.Invalid, Code: "42701", On: name, Message: fmt.Sprintf("column %q specified more than once", name)}
		}
		add(c)
	}
	if r.Copy.Columns == nil {
		for i := range r.table.Columns {
			if c := &r.table.Columns[i]; c.Identity == nil || r.Copy.Options.ExplicitIDs {
				add(c)
			}
		}
	}
	return cols, r.checkLeftOut(named)
}

// checkLeftOut checks identity columns against EXPLICIT_IDS, and that columns left out may be empty.
func (r *run) checkLeftOut(named map[string]bool) error {
	explicit := r.Copy.Options.ExplicitIDs
	for i := range r.table.Columns {
		c := &r.table.Columns[i]
		id := c.Identity
		switch {
		case id != nil && !id.ByDefault && named[c.Name] && !explicit:
			return &fault.Error{Kind: fault.Invalid, Code: "0A000", On: c.Name,
				Message: fmt.Sprintf("cannot set an identity column to a value: column %q is in the column list", c.Name),
				Hint:    "Leave the column out, or add EXPLICIT_IDS to load its values from the file."}
		case id != nil && !named[c.Name] && explicit:
			return &fault.Error{Kind: fault.Invalid, Code: "0A000", On: c.Name,
				Message: fmt.Sprintf("EXPLICIT_IDS needs the identity column %q in the column list", c.Name)}
		case id == nil && c.NotNull && c.Default == "" && !named[c.Name]:
			return &fault.Error{Kind: fault.Invalid, Code: "23502", On: c.Name,
				Message: fmt.Sprintf("Missing data for not-null field: column %q is not loaded and has no default", c.Name)}
		}
	}
	return nil
}

func (r *run) columnList() string {
	names := make([]string, len(r.columns))
	for i, c := range r.columns {
		names[i] = warehouse.Quote(c.Name)
	}
	return strings.Join(names, ", ")
}

// options translates COPY's parameters for the scanner.
func (r *run) options() delimited.Options {
	o, f := &r.Copy.Options, &r.Copy.Format
	limit := int64(o.MaxError)
	if o.IgnoreAllErrors {
		limit = -1
	}
	return delimited.Options{CSV: f.Kind == "csv", Ordered: r.Ordered, Encoding: o.Encoding, Delimiter: f.Delimiter, Quote: f.Quote, NullAs: o.NullAs, IgnoreHeader: o.IgnoreHeader,
		DateFormat: o.DateFormat, TimeFormat: o.TimeFormat, Compression: r.Copy.Compression, MaxErrors: limit,
		AcceptAnyDate: o.AcceptAnyDate, AcceptInvChars: o.AcceptInvChars, InvChar: o.InvChar, BlanksAsNull: o.BlanksAsNull,
		EmptyAsNull: o.EmptyAsNull, Escape: o.Escape, FillRecord: o.FillRecord, IgnoreBlankLines: o.IgnoreBlankLines,
		RemoveQuotes: o.RemoveQuotes, RoundDec: o.RoundDec, TrimBlanks: o.TrimBlanks, TruncateColumns: o.TruncateColumns}
}
