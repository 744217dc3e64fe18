package session_test

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// TestFileConversations runs testdata/files/*.txt as TestCopyConversations does,
// with the COPY JOBs of this program, which are told of each file that is put.
// "gone KEY" removes a file, "restart" reads the jobs anew, "settled JOB" lets the jobs
// load until the job has nothing to do, "user x" speaks as another.
func TestFileConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/files/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := newFileHouse(t).converse(string(text))
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(strings.Split(string(text), "\n"), strings.Split(got, "\n")); d != "" {
				t.Errorf("answers differ (-want +got)\n%s", d)
			}
		})
	}
}

// fileHouse is a house with COPY JOBs.
type fileHouse struct {
	*copyHouse
	loader *load.Loader
	db     *warehouse.Database
	jobs   *copyjob.Jobs
}

func newFileHouse(t testing.TB) *fileHouse {
	t.Helper()
	h := &fileHouse{copyHouse: newCopyHouse(t)}
	ns := &warehouse.Namespace{Kind: warehouse.Provisioned, Cluster: "c", Account: "222222222222", Region: "us-east-1",
		Roles: []warehouse.AttachedRole{{ARN: loadRole, Status: "in-sync"}}}
	h.loader = load.New(tagged{h.files}, slog.New(slog.DiscardHandler))
	h.db = warehouse.NewDatabase(func() *warehouse.Namespace { return ns }, "dev", h.engine)
	h.restart()
	return h
}

// restart makes jobs and sessions anew over the same database.
func (h *fileHouse) restart() {
	h.t.Helper()
	jobs, err := copyjob.Open(h.t.Context(), h.db, h.loader, slog.New(slog.DiscardHandler))
	if err != nil {
		h.t.Fatal(err)
	}
	h.jobs, h.clients = jobs, map[string]*client{}
	h.manager = session.NewManager(session.Config{Database: h.db, Loader: h.loader, Jobs: jobs, Files: jobs, SystemColumns: systemColumns})
}

func (h *fileHouse) converse(text string) string {
	user := "awsuser"
	var out []string
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		head, _, _ := strings.Cut(block, "\n")
		how, key, _ := strings.Cut(head, " ")
		switch {
		case how == "gone":
			delete(h.files, key)
		case how == "user":
			user = key
		case head == "restart":
			h.restart()
		case how == "settled":
			h.settle(key)
		case h.put(block):
			h.tell(key)
		case how != "#":
			statement, _, _ := strings.Cut(strings.TrimSpace(block), "\n----")
			block = statement + "\n----\n" + h.client(user).say(strings.ReplaceAll(statement, " ROLE", " IAM_ROLE '"+loadRole+"'"))
		}
		out = append(out, block)
	}
	return strings.Join(out, "\n\n") + "\n"
}

// settle lets the jobs load until one of them has nothing to do.
func (h *fileHouse) settle(job string) {
	h.t.Helper()
	ctx, cancel := context.WithCancel(h.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.jobs.Run(ctx) }()
	err := h.jobs.Settled(ctx, job)
	cancel()
	if err = errors.Join(err, <-ended); err != nil {
		h.t.Fatal(err)
	}
}

// tell tells the jobs of a file.
func (h *fileHouse) tell(key string) {
	h.t.Helper()
	o := tagged{h.files}.tag(h.files.object(key))
	a := copyjob.Arrival{Bucket: o.Bucket, Key: o.Key, ETag: o.ETag, Size: o.Size, Time: time.Now()}
	if err := h.jobs.Arrived(h.t.Context(), []copyjob.Arrival{a}); err != nil {
		h.t.Fatal(err)
	}
}

// tagged are objects whose ETags tell their content, as S3's do.
type tagged struct{ objects }

func (f tagged) tag(o load.Object) load.Object {
	o.ETag = fmt.Sprintf("%x", md5.Sum([]byte(f.objects[o.Key])))
	return o
}

func (f tagged) List(ctx context.Context, bucket, prefix string, each func(load.Object) error) error {
	return f.objects.List(ctx, bucket, prefix, func(o load.Object) error { return each(f.tag(o)) })
}

func (f tagged) Head(ctx context.Context, bucket, key string) (load.Object, error) {
	o, err := f.objects.Head(ctx, bucket, key)
	return f.tag(o), err
}

func (f tagged) Assume(_ context.Context, _ *warehouse.Namespace, roles []string, _ string) (load.Objects, string, error) {
	return f, roles[0], nil
}
