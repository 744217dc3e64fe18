package policy

import (
	"fmt"
	"strings"
)

// Miss says in plain words why the statement did not apply.
func (t *StatementTrace) Miss() string {
	expected, actual := strings.Join(t.Expected, ", "), strings.Join(t.Actual, ", ")
	switch {
	case t.Failed == ConditionElement && !t.Present:
		return fmt.Sprintf("its condition %s %s = %s is not met: the request has no %s", t.Operator, t.Key, expected, t.Key)
	case t.Failed == ConditionElement:
		return fmt.Sprintf("its condition %s %s = %s is not met: the request has %q", t.Operator, t.Key, expected, actual)
	case t.Negated:
		return fmt.Sprintf("its Not%s (%s) excludes %s", t.Failed, expected, actual)
	case len(t.Expected) == 0:
		return fmt.Sprintf("it has no %s", t.Failed)
	}
	return fmt.Sprintf("its %s is %s, not %s", t.Failed, expected, actual)
}
