package copyjob_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// folder is a bucket that every role may read.
type folder map[string]string

func (f folder) Assume(context.Context, *warehouse.Namespace, []string, string) (load.Objects, string, error) {
	return f, "", nil
}

func (f folder) Keys(context.Context, string, string, string) (load.Objects, error) { return f, nil }

func (f folder) List(_ context.Context, bucket, prefix string, each func(load.Object) error) error {
	var keys []string
	for k := range f {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if strings.HasPrefix(k, prefix) {
			if err := each(load.Object{Bucket: bucket, Key: k, ETag: etag(f[k]), Size: int64(len(f[k]))}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f folder) Head(_ context.Context, bucket, key string) (load.Object, error) {
	if _, ok := f[key]; !ok {
		return load.Object{}, &fault.Error{Kind: fault.NotFound, Code: "NoSuchKey", Message: "The specified key does not exist."}
	}
	return load.Object{Bucket: bucket, Key: key, ETag: etag(f[key]), Size: int64(len(f[key]))}, nil
}

func (f folder) Open(_ context.Context, o load.Object) (io.ReadCloser, error) {
	text, ok := f[o.Key]
	if !ok {
		return nil, &fault.Error{Kind: fault.NotFound, Code: "NoSuchKey", Message: "The specified key does not exist."}
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

// The loader of this program names bad files as the station expects it.
func TestWithTheLoader(t *testing.T) {
	w := newWorld(t)
	files := folder{"in/good1": "header\na\nb\n", "in/bad": "header\na,b,c\n", "in/empty": "", "in/good2": "header\nc\n"}
	log := slog.New(slog.DiscardHandler)
	role := warehouse.AttachedRole{ARN: "arn:aws:iam::222222222222:role/loader", Status: "in-sync"}
	ns := &warehouse.Namespace{ID: "n", Account: "222222222222", Region: "us-east-1", Cluster: "wh", Roles: []warehouse.AttachedRole{role}}
	w.db = warehouse.NewDatabase(func() *warehouse.Namespace { return ns }, "dev", w.engine)
	var err error
	w.jobs, err = copyjob.Open(w.ctx, w.db, load.New(files, log), log)
	w.ok(err)
	w.ok(w.create("j", "orders", "in/", "ON"))
	w.arrive("in/good1", "in/bad", "in/gone", "in/empty", "in/good2")
	w.run()
	w.settled("j")
	w.want(loaded, "a", "b", "c")
	w.want(states, "in/bad E", "in/empty I", "in/gone E", "in/good1 I", "in/good2 I")

	w.ok(w.jobs.Alter(w.ctx, "j", false))
	files["in/bad"] = "header\nd\n"
	files["in/old"] = "header\ne\n"
	out, err := w.runNow("j")
	w.ok(err)
	if out.Rows != 2 {
		t.Errorf("ran to %+v", out)
	}
	w.want(loaded, "a", "b", "c", "d", "e")
	w.want("SELECT sum(files_read)::VARCHAR FROM inlet.load WHERE status = 'completed' AND job_id > 0", "5")

	ns.Roles = nil
	w.ok(w.jobs.Alter(w.ctx, "j", true))
	w.arrive("in/unreadable")
	w.settled("j")
	w.want("SELECT key FROM inlet.copy_job_file WHERE status = 'E' AND key = 'in/unreadable'", "in/unreadable")
}
