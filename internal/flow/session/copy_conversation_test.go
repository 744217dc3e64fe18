package session_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// TestCopyConversations runs testdata/copy/*.txt as TestConversations does, with
// files: "file KEY" puts the lines that follow into bucket b, "bytes KEY" a quoted
// string, "gzip KEY" and "zstd KEY" the compressed lines, "parquet KEY" the result of a query, "orc KEY" a kept file. ROLE stands for the role.
func TestCopyConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/copy/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := newCopyHouse(t).converse(string(text))
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

const loadRole = "arn:aws:iam::222222222222:role/loader"

// copyHouse is a house whose COPY loads files of a bucket.
type copyHouse struct {
	*house
	files objects
}

func newCopyHouse(t testing.TB) *copyHouse {
	t.Helper()
	files := objects{}
	ns := &warehouse.Namespace{Kind: warehouse.Provisioned, Cluster: "c", Account: "222222222222", Region: "us-east-1",
		Roles: []warehouse.AttachedRole{{ARN: loadRole, Status: "in-sync"}}}
	return &copyHouse{newHouseWith(t, ns, load.New(files, slog.New(slog.DiscardHandler))), files}
}

func (h *copyHouse) converse(text string) string {
	var out []string
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if h.put(block) {
			out = append(out, block)
			continue
		}
		statement, _, _ := strings.Cut(strings.TrimSpace(block), "\n----")
		if prefix, ok := strings.CutPrefix(statement, "show "); ok {
			out = append(out, statement+"\n----\n"+h.show(prefix))
			continue
		}
		answer := h.client("awsuser").say(strings.ReplaceAll(statement, " ROLE", " IAM_ROLE '"+loadRole+"'"))
		out = append(out, statement+"\n----\n"+answer)
	}
	return strings.Join(out, "\n\n") + "\n"
}

// show prints the files below a prefix.
func (h *copyHouse) show(prefix string) string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(h.files)) {
		if strings.HasPrefix(key, prefix) {
			lines = append(lines, key+": "+strconv.Quote(h.files[key]))
		}
	}
	return strings.Join(lines, "\n")
}

// put puts the file that a block declares.
func (h *copyHouse) put(block string) bool {
	head, content, _ := strings.Cut(block, "\n")
	how, key, _ := strings.Cut(head, " ")
	switch how {
	case "file":
		h.files[key] = content + "\n"
	case "bytes":
		raw, err := strconv.Unquote(content)
		if err != nil {
			h.t.Fatalf("%s: %v", head, err)
		}
		h.files[key] = raw
	case "parquet":
		h.files[key] = h.parquet(content)
	case "orc":
		raw, err := os.ReadFile(filepath.Join("../load/orc/testdata", content))
		if err != nil {
			h.t.Fatal(err)
		}
		h.files[key] = string(raw)
	case "gzip", "zstd":
		h.files[key] = compress(how, content+"\n")
	default:
		return false
	}
	return true
}

// parquet is the result of a query, in the engine's dialect, as a file.
func (h *copyHouse) parquet(query string) string {
	c, err := h.engine.Connect(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	defer c.Close()
	path := filepath.Join(h.engine.Exchange(), "made.parquet")
	if err := os.MkdirAll(h.engine.Exchange(), 0o700); err != nil {
		h.t.Fatal(err)
	}
	if _, err := c.Exec(h.t.Context(), "COPY ("+query+") TO '"+path+"' (FORMAT parquet)"); err != nil {
		h.t.Fatal(err)
	}
	defer os.Remove(path)
	content, err := os.ReadFile(path)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(content)
}

func compress(how, content string) string {
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if how == "zstd" {
		w, _ = zstd.NewWriter(&b)
	}
	_, err := io.WriteString(w, content)
	if err = errors.Join(err, w.Close()); err != nil {
		panic(err)
	}
	return b.String()
}

// objects is a bucket named b.
type objects map[string]string

func (f objects) List(_ context.Context, bucket, prefix string, each func(load.Object) error) error {
	var keys []string
	for k := range f {
		if bucket == "b" && strings.HasPrefix(k, prefix) {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	for _, k := range keys {
		if err := each(f.object(k)); err != nil {
			return err
		}
	}
	return nil
}

func (f objects) object(k string) load.Object {
	return load.Object{Bucket: "b", Key: k, ETag: "e", Size: int64(len(f[k])), Modified: time.Unix(0, 0)}
}

func (f objects) Head(_ context.Context, _, key string) (load.Object, error) {
	if _, ok := f[key]; !ok {
		return load.Object{}, &fault.Error{Kind: fault.NotFound, Code: "NoSuchKey", Message: "The specified key does not exist."}
	}
	return f.object(key), nil
}

func (f objects) Open(ctx context.Context, o load.Object) (io.ReadCloser, error) {
	if _, err := f.Head(ctx, o.Bucket, o.Key); err != nil {
		return nil, err
	}
	return io.NopCloser(strings.NewReader(f[o.Key])), nil
}

func (f objects) Put(_ context.Context, _, key string, body io.Reader, size int64) error {
	b, err := io.ReadAll(body)
	if err == nil && int64(len(b)) != size {
		err = fmt.Errorf("%d bytes, %d were promised", len(b), size)
	}
	f[key] = string(b)
	return err
}

func (f objects) Delete(_ context.Context, _, key string) error {
	delete(f, key)
	return nil
}

func (f objects) Assume(_ context.Context, _ *warehouse.Namespace, roles []string, _ string) (load.Objects, string, error) {
	return f, roles[0], nil
}

func (f objects) Keys(_ context.Context, key, _, _ string) (load.Objects, error) {
	if key != "AKIAIOSFODNN7EXAMPLE" {
		return nil, &fault.Error{Kind: fault.Denied, Code: "InvalidAccessKeyId", Message: "The AWS Access Key Id you provided does not exist in our records."}
	}
	return f, nil
}
