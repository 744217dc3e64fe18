package policy

import "strings"

// verdict is what comparing one policy value with one request value gives.
type verdict uint8

const (
	no verdict = iota
	yes
	unreadable // one of the two is not of the operator's type
)

// comparer is one policy value under its operator.
type comparer interface {
	compare(actual string, ctx Context) verdict
}

// operator is a condition operator without prefix and suffix.
type operator struct {
	negated bool
	null    bool
	make    func(value string, variables bool) comparer
}

// quantifier is the set prefix of an operator.
type quantifier uint8

const (
	single quantifier = iota
	forAny
	forAll
)

// operators is keyed by lower-case name, because evaluation ignores case.
var operators = map[string]operator{
	"stringequals":              {make: newText},
	"stringnotequals":           {make: newText, negated: true},
	"stringequalsignorecase":    {make: newFolded},
	"stringnotequalsignorecase": {make: newFolded, negated: true},
	"stringlike":                {make: newLike},
	"stringnotlike":             {make: newLike, negated: true},
	"numericequals":             {make: numeric(equal)},
	"numericnotequals":          {make: numeric(equal), negated: true},
	"numericlessthan":           {make: numeric(less)},
	"numericlessthanequals":     {make: numeric(less | equal)},
	"numericgreaterthan":        {make: numeric(greater)},
	"numericgreaterthanequals":  {make: numeric(greater | equal)},
	"dateequals":                {make: dated(equal)},
	"datenotequals":             {make: dated(equal), negated: true},
	"datelessthan":              {make: dated(less)},
	"datelessthanequals":        {make: dated(less | equal)},
	"dategreaterthan":           {make: dated(greater)},
	"dategreaterthanequals":     {make: dated(greater | equal)},
	"bool":                      {make: newTruth},
	"binaryequals":              {make: newBinary},
	"ipaddress":                 {make: newNetwork},
	"notipaddress":              {make: newNetwork, negated: true},
	"arnequals":                 {make: newARN},
	"arnlike":                   {make: newARN},
	"arnnotequals":              {make: newARN, negated: true},
	"arnnotlike":                {make: newARN, negated: true},
	"null":                      {make: newTruth, null: true},
}

// modifiers are what stands around an operator's name.
type modifiers struct {
	set      quantifier
	ifExists bool
}

// findOperator takes a name such as ForAnyValue:StringLikeIfExists apart.
func findOperator(name string) (operator, modifiers, bool) {
	var m modifiers
	n := strings.ToLower(name)
	if rest, ok := strings.CutPrefix(n, "foranyvalue:"); ok {
		n, m.set = rest, forAny
	} else if rest, ok := strings.CutPrefix(n, "forallvalues:"); ok {
		n, m.set = rest, forAll
	}
	n, m.ifExists = strings.CutSuffix(n, "ifexists")
	op, ok := operators[n]
	return op, m, ok && !(op.null && m.ifExists)
}

// textValue is StringEquals.
type textValue struct {
	template template
	text     string // of a template without variables
}

func newText(v string, variables bool) comparer {
	t := parseTemplate(v, grammar{variables: variables})
	return &textValue{t, fixedText(t)}
}

func fixedText(t template) string {
	seq, ok := t.expand(nil)
	if !ok {
		return ""
	}
	return string(seq)
}

// fill gives the value's text for this request.
func (v *textValue) fill(ctx Context) (string, bool) {
	if v.template.fixed {
		return v.text, true
	}
	seq, ok := v.template.expand(ctx)
	return string(seq), ok
}

func (v *textValue) compare(actual string, ctx Context) verdict {
	s, ok := v.fill(ctx)
	return verdictOf(ok && s == actual)
}

// foldedValue is StringEqualsIgnoreCase.
type foldedValue struct{ textValue }

func newFolded(v string, variables bool) comparer {
	t := parseTemplate(v, grammar{variables: variables})
	return &foldedValue{textValue{t, fixedText(t)}}
}

func (v *foldedValue) compare(actual string, ctx Context) verdict {
	s, ok := v.fill(ctx)
	return verdictOf(ok && strings.EqualFold(s, actual))
}

// likeValue is StringLike.
type likeValue struct{ pattern pattern }

func newLike(v string, variables bool) comparer {
	return &likeValue{compilePattern(v, grammar{wild: true, variables: variables}, false)}
}

func (v *likeValue) compare(actual string, ctx Context) verdict {
	return verdictOf(v.pattern.match(actual, ctx))
}

// truthValue is Bool; Null reads its policy values with it too.
type truthValue struct{ textValue }

func newTruth(v string, variables bool) comparer {
	t := parseTemplate(v, grammar{variables: variables})
	return &truthValue{textValue{t, fixedText(t)}}
}

func (v *truthValue) compare(actual string, ctx Context) verdict {
	s, ok := v.fill(ctx)
	want, okWant := truth(s)
	got, okGot := truth(actual)
	if !ok || !okWant || !okGot {
		return unreadable
	}
	return verdictOf(want == got)
}

func truth(s string) (value, ok bool) {
	switch {
	case strings.EqualFold(s, "true"):
		return true, true
	case strings.EqualFold(s, "false"):
		return false, true
	}
	return false, false
}

func verdictOf(b bool) verdict {
	if b {
		return yes
	}
	return no
}
