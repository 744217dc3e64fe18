package doctor

import (
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// conditionChange changes a statement and says whether it could.
type conditionChange func(*Statement) bool

// conditionChanges are the ways to make a failed condition hold, the smallest first.
func conditionChanges(t *policy.StatementTrace) []conditionChange {
	drop := func(s *Statement) bool { return s.drop(t.Operator, t.Key) }
	if !t.Present {
		return []conditionChange{drop}
	}
	if negative(t.Operator) {
		return []conditionChange{func(s *Statement) bool { return s.without(t.Operator, t.Key, t.Actual) }, drop}
	}
	return []conditionChange{
		func(s *Statement) bool { return s.sourcePattern(t) },
		func(s *Statement) bool { return s.accept(t.Operator, t.Key, t.Actual) },
		drop,
	}
}

// negative reports whether an operator asks for what a value must not be.
func negative(operator string) bool { return strings.Contains(operator, "Not") }

// entry finds a condition, whose names are compared without regard to case.
func (s *Statement) entry(operator, key string) (op, k string, ok bool) {
	for op, keys := range s.Condition {
		if !strings.EqualFold(op, operator) {
			continue
		}
		for k := range keys {
			if strings.EqualFold(k, key) {
				return op, k, true
			}
		}
	}
	return "", "", false
}

// accept adds values to those a condition takes.
func (s *Statement) accept(operator, key string, values []string) bool {
	op, k, ok := s.entry(operator, key)
	if !ok {
		return false
	}
	list := slices.Clone(s.Condition[op][k])
	for _, v := range values {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	s.Condition[op][k] = list
	return true
}

// without takes values out of those a condition refuses.
func (s *Statement) without(operator, key string, values []string) bool {
	op, k, ok := s.entry(operator, key)
	if !ok {
		return false
	}
	list := slices.DeleteFunc(slices.Clone(s.Condition[op][k]), func(v string) bool { return slices.Contains(values, v) })
	if len(list) == 0 {
		return s.drop(operator, key)
	}
	s.Condition[op][k] = list
	return true
}

// drop takes a condition out.
func (s *Statement) drop(operator, key string) bool {
	op, k, ok := s.entry(operator, key)
	if !ok {
		return false
	}
	delete(s.Condition[op], k)
	if len(s.Condition[op]) == 0 {
		delete(s.Condition, op)
	}
	return true
}

// sourcePattern lets every integration of the account through instead of this
// one: the next attempt has another id. A wildcard needs an operator that knows it.
func (s *Statement) sourcePattern(t *policy.StatementTrace) bool {
	if !strings.EqualFold(t.Key, "aws:SourceArn") || len(t.Actual) != 1 {
		return false
	}
	pattern, ok := integrations(t.Actual[0])
	op, k, found := s.entry(t.Operator, t.Key)
	if !ok || !found {
		return false
	}
	all := append(slices.Clone(s.Condition[op][k]), pattern)
	to := op
	if !strings.HasPrefix(strings.ToLower(op), "arn") && !strings.HasPrefix(strings.ToLower(op), "stringlike") {
		to = "ArnLike"
		s.drop(op, k)
		all = onlyARNs(all)
	}
	if s.Condition == nil {
		s.Condition = map[string]map[string]Values{}
	}
	if s.Condition[to] == nil {
		s.Condition[to] = map[string]Values{}
	}
	s.Condition[to][k] = all
	return true
}

func onlyARNs(all Values) Values {
	return slices.DeleteFunc(all, func(v string) bool { return !strings.HasPrefix(v, "arn:") })
}
