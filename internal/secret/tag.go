package secret

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.etcd.io/bbolt"
)

const maxTags = 50

// requestTags are the condition keys of a request that sets tags.
func requestTags(tags []Tag) facts {
	f := facts{}
	for _, t := range tags {
		f["aws:RequestTag/"+t.Key] = []string{t.Value}
		f["aws:TagKeys"] = append(f["aws:TagKeys"], t.Key)
	}
	return f
}

// merge sets tags among those there are.
func merge(old, set []Tag) ([]Tag, error) {
	out := slices.Clone(old)
	for _, t := range set {
		if n := utf8.RuneCountInString(t.Key); n < 1 || n > 128 || utf8.RuneCountInString(t.Value) > 256 {
			return nil, invalid("A tag has a key of 1 to 128 characters and a value of at most 256.")
		}
		if strings.HasPrefix(strings.ToLower(t.Key), "aws:") {
			return nil, invalid("Tag keys can't start with aws:, which is reserved for AWS use.")
		}
		at := slices.IndexFunc(out, func(o Tag) bool { return o.Key == t.Key })
		if at < 0 {
			out = append(out, t)
		} else {
			out[at] = t
		}
	}
	if len(out) > maxTags {
		return nil, invalid(fmt.Sprintf("A secret can have at most %d tags.", maxTags))
	}
	return out, nil
}

// Tag sets tags of a secret.
func (v *View) Tag(ctx context.Context, id string, tags []Tag) error {
	_, err := v.change(ctx, asked{"TagResource", id, requestTags(tags)}, func(_ *bbolt.Tx, r *Entry) error {
		if err := r.live(); err != nil {
			return err
		}
		var err error
		r.Tags, err = merge(r.Tags, tags)
		return err
	})
	return err
}

// Untag takes tags away. Keys the secret does not have are passed by.
func (v *View) Untag(ctx context.Context, id string, keys []string) error {
	_, err := v.change(ctx, asked{"UntagResource", id, facts{"aws:TagKeys": keys}}, func(_ *bbolt.Tx, r *Entry) error {
		if err := r.live(); err != nil {
			return err
		}
		r.Tags = slices.DeleteFunc(r.Tags, func(t Tag) bool { return slices.Contains(keys, t.Key) })
		return nil
	})
	return err
}
