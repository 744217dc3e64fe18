package load

import (
	"context"
	"io"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Object is a file at the source.
type Object struct {
	Bucket, Key   string
	ETag, Version string
	Size          int64
	Modified      time.Time
	Match         bool // to be read only while its ETag is this one
}

// URL is the object's name in messages and system views.
func (o Object) URL() string { return "s3://" + o.Bucket + "/" + o.Key }

// Objects reads a bucket with the rights of one role. Every call is checked
// where the bucket lives; a refusal is a *guard.Denied.
type Objects interface {
	// List calls each for every object below prefix, in the order of keys.
	List(ctx context.Context, bucket, prefix string, each func(Object) error) error
	Head(ctx context.Context, bucket, key string) (Object, error)
	Open(ctx context.Context, o Object) (io.ReadCloser, error)
}

// Credentials give rights: the node joins them to identities and buckets, or to AWS.
type Credentials interface {
	// Assume takes the first role in the warehouse's own name and each further
	// one as the role before it. A refusal is a *guard.Denied; role tells at which one.
	Assume(ctx context.Context, ns *warehouse.Namespace, roles []string, dbUser string) (o Objects, role string, err error)
	// Keys acts as the holder of an access key.
	Keys(ctx context.Context, accessKey, secret, token string) (Objects, error)
}

// Witness is a Credentials that remembers what no policy refused, so that
// people can ask for it later as they do for refusals.
type Witness interface {
	// NotAttached notes that a role is not attached to the warehouse.
	NotAttached(ctx context.Context, ns *warehouse.Namespace, role string)
}
