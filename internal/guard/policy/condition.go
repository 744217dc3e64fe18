package policy

import "strings"

// condition is one key under one operator of a statement.
type condition struct {
	operator operator
	modifiers
	operatorName string // as written
	key          string // as written
	lowerKey     string
	expected     []string
	values       []comparer
}

// newCondition compiles a key under a known operator.
func newCondition(name, key string, values []string, variables bool) (condition, bool) {
	op, m, ok := findOperator(name)
	c := condition{operator: op, modifiers: m, operatorName: name, key: key, lowerKey: strings.ToLower(key), expected: values}
	if !ok {
		return c, false
	}
	for _, v := range values {
		c.values = append(c.values, op.make(v, variables && !op.null))
	}
	return c, true
}

// holds reports whether the condition is met.
func (c *condition) holds(ctx Context) bool {
	v, ok := ctx[c.lowerKey]
	return c.test(v, ok && len(v.Values) > 0, ctx)
}

// test applies the condition to a value, which is absent unless present.
func (c *condition) test(v Value, present bool, ctx Context) bool {
	switch {
	case c.operator.null:
		return c.any(truthText(!present || blank(v.Values)), ctx)
	case c.set == forAll:
		return !present || blank(v.Values) || c.every(v.Values, ctx)
	case !present:
		return c.ifExists || c.operator.negated && c.set == single
	case c.set == forAny:
		return c.some(v.Values, ctx)
	}
	// A multivalued key needs a set operator; without one nothing matches.
	return !v.Multi && len(v.Values) == 1 && c.any(v.Values[0], ctx)
}

func (c *condition) every(actual []string, ctx Context) bool {
	for _, a := range actual {
		if !c.any(a, ctx) {
			return false
		}
	}
	return true
}

func (c *condition) some(actual []string, ctx Context) bool {
	for _, a := range actual {
		if c.any(a, ctx) {
			return true
		}
	}
	return false
}

// any compares one request value with all policy values: OR, or NOR under a
// negated operator, where a value that cannot be read matches neither way.
func (c *condition) any(actual string, ctx Context) bool {
	readable := true
	for _, v := range c.values {
		switch v.compare(actual, ctx) {
		case yes:
			return !c.operator.negated
		case unreadable:
			readable = false
		}
	}
	return c.operator.negated && readable
}

// blank reports whether there is nothing but empty strings, which counts as no value.
func blank(values []string) bool {
	for _, v := range values {
		if v != "" {
			return false
		}
	}
	return true
}

func truthText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// HoldsCondition answers one condition by itself: operator and values as a
// 2012-10-17 policy has them, the key's value (nil when absent) and the context for variables.
func HoldsCondition(operator string, values []string, actual *Value, ctx Context) (bool, error) {
	c, ok := newCondition(operator, "", values, true)
	if !ok {
		return false, &Error{Code: Identity.code(), Message: syntaxText}
	}
	if actual == nil || len(actual.Values) == 0 {
		return c.test(Value{}, false, ctx), nil
	}
	return c.test(*actual, true, ctx), nil
}

// CoversResource answers one Resource element by itself, as a 2012-10-17 policy of kind k has it.
func CoversResource(k Kind, patterns []string, on string, ctx Context) bool {
	return resourceList(k, patterns, false).covers(on, ctx)
}

// ExceptsResource answers one NotResource element by itself: whether its statement applies.
func ExceptsResource(k Kind, patterns []string, on string, ctx Context) bool {
	return resourceList(k, patterns, true).covers(on, ctx)
}
