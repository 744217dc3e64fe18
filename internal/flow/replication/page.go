package replication

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Filter chooses resources by an attribute.
type Filter struct {
	Name   string
	Values []string
}

// Query asks for a part of a list.
type Query struct {
	Filters []Filter
	Max     *int   // 20 to 100; nil means 100
	Marker  string // of the page before
}

const (
	smallestPage = 20
	largestPage  = 100
)

// attributes are what a kind of resource can be filtered by.
type attributes[T any] map[string]func(*T) []string

// selects reports whether a resource passes all filters.
func (a attributes[T]) selects(filters []Filter, one *T) bool {
	for _, f := range filters {
		has := a[f.Name](one)
		if !slices.ContainsFunc(f.Values, func(want string) bool { return slices.Contains(has, want) }) {
			return false
		}
	}
	return true
}

func (a attributes[T]) check(filters []Filter) error {
	for _, f := range filters {
		if a[f.Name] == nil {
			return invalid("Invalid filter name: " + f.Name)
		}
	}
	return nil
}

// listing is what a Describe operation lists.
type listing[T any] struct {
	action, what string
	kept         *shelf[T]
	base         func(*T) *Resource
	by           attributes[T]
	only         func(*T) bool // nil for all
}

// list asks the guard and returns a page. Filters that match nothing are an error,
// on which the waiters for what is deleted depend.
func list[T any](ctx context.Context, v *View, l listing[T], q Query) ([]T, string, error) {
	if err := v.ask(ctx, question{action: l.action}); err != nil {
		return nil, "", err
	}
	if err := l.by.check(q.Filters); err != nil {
		return nil, "", err
	}
	v.store.mu.Lock()
	all := l.kept.where(func(one *T) bool {
		return v.mine(l.base(one)) && (l.only == nil || l.only(one)) && l.by.selects(q.Filters, one)
	})
	v.store.mu.Unlock()
	if len(all) == 0 && len(q.Filters) > 0 {
		return nil, "", noneFound(l.what)
	}
	return cut(all, func(one *T) string { return l.base(one).ARN }, q, largestPage)
}

// cut takes a page out of a list; markers are the keys of last elements.
func cut[T any](all []T, key func(*T) string, q Query, largest int) ([]T, string, error) {
	size := largestPage
	if q.Max != nil {
		size = *q.Max
	}
	if size < smallestPage || size > largest {
		return nil, "", invalid(fmt.Sprintf("The value %d of MaxRecords is not valid: it must be from %d to %d.", size, smallestPage, largest))
	}
	slices.SortFunc(all, func(a, b T) int { return strings.Compare(key(&a), key(&b)) })
	from := slices.IndexFunc(all, func(one T) bool { return key(&one) > q.Marker })
	if from < 0 {
		return nil, "", nil
	}
	if all = all[from:]; len(all) <= size {
		return all, "", nil
	}
	return all[:size], key(&all[size-1]), nil
}
