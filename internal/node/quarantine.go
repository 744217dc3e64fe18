package node

import (
	"context"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/load"
)

var _ load.Mover = objects{}

// Move copies an object to another place and deletes it where it was, for the quarantine of COPY JOBs.
func (o objects) Move(ctx context.Context, x load.Object, name, key string) error {
	x.Match = true
	content, err := o.Open(ctx, x)
	if fault.CodeOf(err) == "NoSuchKey" {
		if _, found := o.Head(ctx, name, key); found == nil {
			return nil // It was moved before a crash.
		}
	}
	if err != nil {
		return err
	}
	defer content.Close()
	if err := o.Put(ctx, name, key, content, x.Size); err != nil {
		return err
	}
	_, err = o.view.Delete(ctx, bucket.DeleteInput{Ref: bucket.Ref{Bucket: x.Bucket, Key: x.Key}, IfMatch: x.ETag})
	return err
}
