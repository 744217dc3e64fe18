package load

import (
	"context"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Mover is what Objects are besides when a role may take files away.
type Mover interface {
	// Move copies an object to another place and deletes it where it was, each
	// only while its ETag is o's. Done twice it is as if done once.
	Move(ctx context.Context, o Object, bucket, key string) error
}

// Move moves the request's file to s3://bucket/key, with the rights of its COPY.
func (l *Loader) Move(ctx context.Context, c *warehouse.Client, r Request, to string) error {
	ru, err := l.acting(ctx, c, r)
	if err != nil {
		return err
	}
	m, ok := ru.objects.(Mover)
	if !ok {
		return ru.boxed(boxed{message: "files cannot be moved in this source of objects"})
	}
	o := r.Files[0]
	bucket, key, _ := strings.Cut(strings.TrimPrefix(to, "s3://"), "/")
	if err := m.Move(ctx, o, bucket, key); err != nil {
		return ru.explain(&sourceError{context: "Moving " + o.URL() + " to " + to, location: "s3_utility.cpp:568", err: err})
	}
	return nil
}
