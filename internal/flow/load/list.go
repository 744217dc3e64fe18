package load

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// pageSize is how many files of a listing are handed over at a time.
const pageSize = 10_000

// Each finds the files that the request's COPY would read, with its role's
// rights, and hands them over in pages: a bucket may have millions.
func (l *Loader) Each(ctx context.Context, c *warehouse.Client, r Request, f func(page []Object) error) error {
	ru, err := l.acting(ctx, c, r)
	if err != nil {
		return err
	}
	if err := ru.eachPage(ctx, f); err != nil {
		return ru.explain(err)
	}
	return nil
}

// acting is a run that has its role's rights.
func (l *Loader) acting(ctx context.Context, c *warehouse.Client, r Request) (*run, error) {
	ru := &run{Request: r, loader: l, client: c, ns: c.Database().Namespace(), started: time.Now().UTC()}
	if err := ru.prepare(ctx); err != nil {
		return nil, err
	}
	if err := ru.assume(ctx); err != nil {
		return nil, ru.explain(err)
	}
	return ru, nil
}

func (r *run) eachPage(ctx context.Context, f func(page []Object) error) error {
	bucket, prefix, err := r.location()
	if err != nil {
		return err
	}
	if region := r.Copy.Region; region != "" && region != r.ns.Region {
		return errRegion
	}
	var page []Object
	found := 0
	var failed error // of f: it has nothing to do with the bucket
	err = r.objects.List(ctx, bucket, prefix, func(o Object) error {
		found++
		if o.Size > 0 {
			page = append(page, o)
		}
		if len(page) < pageSize {
			return nil
		}
		failed = f(page)
		page = page[:0]
		return failed
	})
	switch {
	case failed != nil:
		return failed
	case err != nil:
		return &sourceError{context: "Listing bucket=" + bucket + " prefix=" + prefix, location: "s3_utility.cpp:568", err: err}
	case found == 0:
		return &noPrefix{prefix}
	case len(page) == 0:
		return nil
	}
	return f(page)
}
