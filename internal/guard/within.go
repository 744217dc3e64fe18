package guard

import (
	"context"
	"slices"
)

// withinKey is the context's key for further ids.
type withinKey struct{}

// Within says under which further ids, for example a query's or an
// integration's, people may look for what is denied under ctx.
func Within(ctx context.Context, ids ...string) context.Context {
	outer, _ := ctx.Value(withinKey{}).([]string)
	return context.WithValue(ctx, withinKey{}, append(slices.Clip(outer), ids...))
}

// idsOf lists the ids of a call, its request's first.
func idsOf(ctx context.Context, c *Call) []string {
	outer, _ := ctx.Value(withinKey{}).([]string)
	all := make([]string, 0, len(outer)+1)
	for _, id := range append([]string{c.By.Request.ID}, outer...) {
		if id != "" && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}
