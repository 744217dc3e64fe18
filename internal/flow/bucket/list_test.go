package bucket_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/bucket"
)

// model is a bucket as plainly as it can be written: versions by key, newest first.
type model struct {
	keys map[string][]modelVersion
}

type modelVersion struct {
	id     string
	marker bool
	size   int64
}

// entries lists keys and common prefixes of what is there, slowly.
func (m *model) entries(prefix, delimiter, after string) []string {
	seen := map[string]bool{}
	for key, versions := range m.keys {
		if len(versions) == 0 || versions[0].marker || !strings.HasPrefix(key, prefix) {
			continue
		}
		if e := entry(key, prefix, delimiter); behind(e, key, prefix, delimiter, after) {
			seen[e] = true
		}
	}
	out := []string{}
	for e := range seen {
		out = append(out, e)
	}
	slices.Sort(out)
	return out
}

// entry is what stands for key in a listing.
func entry(key, prefix, delimiter string) string {
	if delimiter != "" {
		if i := strings.Index(key[len(prefix):], delimiter); i >= 0 {
			return key[:len(prefix)+i+len(delimiter)]
		}
	}
	return key
}

// behind reports whether key comes on a page behind after.
func behind(e, key, prefix, delimiter, after string) bool {
	if after == "" {
		return true
	}
	if strings.HasPrefix(after, prefix) && entry(after, prefix, delimiter) == e && e != key {
		return false // Inside the common prefix that was shown already.
	}
	return key > after
}

func randomKey(r *rand.Rand) string {
	alphabet := []string{"a", "b", "/", "/", "\x00", "ü", "\U0010FFFF", "-", "aa", "1"}
	var b strings.Builder
	for range 1 + r.IntN(6) {
		b.WriteString(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

// fill puts and deletes at random, in the store and in the model.
func fill(t *testing.T, f *fixture, r *rand.Rand, versioned bool) *model {
	t.Helper()
	m := &model{map[string][]modelVersion{}}
	for range 250 {
		key := randomKey(r)
		if r.IntN(4) == 0 {
			out := f.remove(t, ref(key))
			if versioned {
				m.keys[key] = append([]modelVersion{{id: out.VersionID, marker: true}}, m.keys[key]...)
			} else {
				delete(m.keys, key)
			}
			continue
		}
		size := r.IntN(3)
		v := modelVersion{id: f.put(t, key, bytes.Repeat([]byte("x"), size)).VersionID, size: int64(size)}
		if !versioned {
			m.keys[key] = nil
			v.id = "null"
		}
		m.keys[key] = append([]modelVersion{v}, m.keys[key]...)
	}
	return m
}

func TestListAgainstModel(t *testing.T) {
	for _, versioned := range []bool{false, true} {
		t.Run(fmt.Sprintf("versioned %v", versioned), func(t *testing.T) {
			f := newStore(t)
			f.bucket(t, "neighbour")
			if versioned {
				f.versioning(t, bucket.VersioningEnabled)
			}
			r := rand.New(rand.NewPCG(1, 2))
			m := fill(t, f, r, versioned)
			for range 400 {
				in := bucket.ListInput{Bucket: "data", MaxKeys: 1 + r.IntN(9)}
				if r.IntN(2) == 0 {
					in.Prefix = randomKey(r)[:1]
				}
				if r.IntN(3) > 0 {
					in.Delimiter = []string{"/", "a", "aa", "ü"}[r.IntN(4)]
				}
				if r.IntN(2) == 0 {
					in.After = randomKey(r)
				}
				want := m.entries(in.Prefix, in.Delimiter, in.After)
				if diff := cmp.Diff(want, pages(t, f, in, r.IntN(2) == 0)); diff != "" {
					t.Fatalf("%+v: (-want +got)\n%s", in, diff)
				}
			}
		})
	}
}

// pages reads a listing to its end, by tokens as V2 or by markers as V1.
func pages(t *testing.T, f *fixture, in bucket.ListInput, tokens bool) []string {
	t.Helper()
	all := []string{}
	for {
		out, err := f.view.List(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		var page []string
		for _, o := range out.Objects {
			page = append(page, o.Key)
		}
		page = append(page, out.CommonPrefixes...)
		slices.Sort(page)
		all = append(all, page...)
		if len(page) > in.MaxKeys || !slices.IsSorted(out.CommonPrefixes) {
			t.Fatalf("page %q of %d", page, in.MaxKeys)
		}
		if !out.Truncated {
			return all
		}
		if len(page) != in.MaxKeys || out.NextMarker != page[len(page)-1] {
			t.Fatalf("page %q is truncated, next marker %q", page, out.NextMarker)
		}
		in.After = out.NextMarker
		if tokens {
			in.Token, in.After = out.NextToken, "\U0010FFFF"
		}
	}
}

func TestListVersionsAgainstModel(t *testing.T) {
	f := newStore(t)
	f.versioning(t, bucket.VersioningEnabled)
	r := rand.New(rand.NewPCG(3, 4))
	m := fill(t, f, r, true)
	for range 200 {
		in := bucket.ListVersionsInput{Bucket: "data", MaxKeys: 1 + r.IntN(9)}
		if r.IntN(2) == 0 {
			in.Prefix = randomKey(r)[:1]
		}
		if r.IntN(2) == 0 {
			in.Delimiter = "/"
		}
		if diff := cmp.Diff(m.versions(in.Prefix, in.Delimiter), versionPages(t, f, in)); diff != "" {
			t.Fatalf("%+v: (-want +got)\n%s", in, diff)
		}
	}
}

func (m *model) versions(prefix, delimiter string) []string {
	keys := []string{}
	for key := range m.keys {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	out := []string{}
	for _, key := range keys {
		if e := entry(key, prefix, delimiter); e != key || delimiter != "" && strings.HasSuffix(key[len(prefix):], delimiter) {
			if len(out) == 0 || out[len(out)-1] != e {
				out = append(out, e)
			}
			continue
		}
		for i, v := range m.keys[key] {
			out = append(out, fmt.Sprintf("%s %s latest=%v marker=%v", key, v.id, i == 0, v.marker))
		}
	}
	return out
}

func versionPages(t *testing.T, f *fixture, in bucket.ListVersionsInput) []string {
	t.Helper()
	all := []string{}
	for {
		out, err := f.view.ListVersions(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		vs, ps := out.Versions, out.CommonPrefixes
		for len(vs)+len(ps) > 0 {
			if len(vs) == 0 || len(ps) > 0 && ps[0] < vs[0].Key {
				all, ps = append(all, ps[0]), ps[1:]
				continue
			}
			v := vs[0]
			all, vs = append(all, fmt.Sprintf("%s %s latest=%v marker=%v", v.Key, v.VersionID, v.Latest, v.DeleteMarker)), vs[1:]
		}
		if !out.Truncated {
			return all
		}
		in.KeyMarker, in.VersionIDMarker = out.NextKeyMarker, out.NextVersionIDMarker
	}
}

func TestListArguments(t *testing.T) {
	f := newStore(t)
	f.put(t, "k", nil)
	out, err := f.view.List(t.Context(), bucket.ListInput{Bucket: "data"})
	if err != nil || out.Truncated || len(out.Objects) != 0 {
		t.Errorf("no keys asked for: %+v, %v", out, err)
	}
	if out, err = f.view.List(t.Context(), bucket.ListInput{Bucket: "data", MaxKeys: 5000}); err != nil || out.MaxKeys != 1000 {
		t.Errorf("many keys: %+v, %v", out, err)
	}
	_, err = f.view.List(t.Context(), bucket.ListInput{Bucket: "data", MaxKeys: -1})
	wantCode(t, err, "InvalidArgument")
	_, err = f.view.List(t.Context(), bucket.ListInput{Bucket: "data", MaxKeys: 1, Token: "?"})
	wantCode(t, err, "InvalidArgument")
	_, err = f.view.ListVersions(t.Context(), bucket.ListVersionsInput{Bucket: "data", MaxKeys: 1, VersionIDMarker: "null"})
	wantCode(t, err, "InvalidArgument")
	f.judge.set()
	f.view.List(t.Context(), bucket.ListInput{Bucket: "data", MaxKeys: 10, HasPrefix: true, Delimiter: "/"})
	got := f.judge.asked[0].Context
	want := map[string][]string{"s3:ResourceAccount": {account1}, "s3:prefix": {""}, "s3:delimiter": {"/"}, "s3:max-keys": {"10"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the guard was told (-want +got)\n%s", diff)
	}
}
