package dialect

import (
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// typeName is a type as written: its words, its arguments, and where it stands.
type typeName struct {
	name  string
	args  []int
	array bool
	at    token
}

// typeStarts are the first words of types of more than one word, with what may follow.
var typeStarts = map[string][][]string{
	"double":    {{"precision"}},
	"character": {{"varying"}},
	"char":      {{"varying"}},
	"nchar":     {{"varying"}},
	"national":  {{"character", "varying"}, {"char", "varying"}, {"character"}, {"char"}},
	"binary":    {{"varying"}},
	"bit":       {{"varying"}},
}

// typeName reads a type with its arguments.
func (c *cursor) typeName() typeName {
	t := typeName{at: c.peek()}
	if t.at.kind == tokenQuoted {
		t.name = catalogType(c.next().val)
	} else {
		t.name = c.typeWords()
	}
	t.args = c.typeArguments()
	if t.name == "time" || t.name == "timestamp" {
		t.name += c.zone()
	}
	if t.name == "interval" {
		t.name += c.intervalFields()
	}
	for c.acceptOp("[") {
		t.array = true
		if c.peek().kind == tokenNumber {
			c.next()
		}
		c.expectOp("]")
	}
	return t
}

// catalogType names a quoted type: "char" in quotes is the catalog's one-byte type.
func catalogType(quoted string) string {
	if quoted == "char" {
		return `"char"`
	}
	return quoted
}

func (c *cursor) typeWords() string {
	if c.is("pg_catalog") && c.peekAt(1).is(".") {
		c.i += 2
		if c.peek().kind == tokenQuoted {
			return catalogType(c.next().val)
		}
	}
	name := c.typeWord()
	for _, more := range typeStarts[name] {
		if c.accept(more...) {
			name = strings.TrimPrefix(name+" "+strings.Join(more, " "), "national ")
			break
		}
	}
	switch name {
	case "char varying", "nchar varying", "character varying":
		return "character varying"
	}
	return name
}

// typeWord takes any word that is not reserved; types such as "timestamp" are not.
func (c *cursor) typeWord() string {
	t := c.peek()
	if t.kind != tokenWord || reserved[t.val] {
		c.syntax()
		return ""
	}
	c.i++
	return t.val
}

func (c *cursor) typeArguments() []int {
	if !c.acceptOp("(") {
		return nil
	}
	var args []int
	for {
		if c.accept("max") {
			args = append(args, sqltype.Max)
		} else {
			args = append(args, c.typeArgument())
		}
		if !c.acceptOp(",") {
			break
		}
	}
	c.expectOp(")")
	return args
}

func (c *cursor) typeArgument() int {
	t := c.peek()
	n, err := strconv.ParseInt(t.val, 10, 32)
	if t.kind != tokenNumber || err != nil {
		c.syntax()
		return 0
	}
	c.i++
	return int(n)
}

func (c *cursor) zone() string {
	for _, z := range []string{"with", "without"} {
		if c.accept(z, "time", "zone") {
			return " " + z + " time zone"
		}
	}
	return ""
}

var intervalUnits = []string{"year", "month", "day", "hour", "minute", "second"}

func (c *cursor) intervalFields() string {
	from := c.acceptAny(intervalUnits...)
	if from == "" {
		return ""
	}
	if from == "second" {
		c.typeArguments()
	}
	if !c.accept("to") {
		if from == "year" || from == "month" {
			return " year to month"
		}
		return " day to second"
	}
	to := c.acceptAny(intervalUnits...)
	c.typeArguments()
	if to == "" {
		c.syntax()
	}
	if to == "month" {
		return " year to month"
	}
	return " day to second"
}

// columnType reads the type of a declared column. owner is "table.column" for the error text.
func (c *cursor) columnType(owner string) sqltype.Type {
	t := c.typeName()
	if c.err != nil {
		return sqltype.Type{}
	}
	typ, err := sqltype.Parse(t.name, t.args...)
	switch {
	case t.array:
		c.fail(t.at, codeUnsupported, `Column "%s" has unsupported type "%s[]".`, owner, t.name)
	case err == nil:
		return typ
	case strings.Contains(err.Error(), "not supported"):
		c.fail(t.at, codeUnsupported, `Column "%s" has unsupported type "%s".`, owner, t.name)
	case strings.Contains(err.Error(), "does not exist"):
		c.fail(t.at, codeNoType, "%s", err)
	default:
		c.fail(t.at, codeInvalidValue, "%s", err)
	}
	return sqltype.Type{}
}
