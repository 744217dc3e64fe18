package mapping

import (
	"fmt"
)

// filter is one condition on a column, or several of which one must hold. All filters of a rule must hold.
type filter struct {
	path       string
	column     string
	conditions []condition
}

// condition compares a column's value with one or two of the rule's.
type condition struct {
	operator   string // As the document spells it; ste is lte.
	value, end string
}

func readFilter(f *fields) filter {
	r := filter{path: f.path}
	f.one("filter-type", "source")
	r.column = f.required("column-name")
	for i, n := range f.list("filter-conditions") {
		r.conditions = append(r.conditions, readCondition(fieldsOf(n, fmt.Sprintf("%s.filter-conditions[%d]", f.path, i), f.rule, f.first)))
	}
	if len(r.conditions) == 0 {
		f.wrong("filter-conditions", "is empty")
	}
	for _, c := range r.conditions {
		if len(r.conditions) > 1 && (c.operator == "noteq" || c.operator == "notbetween" || c.operator == "notnull") {
			f.wrong("filter-conditions", "%s must be the only condition of its filter", c.operator)
		}
	}
	f.done()
	return r
}

func readCondition(f *fields) condition {
	c := condition{operator: f.one("filter-operator", "eq", "noteq", "gte", "lte", "ste", "between", "notbetween", "null", "notnull")}
	need := func(key string) string {
		text, ok := f.value(key)
		if !ok {
			f.wrong(key, "is missing, and %s needs it", c.operator)
		}
		return text
	}
	switch c.operator {
	case "ste":
		c.operator, c.value = "lte", need("value")
	case "eq", "noteq", "gte", "lte":
		c.value = need("value")
	case "between", "notbetween":
		c.value, c.end = need("start-value"), need("end-value")
	}
	f.done()
	return c
}
