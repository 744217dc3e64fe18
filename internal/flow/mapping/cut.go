package mapping

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// cut is a rule with the settings of one table: the parts it is loaded in, and what
// becomes of its large objects.
type cut struct {
	identity
	table      source.Name
	columns    []string // Of ranges; none when the table is not cut so.
	boundaries [][]string
	partitions *Partitions
	lob        string // limited, unlimited or none; empty when the task's setting counts.
	size       int    // Bytes, of limited.
}

func readCut(f *fields, who identity) cut {
	r := cut{identity: who}
	if !f.has("object-locator") && *f.first == nil {
		*f.first = failed(who.id, "object locator cannot be null")
	}
	if at := f.object("object-locator"); at != nil {
		r.table = source.Name{Schema: at.text("schema-name"), Table: at.text("table-name")}
		at.done()
		if *f.first == nil && (r.table.Schema == "" || r.table.Table == "" || strings.Contains(r.table.Schema+r.table.Table, "%")) {
			*f.first = failed(who.id, "Exact schema and table name required when using table settings rule.")
		}
	}
	if action := f.text("rule-action"); action != "" {
		f.wrong("rule-action", "is %q; table-settings have none", action)
	}
	if p := f.object("parallel-load"); p != nil {
		r.parallel(p)
	}
	if l := f.object("lob-settings"); l != nil {
		r.large(l)
	}
	return r
}

// Partitions are those of a table that are loaded each on its own.
type Partitions struct {
	Names []string // None for all; else the rows of others are not loaded.
}

// parallel reads the parts of a table.
func (r *cut) parallel(p *fields) {
	switch sort := p.text("type"); sort {
	case "none":
	case "partitions-auto":
		r.partitions = &Partitions{}
	case "ranges":
		r.ranges(p)
	case "partitions-list":
		r.partitions = &Partitions{Names: p.strings("partitions")}
		if len(r.partitions.Names) == 0 {
			p.wrong("partitions", "is empty")
		}
		if p.has("subpartitions") {
			p.wrong("subpartitions", "is of Oracle sources only")
		}
	case "subpartitions-auto":
		p.wrong("type", "subpartitions-auto is of Oracle sources only")
	default:
		p.wrong("type", "is %q; it may be partitions-auto, partitions-list, ranges, none", sort)
	}
	p.take("batch-size")
	p.take("collection-count")
	p.done()
}

// mostColumns is how many columns a boundary may have.
const mostColumns = 10

func (r *cut) ranges(p *fields) {
	r.columns = p.strings("columns")
	if len(r.columns) == 0 || len(r.columns) > mostColumns {
		p.wrong("columns", "has %d names; allowed are 1 to %d", len(r.columns), mostColumns)
	}
	all := p.list("boundaries")
	if len(all) == 0 {
		p.wrong("boundaries", "is empty")
	}
	for i, n := range all {
		tuple, _ := n.([]any)
		if len(tuple) != len(r.columns) {
			p.wrong(fmt.Sprintf("boundaries[%d]", i), "must be a list of %d values, one for each column", len(r.columns))
		}
		var boundary []string
		for _, v := range tuple {
			switch v := v.(type) {
			case string:
				boundary = append(boundary, v)
			case json.Number:
				boundary = append(boundary, v.String())
			default:
				p.wrong(fmt.Sprintf("boundaries[%d]", i), "holds %s, not a string", kind(v))
			}
		}
		r.boundaries = append(r.boundaries, boundary)
	}
}

func (r *cut) large(l *fields) {
	r.lob = l.one("mode", "limited", "unlimited", "none")
	kb, ok := l.number("bulk-max-size", 1, 102400)
	r.size = kb << 10
	if r.lob == "limited" && !ok {
		l.wrong("bulk-max-size", "is missing, and limited needs it")
	}
	l.done()
}

// settings is the rule with the settings of a table, if there is one.
func (d *Document) settings(t source.Name) *cut {
	for i := range d.cuts {
		if d.cuts[i].table == t {
			return &d.cuts[i]
		}
	}
	return nil
}
