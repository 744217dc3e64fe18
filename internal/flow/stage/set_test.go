package stage_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
