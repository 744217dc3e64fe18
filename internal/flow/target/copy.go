package target

import (
	"strings"

	"github.com/inlet-data/inlet/internal/flow/mapping"
)

// CopyOptions are the settings of a Redshift endpoint that reach COPY.
type CopyOptions struct {
	AcceptAnyDate   bool
	DateFormat      string // "" is auto.
	TimeFormat      string // "" is auto.
	EmptyAsNull     bool
	TrimBlanks      bool
	TruncateColumns bool
	ExplicitIDs     bool
	InvalidChar     string // What stands for invalid characters; "" refuses them.
	CompUpdate      bool   // Encodings are chosen by the first load of an empty table.
}

// copyInto is the COPY of a manifest into columns of a table. NULL is a lone NUL, the one
// character that no text holds: whether a quoted null string is text or NULL, Redshift's
// documents do not say, but '\000' they explain.
func (t *Target) copyInto(table string, columns []string, c Chunk) string {
	var b strings.Builder
	b.WriteString("COPY " + table + " (" + Quoted(columns) + ") FROM " + t.Literal(c.Manifest))
	if t.cfg.Role == "" {
		b.WriteString(" IAM_ROLE DEFAULT")
	} else {
		b.WriteString(" IAM_ROLE " + t.Literal(t.cfg.Role))
	}
	b.WriteString(" MANIFEST FORMAT CSV NULL AS '\\000'")
	if t.cfg.Region != "" {
		b.WriteString(" REGION " + t.Literal(t.cfg.Region))
	}
	if c.Gzip {
		b.WriteString(" GZIP")
	}
	if c.MaxError > 0 {
		b.WriteString(" MAXERROR " + number(int64(c.MaxError)))
	}
	b.WriteString(t.cfg.Copy.clauses(t))
	return b.String()
}

func (o CopyOptions) clauses(t *Target) string {
	format := func(word, f string) string {
		if f == "" {
			f = "auto"
		}
		return " " + word + " " + t.Literal(f)
	}
	sql := format("DATEFORMAT", o.DateFormat) + format("TIMEFORMAT", o.TimeFormat)
	for _, w := range []struct {
		on   bool
		word string
	}{
		{o.AcceptAnyDate, "ACCEPTANYDATE"}, {o.EmptyAsNull, "EMPTYASNULL"}, {o.TrimBlanks, "TRIMBLANKS"},
		{o.TruncateColumns, "TRUNCATECOLUMNS"}, {o.ExplicitIDs, "EXPLICIT_IDS"},
		{o.InvalidChar != "", "ACCEPTINVCHARS AS " + t.Literal(o.InvalidChar)},
		{o.CompUpdate, "COMPUPDATE ON"}, {!o.CompUpdate, "COMPUPDATE OFF"}, {true, "STATUPDATE OFF"},
	} {
		if w.on {
			sql += " " + w.word
		}
	}
	return sql
}

// Statement is the COPY of a plan's rows, for those who want to see it.
func (t *Target) Statement(p *mapping.Plan, c Chunk) string {
	return t.copyInto(Qualified(p.Schema, p.Table), columnNames(p), c)
}
