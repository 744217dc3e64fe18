package stage_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"

	"github.com/inlet-data/inlet/internal/flow/stage"
)

func TestSet(t *testing.T) {
	e := newEndpoint(t)
	o := e.options(t)
	o.FileBytes = 100
	s := ready(t, o)
	set := s.Set(t.Context(), "17")
	var want strings.Builder
	for i := range 20 {
		row := fmt.Sprintf("%d,\"a \"\"quoted\"\"\nline %d\"\n", i, i)
		want.WriteString(row)
		if _, err := set.Write([]byte(row)); err != nil {
			t.Fatal(err)
		}
	}
	files, err := set.Close(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if files.Bytes != int64(want.Len()) || files.Stored != files.Bytes || files.Manifest != "s3://dms-stage/task-a/17/LOAD.manifest" {
		t.Errorf("files %+v, want %d bytes", files, want.Len())
	}
	var m struct {
		Entries []struct {
			URL       string
			Mandatory bool
			Meta      struct {
				Length int64 `json:"content_length"`
			}
		}
	}
	if err := json.Unmarshal(object(t, o, "task-a/17/LOAD.manifest"), &m); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for i, entry := range m.Entries {
		key := fmt.Sprintf("task-a/17/LOAD%08X.csv", i+1)
		body := object(t, o, key)
		if entry.URL != "s3://dms-stage/"+key || !entry.Mandatory || entry.Meta.Length != int64(len(body)) || len(body) > 100 {
			t.Errorf("entry %d is %+v of a file of %d bytes", i, entry, len(body))
		}
		got.Write(body)
	}
	if len(m.Entries) != files.Files || files.Files < 5 {
		t.Errorf("%d entries for %d files", len(m.Entries), files.Files)
	}
	if diff := cmp.Diff(want.String(), got.String()); diff != "" {
		t.Errorf("rows differ (-written +staged):\n%s", diff)
	}
	if err := set.Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := keys(t, o); len(left) != 0 {
		t.Errorf("after Remove there are %q", left)
	}
}

// TestGzip: every file is one that gunzip reads, and the manifest has its length.
func TestGzip(t *testing.T) {
	e := newEndpoint(t)
	o := e.options(t)
	o.Gzip, o.FileBytes = true, 10_000
	s := ready(t, o)
	set := s.Set(t.Context(), "g/1")
	all := bytes.Repeat([]byte("1,\"some text\"\n"), 3000)
	if _, err := set.Write(all); err != nil {
		t.Fatal(err)
	}
	files, err := set.Close(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	stored := int64(0)
	for i := range files.Files {
		body := object(t, o, fmt.Sprintf("task-a/g/1/LOAD%08X.csv.gz", i+1))
		stored += int64(len(body))
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil || len(plain) > 10_000 {
			t.Fatalf("file %d of %d bytes: %v", i, len(plain), err)
		}
		got = append(got, plain...)
	}
	if !bytes.Equal(all, got) || stored != files.Stored || files.Bytes != int64(len(all)) || stored > files.Bytes/4 {
		t.Errorf("%d bytes of %d, %d stored: %+v", len(got), len(all), stored, files)
	}
}

// TestEmpty: without rows there is no file and nothing to COPY.
func TestEmpty(t *testing.T) {
	e := newEndpoint(t)
	o := e.options(t)
	set := ready(t, o).Set(t.Context(), "e")
	if _, err := set.Write(nil); err != nil {
		t.Error(err)
	}
	if _, err := set.Write([]byte("1,2")); err == nil {
		t.Error("half a row is taken")
	}
	if files, err := set.Close(t.Context()); files != (stage.Files{}) || err != nil {
		t.Errorf("files %+v, %v", files, err)
	}
	if err := set.Remove(t.Context()); err != nil {
		t.Error(err)
	}
	if left := keys(t, o); len(left) != 0 {
		t.Errorf("left are %q", left)
	}
}
