package session

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Rehearser says what a COPY would do; a Loader that is none refuses it.
type Rehearser interface {
	Rehearse(ctx context.Context, c *warehouse.Client, r load.RehearseRequest) (*load.Rehearsal, error)
}

// rehearsalColumns are those of REHEARSE's result.
func rehearsalColumns(x *dialect.Rehearse) []string {
	if x.JSON {
		return []string{"rehearsal"}
	}
	return []string{"part", "object", "line", "column_name", "count", "detail"}
}

// rehearse runs REHEARSE. It takes no lock and opens no transaction.
func (s *Session) rehearse(ctx context.Context, x *dialect.Rehearse) (*Result, error) {
	loader, ok := s.manager.cfg.Loader.(Rehearser)
	if !ok {
		return nil, unsupported(x)
	}
	cp, err := s.rehearsed(ctx, x.Copy)
	if err != nil {
		return nil, err
	}
	out, err := loader.Rehearse(ctx, s.client, load.RehearseRequest{Copy: cp, User: s.user, PID: s.opt.PID, Limit: x.Limit})
	if err != nil {
		return nil, err
	}
	lines := rehearsalLines(out)
	if x.JSON {
		text, err := json.Marshal(out)
		if err != nil {
			return nil, fmt.Errorf("write the rehearsal: %w", err)
		}
		lines = [][]string{{string(text)}}
	}
	return list("REHEARSE", rehearsalColumns(x), lines), nil
}

// rehearsed is the COPY with its table's schema, also that of a table that is to be made.
func (s *Session) rehearsed(ctx context.Context, x *dialect.Copy) (*dialect.Copy, error) {
	x, err := s.templated(ctx, x)
	if err != nil {
		return nil, err
	}
	cp := *x
	t, err := s.copyTarget(ctx, x.Table)
	switch {
	case err == nil:
		cp.Table.Schema = t.Schema
	case fault.KindOf(err) == fault.NotFound:
		if cp.Table.Schema, err = s.place(x.Table); err != nil {
			return nil, err
		}
	default:
		return nil, err
	}
	cp.Table.Database = ""
	return &cp, nil
}

// rehearsalLines is a report as rows.
func rehearsalLines(r *load.Rehearsal) [][]string {
	var all [][]string
	add := func(part, object string, more ...string) {
		line := make([]string, 6)
		line[0], line[1] = part, object
		copy(line[2:], more)
		all = append(all, line)
	}
	count := func(n int64) string { return strconv.FormatInt(n, 10) }
	verdict := "COPY would load all files"
	switch {
	case !r.Passes:
		verdict = r.Error
	case !r.Exists:
		verdict += ", once there is the table below"
	}
	add("result", r.Table, "", "", "", verdict)
	if r.Hint != "" {
		add("hint", r.Table, "", "", "", r.Hint)
	}
	add("rows", r.Table, "", "", count(r.Rows), fmt.Sprintf("%d of %d bytes read, %d rows a second", r.RawBytes, r.Bytes, r.RowsPerSecond))
	add("rejected rows", r.Table, "", "", count(r.Rejected))
	for _, a := range r.Access {
		add("access", a.Resource, "", "", "", a.Action+": "+a.State+within(a.Hop))
	}
	add("files", r.Source, "", "", count(int64(r.Files)))
	for _, f := range r.FileList {
		add("file", f.URL, "", "", count(f.Rows), fmt.Sprintf("%d bytes, %d rejected", f.Bytes, f.Rejected))
	}
	for _, e := range r.Rejections {
		line, value := "", ""
		if e.Line > 0 {
			line, value = count(e.Line), fmt.Sprintf(": %q", e.Value)
		}
		add("rejection", e.URL, line, e.Column, "", fmt.Sprintf("%s (code %d)%s", e.Reason, e.Code, value))
	}
	for _, c := range r.Columns {
		add("column", c.Type, "", c.Name, count(c.Values), columnDetail(&c))
	}
	if r.Create != "" {
		add("create", r.Table, "", "", "", r.Create)
	}
	for _, n := range r.Notes {
		add("note", r.Table, "", "", "", n)
	}
	return all
}

func within(hop string) string {
	if hop == "" {
		return ""
	}
	return " in " + hop
}

// as names an example, if there is one.
func as(example string) string {
	if example == "" {
		return ""
	}
	return fmt.Sprintf(", as %q", example)
}

// columnDetail says in a line how the values fit.
func columnDetail(c *load.ColumnFinding) string {
	text := fmt.Sprintf("%d NULL", c.Nulls)
	if c.Longest > 0 {
		text += fmt.Sprintf(", longest %d bytes", c.Longest)
	}
	if c.Narrowest != "" {
		text += ", narrowest " + c.Narrowest
	}
	if c.Truncated > 0 {
		text += fmt.Sprintf("; %d cut by TRUNCATECOLUMNS", c.Truncated)
	}
	if c.Inexact > 0 {
		text += fmt.Sprintf("; %d lose digits behind the point", c.Inexact)
	}
	if c.Unfit > 0 {
		text += fmt.Sprintf("; %d do not fit%s: %s", c.Unfit, as(c.Example), c.Reason)
	} else if c.Narrowest == "" && c.Values > 0 {
		text += "; no type takes all values"
	}
	return text
}
