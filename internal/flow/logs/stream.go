package logs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// CreateStream makes a log stream.
func (v *View) CreateStream(ctx context.Context, group, name string) error {
	g := v.group(group)
	if err := v.ask(ctx, "CreateLogStream", g, name, nil); err != nil {
		return err
	}
	return v.store.newStream(g, name)
}

// DeleteStream removes a stream with its events.
func (v *View) DeleteStream(ctx context.Context, group, name string) error {
	g := v.group(group)
	if err := v.ask(ctx, "DeleteLogStream", g, name, nil); err != nil {
		return err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if _, ok := v.store.groups[g]; !ok {
		return noGroup()
	}
	one, ok := v.store.streams[g][name]
	if !ok {
		return noStream()
	}
	return v.store.dropStreams([]Stream{one})
}

func (s *Store) remove(table []byte, key string) error {
	if err := s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(table).Delete([]byte(key)) }); err != nil {
		return fmt.Errorf("remove %s from %s: %w", key, table, err)
	}
	return nil
}

// StreamsInput says which streams to list.
type StreamsInput struct {
	Page
	Group, Prefix string
	ByTime        bool // by their last events, not their names
	Descending    bool
}

// Held is a stream with what it holds; times are zero when there is nothing.
type Held struct {
	Stream
	First, Last, Ingested time.Time
	Bytes                 int64
}

// Streams lists the streams of a group.
func (v *View) Streams(ctx context.Context, in StreamsInput) ([]Held, string, error) {
	group := v.group(in.Group)
	if err := v.ask(ctx, "DescribeLogStreams", group, "", nil); err != nil {
		return nil, "", err
	}
	if in.ByTime && in.Prefix != "" {
		return nil, "", invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	all, err := v.store.held(group, in.Prefix)
	if err != nil {
		return nil, "", err
	}
	key := func(h *Held) string { return h.Name }
	if in.ByTime {
		key = func(h *Held) string { return fmt.Sprintf("%015d %s", max(0, h.Last.UnixMilli()), h.Name) }
	}
	slices.SortFunc(all, func(a, b Held) int { return strings.Compare(key(&a), key(&b)) })
	if !in.Descending {
		page, token := cut(all, key, in.Page)
		return page, token, nil
	}
	slices.Reverse(all)
	page, token := cutDown(all, key, in.Page)
	return page, token, nil
}

// cutDown is cut for a list that is sorted the other way.
func cutDown[T any](all []T, key func(*T) string, p Page) ([]T, string) {
	from := slices.IndexFunc(all, func(one T) bool { return p.Token == "" || key(&one) < p.Token })
	if from < 0 {
		return nil, ""
	}
	if all = all[from:]; len(all) <= p.Max {
		return all, ""
	}
	return all[:p.Max], key(&all[p.Max-1])
}

// held are the streams of a group whose names begin with a prefix.
func (s *Store) held(group, prefix string) ([]Held, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.groups[group]; !ok {
		return nil, noGroup()
	}
	var all []Held
	for _, one := range s.sorted(group) {
		if !strings.HasPrefix(one.Name, prefix) {
			continue
		}
		j, err := s.journal(one.ID)
		if err != nil {
			return nil, err
		}
		at := j.span()
		all = append(all, Held{one, at.First, at.Last, at.Ingested, at.Bytes})
	}
	return all, nil
}
