package bucket_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/bucket"
)

// listVersions prints a bucket's versions as "key id-or-marker latest?".
func (f *fixture) versions(t testing.TB) []bucket.ListedVersion {
	t.Helper()
	out, err := f.view.ListVersions(t.Context(), bucket.ListVersionsInput{Bucket: "data", MaxKeys: 1000})
	if err != nil {
		t.Fatal(err)
	}
	return out.Versions
}

func (f *fixture) remove(t testing.TB, r bucket.Ref) *bucket.DeleteOutput {
	t.Helper()
	out, err := f.view.Delete(t.Context(), bucket.DeleteInput{Ref: r})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestUnversionedDelete(t *testing.T) {
	f := newStore(t)
	f.put(t, "k", pattern(20_000))
	f.put(t, "k", pattern(30_000))
	if n := f.files(t); n != 1 {
		t.Fatalf("%d files after replacing one object, want 1", n)
	}
	if out := f.remove(t, ref("k")); *out != (bucket.DeleteOutput{}) {
		t.Fatalf("got %+v", out)
	}
	f.remove(t, ref("k"))
	f.remove(t, ref("never"))
	if n, vs := f.files(t), f.versions(t); n != 0 || len(vs) != 0 {
		t.Fatalf("%d files and %v left", n, vs)
	}
	_, err := f.view.Get(t.Context(), bucket.GetInput{Ref: ref("k")})
	wantCode(t, err, "NoSuchKey")
}

func TestVersionedLife(t *testing.T) {
	f := newStore(t)
	old := []byte("before versioning")
	f.put(t, "k", old)
	f.versioning(t, bucket.VersioningEnabled)
	one, two := []byte("one"), pattern(20_000)
	v1, v2 := f.put(t, "k", one).VersionID, f.put(t, "k", two).VersionID
	if v1 == "" || v1 == v2 || len(v1) != 32 {
		t.Fatalf("versions %q and %q", v1, v2)
	}
	for id, want := range map[string][]byte{"": two, v1: one, v2: two, "null": old} {
		if got := f.read(t, at("k", id)); !bytes.Equal(got, want) {
			t.Errorf("version %q reads %d bytes", id, len(got))
		}
	}
	marker := f.remove(t, ref("k"))
	if !marker.DeleteMarker || marker.VersionID == "" {
		t.Fatalf("got %+v", marker)
	}
	f.checkMarker(t, marker.VersionID)
	if out := f.remove(t, at("k", marker.VersionID)); !out.DeleteMarker || out.VersionID != marker.VersionID {
		t.Fatalf("removing the marker: %+v", out)
	}
	if !bytes.Equal(f.read(t, ref("k")), two) {
		t.Fatal("the object did not come back")
	}
	f.remove(t, at("k", v2))
	if !bytes.Equal(f.read(t, ref("k")), one) || f.files(t) != 0 {
		t.Fatal("the version below did not come up, or its file stayed")
	}
	if out := f.remove(t, at("k", v2)); out.DeleteMarker {
		t.Fatalf("removing it again: %+v", out)
	}
}

func (f *fixture) checkMarker(t *testing.T, id string) {
	t.Helper()
	_, err := f.view.Get(t.Context(), bucket.GetInput{Ref: ref("k")})
	wantCode(t, err, "NoSuchKey")
	var st *bucket.State
	if !errors.As(err, &st) || !st.Info.DeleteMarker || st.Info.VersionID != id {
		t.Fatalf("the error holds %+v", st)
	}
	_, err = f.view.Head(t.Context(), bucket.GetInput{Ref: at("k", id)})
	wantCode(t, err, "MethodNotAllowed")
	if out, err := f.view.List(t.Context(), bucket.ListInput{Bucket: "data", MaxKeys: 1000}); err != nil || len(out.Objects) != 0 {
		t.Fatalf("listed %v, %v", out, err)
	}
	vs := f.versions(t)
	if len(vs) != 4 || !vs[0].DeleteMarker || !vs[0].Latest || vs[1].Latest || vs[3].VersionID != "null" {
		t.Fatalf("versions %+v", vs)
	}
}

func TestSuspendedVersioning(t *testing.T) {
	f := newStore(t)
	f.put(t, "k", pattern(20_000))
	f.versioning(t, bucket.VersioningEnabled)
	kept := f.put(t, "k", []byte("kept")).VersionID
	f.versioning(t, bucket.VersioningSuspended)
	if out := f.put(t, "k", []byte("null again")); out.VersionID != "null" {
		t.Fatalf("got %+v", out)
	}
	if vs := f.versions(t); len(vs) != 2 || vs[0].VersionID != "null" || vs[1].VersionID != kept || f.files(t) != 0 {
		t.Fatalf("the older null version is still there: %+v", vs)
	}
	if out := f.remove(t, ref("k")); !out.DeleteMarker || out.VersionID != "null" {
		t.Fatalf("got %+v", out)
	}
	if vs := f.versions(t); len(vs) != 2 || !vs[0].DeleteMarker {
		t.Fatalf("the marker did not replace the null version: %+v", vs)
	}
}

func TestVersionErrors(t *testing.T) {
	f := newStore(t)
	f.versioning(t, bucket.VersioningEnabled)
	id := f.put(t, "k", nil).VersionID
	f.remove(t, at("k", id))
	cases := map[string]struct{ id, code string }{
		"gone":      {id, "NoSuchVersion"},
		"no null":   {"null", "NoSuchVersion"},
		"malformed": {"nonsense", "InvalidArgument"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := f.view.Get(t.Context(), bucket.GetInput{Ref: at("k", c.id)})
			wantCode(t, err, c.code)
		})
	}
}

func TestDeleteObjects(t *testing.T) {
	f := newStore(t)
	f.put(t, "a", nil)
	f.put(t, "b", pattern(20_000))
	f.put(t, "c", nil)
	f.judge.set("s3:DeleteObject arn:aws:s3:::data/c")
	in := []bucket.DeleteInput{{Ref: ref("a")}, {Ref: ref("c")}, {Ref: ref("missing")}, {Ref: ref("b")}, {Ref: ref("b"), IfMatch: `"x"`}}
	out, err := f.view.DeleteObjects(t.Context(), "data", in)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, out[1].Err, "AccessDenied")
	wantCode(t, out[4].Err, "NoSuchKey")
	for _, i := range []int{0, 2, 3} {
		if out[i].Err != nil || out[i].Ref != in[i].Ref {
			t.Errorf("%d: %+v", i, out[i])
		}
	}
	f.judge.set()
	if vs := f.versions(t); len(vs) != 1 || vs[0].Key != "c" || f.files(t) != 0 {
		t.Fatalf("left: %+v, %d files", vs, f.files(t))
	}
	_, err = f.view.DeleteObjects(t.Context(), "data", make([]bucket.DeleteInput, 1001))
	wantCode(t, err, "MalformedXML")
}

func TestTagging(t *testing.T) {
	f := newStore(t)
	f.put(t, "k", pattern(20_000))
	set := []bucket.Tag{{Key: "a", Value: "1"}, {Key: "b", Value: ""}}
	if _, err := f.view.PutObjectTagging(t.Context(), ref("k"), set); err != nil {
		t.Fatal(err)
	}
	if got, _, err := f.view.ObjectTagging(t.Context(), ref("k")); err != nil || len(got) != 2 || got[0] != set[0] {
		t.Fatalf("got %v, %v", got, err)
	}
	f.judge.set()
	f.read(t, ref("k"))
	if got := f.judge.asked[0].Context["s3:ExistingObjectTag/a"]; len(got) != 1 || got[0] != "1" {
		t.Fatalf("the guard was told %v", f.judge.asked[0].Context)
	}
	if _, err := f.view.DeleteObjectTagging(t.Context(), ref("k")); err != nil {
		t.Fatal(err)
	}
	if got, _, err := f.view.ObjectTagging(t.Context(), ref("k")); err != nil || len(got) != 0 {
		t.Fatalf("got %v, %v", got, err)
	}
	bad := map[string][]bucket.Tag{
		"eleven":    make([]bucket.Tag, 11),
		"empty key": {{Key: "", Value: "x"}},
		"twice":     {{Key: "a"}, {Key: "a"}},
		"long":      {{Key: "a", Value: strings.Repeat("x", 257)}},
	}
	for name, tags := range bad {
		if _, err := f.view.PutObjectTagging(t.Context(), ref("k"), tags); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestVersionPages reads versions one by one, across one that has no id and with gaps behind the marker.
func TestVersionPages(t *testing.T) {
	f := newStore(t)
	f.versioning(t, bucket.VersioningEnabled)
	first := f.put(t, "k", nil).VersionID
	f.versioning(t, bucket.VersioningSuspended)
	f.put(t, "k", nil)
	f.versioning(t, bucket.VersioningEnabled)
	last := f.put(t, "k", nil).VersionID
	in := bucket.ListVersionsInput{Bucket: "data", MaxKeys: 1}
	var got []string
	for {
		out, err := f.view.ListVersions(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range out.Versions {
			got = append(got, v.VersionID)
			if v.Latest != (len(got) == 1) {
				t.Errorf("%s: latest %v", v.VersionID, v.Latest)
			}
		}
		if !out.Truncated {
			break
		}
		in.KeyMarker, in.VersionIDMarker = out.NextKeyMarker, out.NextVersionIDMarker
		if in.VersionIDMarker == last {
			f.remove(t, at("k", last))
		}
	}
	if len(got) != 3 || got[0] != last || got[1] != "null" || got[2] != first {
		t.Fatalf("got %q, want %q", got, []string{last, "null", first})
	}
}
