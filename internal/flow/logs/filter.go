package logs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FilterInput says which events of a group to find.
type FilterInput struct {
	Group      string
	Streams    []string // none means all
	Prefix     string   // of streams
	Start, End time.Time
	Pattern    string
	Token      string
	Limit      int // 0 means as many as an answer holds
}

// Found is an event with its stream.
type Found struct {
	Event
	Stream string
}

// ID is unique among the events of a group.
func (f *Found) ID() string { return fmt.Sprintf("%s/%020d", f.Stream, f.Seq) }

// place orders events: by time, then by stream.
func (f *Found) place() string {
	return fmt.Sprintf("%020d %020d %s", f.Time.UnixMilli(), f.Seq, f.Stream)
}

// Filter finds events of a group, the oldest first.
func (v *View) Filter(ctx context.Context, in FilterInput) ([]Found, string, error) {
	group := v.group(in.Group)
	if err := v.ask(ctx, "FilterLogEvents", group, "", nil); err != nil {
		return nil, "", err
	}
	if len(in.Streams) > 0 && in.Prefix != "" {
		return nil, "", invalid("Cannot specify both logStreamNames and logStreamNamePrefix.")
	}
	matches, err := parsePattern(in.Pattern)
	if err != nil {
		return nil, "", err
	}
	after, err := strconv.Unquote(cmp.Or(in.Token, `""`))
	if err != nil {
		return nil, "", invalid("The specified nextToken is invalid.")
	}
	v.store.mu.Lock()
	g, ok := v.store.groups[group]
	streams := v.store.sorted(group)
	v.store.mu.Unlock()
	if !ok {
		return nil, "", noGroup()
	}
	for _, name := range in.Streams {
		if !slices.ContainsFunc(streams, func(s Stream) bool { return s.Name == name }) {
			return nil, "", noStream()
		}
	}
	c := collector{picker: newPicker(in.Start, in.End, g.oldest(v.store.Now()), in.Limit), after: after, matches: matches}
	for _, one := range streams {
		if len(in.Streams) > 0 && !slices.Contains(in.Streams, one.Name) || !strings.HasPrefix(one.Name, in.Prefix) {
			continue
		}
		_, _, j, err := v.store.stream(group, one.Name)
		if err != nil {
			continue // It was deleted meanwhile.
		}
		if err := c.read(j, one.Name); err != nil {
			return nil, "", err
		}
	}
	all, more := c.page()
	if !more {
		return all, "", nil
	}
	return all, strconv.Quote(all[len(all)-1].place()), nil
}

// collector keeps the first events behind a place, of any number of streams.
type collector struct {
	*picker
	after   string
	matches func(string) bool
	found   []Found
	over    bool // some were found that did not fit
}

func (c *collector) read(j *journal, stream string) error {
	return j.forward(0, func(e Event) bool {
		f := Found{e, stream}
		if c.wants(&e) && c.matches(e.Message) && (c.after == "" || f.place() > c.after) {
			c.found = append(c.found, f)
		}
		if len(c.found) > 2*c.limit {
			c.shrink()
		}
		return true
	})
}

// shrink keeps the first events, as many as an answer may have.
func (c *collector) shrink() {
	slices.SortFunc(c.found, func(a, b Found) int { return strings.Compare(a.place(), b.place()) })
	if len(c.found) > c.limit {
		c.found, c.over = c.found[:c.limit], true
	}
}

// page is what an answer holds, and whether there is more.
func (c *collector) page() ([]Found, bool) {
	c.shrink()
	size := 0
	for i, f := range c.found {
		if size += len(f.Message) + eventOverhead; size > maxPageBytes && i > 0 {
			return c.found[:i], true
		}
	}
	return c.found, c.over
}

// parsePattern reads a filter pattern of terms: all must be there, one of those that
// begin with ?, and none that begins with -. A quoted term may hold blanks.
func parsePattern(pattern string) (func(string) bool, error) {
	pattern = strings.TrimSpace(pattern)
	if strings.HasPrefix(pattern, "{") || strings.HasPrefix(pattern, "[") || strings.HasPrefix(pattern, "%") {
		return nil, invalid("The filter pattern is not supported by inlet: use terms, \"quoted terms\", ?optional and -excluded ones.")
	}
	var all, some, none []string
	for pattern != "" {
		sign := pattern[0]
		if sign == '?' || sign == '-' {
			pattern = pattern[1:]
		}
		term, rest, err := nextTerm(pattern)
		if err != nil {
			return nil, err
		}
		pattern = strings.TrimSpace(rest)
		switch sign {
		case '?':
			some = append(some, term)
		case '-':
			none = append(none, term)
		default:
			all = append(all, term)
		}
	}
	return func(text string) bool {
		has := func(term string) bool { return strings.Contains(text, term) }
		return !slices.ContainsFunc(all, func(term string) bool { return !has(term) }) && !slices.ContainsFunc(none, has) &&
			(len(some) == 0 || slices.ContainsFunc(some, has))
	}, nil
}

func nextTerm(text string) (term, rest string, err error) {
	if quoted, ok := strings.CutPrefix(text, `"`); ok {
		term, rest, ok = strings.Cut(quoted, `"`)
		if !ok {
			return "", "", invalid("Invalid filter pattern: a quote is not closed.")
		}
		return term, rest, nil
	}
	term, rest, _ = strings.Cut(text, " ")
	if term == "" {
		return "", "", invalid("Invalid filter pattern: a term is missing.")
	}
	return term, rest, nil
}
