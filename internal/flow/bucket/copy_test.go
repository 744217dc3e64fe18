package bucket_test

import (
	"bytes"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/bucket"
)

func TestCopySharesData(t *testing.T) {
	for name, n := range map[string]int{"inline": 100, "file": 20_000, "empty": 0} {
		t.Run(name, func(t *testing.T) {
			f := newStore(t)
			data := pattern(n)
			in := bucket.PutInput{Bucket: "data", Key: "a", Body: bytes.NewReader(data), Size: -1}
			in.Metadata, in.Tags, in.Headers.ContentType = map[string]string{"m": "1"}, []bucket.Tag{{Key: "t", Value: "1"}}, "text/csv"
			put, err := f.view.Put(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			files := f.files(t)
			out, err := f.view.Copy(t.Context(), bucket.CopyInput{Source: ref("a"), Bucket: "data", Key: "b"})
			if err != nil || out.ETag != put.ETag || out.Checksum != put.Checksum || f.files(t) != files {
				t.Fatalf("got %+v, %v, %d files", out, err, f.files(t))
			}
			sel, err := f.view.Head(t.Context(), bucket.GetInput{Ref: ref("b")})
			if err != nil || sel.Info.Metadata["m"] != "1" || sel.Info.TagCount != 1 || sel.Info.Headers.ContentType != "text/csv" {
				t.Fatalf("got %+v, %v", sel, err)
			}
			f.remove(t, ref("a"))
			if !bytes.Equal(f.read(t, ref("b")), data) {
				t.Fatal("the copy went with its source")
			}
			f.remove(t, ref("b"))
			if f.files(t) != 0 {
				t.Fatal("the file stayed")
			}
		})
	}
}

func TestCopyOfParts(t *testing.T) {
	f := newStore(t)
	u := f.begin(t, "a", bucket.Checksum{Algorithm: bucket.CRC32})
	data := pattern(minPart)
	parts := []bucket.Part{f.part(t, u, 1, data), f.part(t, u, 2, []byte("end"))}
	if _, err := f.view.CompleteMultipartUpload(t.Context(), bucket.CompleteInput{UploadRef: u, Parts: parts, ObjectSize: -1}); err != nil {
		t.Fatal(err)
	}
	whole := append(data, "end"...)
	out, err := f.view.Copy(t.Context(), bucket.CopyInput{Source: ref("a"), Bucket: "data", Key: "b"})
	if err != nil || out.ETag != md5Hex(whole) || out.Checksum.Type != bucket.FullObject || f.files(t) != 1 {
		t.Fatalf("got %+v, %v", out, err)
	}
	if !bytes.Equal(f.read(t, ref("b")), whole) {
		t.Fatal("the copy differs")
	}
}

func TestCopyOntoItself(t *testing.T) {
	f := newStore(t)
	data := pattern(20_000)
	f.put(t, "a", data)
	self := bucket.CopyInput{Source: ref("a"), Bucket: "data", Key: "a"}
	_, err := f.view.Copy(t.Context(), self)
	wantCode(t, err, "InvalidRequest")
	self.ReplaceMetadata, self.Attributes.Metadata = true, map[string]string{"n": "2"}
	if _, err := f.view.Copy(t.Context(), self); err != nil {
		t.Fatal(err)
	}
	sel, err := f.view.Head(t.Context(), bucket.GetInput{Ref: ref("a")})
	if err != nil || sel.Info.Metadata["n"] != "2" || !bytes.Equal(f.read(t, ref("a")), data) || f.files(t) != 1 {
		t.Fatalf("got %+v, %v", sel, err)
	}
}

func TestCopyErrors(t *testing.T) {
	f := newStore(t)
	f.put(t, "a", []byte("x"))
	cases := map[string]struct {
		in     bucket.CopyInput
		refuse string
		code   string
	}{
		"no source":        {bucket.CopyInput{Source: ref("none"), Bucket: "data", Key: "b"}, "", "NoSuchKey"},
		"no source bucket": {bucket.CopyInput{Source: bucket.Ref{Bucket: "none", Key: "a"}, Bucket: "data", Key: "b"}, "", "NoSuchBucket"},
		"no target bucket": {bucket.CopyInput{Source: ref("a"), Bucket: "none", Key: "b"}, "", "NoSuchBucket"},
		"condition":        {bucket.CopyInput{Source: ref("a"), Bucket: "data", Key: "b", Conditions: bucket.Conditions{IfNoneMatch: "*"}}, "", "PreconditionFailed"},
		"target exists":    {bucket.CopyInput{Source: ref("a"), Bucket: "data", Key: "a", IfNoneMatch: "*", ReplaceTags: true}, "", "PreconditionFailed"},
		"may not read":     {bucket.CopyInput{Source: ref("a"), Bucket: "data", Key: "b"}, "s3:GetObject", "AccessDenied"},
		"may not write":    {bucket.CopyInput{Source: ref("a"), Bucket: "data", Key: "b"}, "s3:PutObject", "AccessDenied"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f.judge.set(c.refuse)
			_, err := f.view.Copy(t.Context(), c.in)
			wantCode(t, err, c.code)
		})
	}
}

func TestUploadPartCopy(t *testing.T) {
	f := newStore(t)
	src := pattern(minPart + 5000)
	f.put(t, "src", src)
	f.put(t, "tiny", []byte("0123456789"))
	u := f.begin(t, "k", bucket.Checksum{Algorithm: bucket.SHA256})
	copyPart := func(n int, from, header string) bucket.Part {
		t.Helper()
		out, err := f.view.UploadPartCopy(t.Context(), bucket.PartCopyInput{UploadRef: u, Number: n, Source: ref(from), Range: header})
		if err != nil {
			t.Fatal(err)
		}
		return out.Part
	}
	parts := []bucket.Part{copyPart(1, "src", ""), copyPart(2, "src", "bytes=4000-5246879"), copyPart(3, "tiny", "bytes=2-4")}
	f.remove(t, ref("src"))
	f.remove(t, ref("tiny"))
	out, err := f.view.CompleteMultipartUpload(t.Context(), bucket.CompleteInput{UploadRef: u, Parts: parts, ObjectSize: -1})
	if err != nil {
		t.Fatal(err)
	}
	want := bytes.Join([][]byte{src, src[4000:5246880], []byte("234")}, nil)
	if out.ETag != etagOf(src, src[4000:5246880], []byte("234")) || !bytes.Equal(f.read(t, ref("k")), want) {
		t.Fatalf("got %+v", out)
	}
	// Parts of an object that itself has parts.
	w := f.begin(t, "again", bucket.Checksum{})
	p, err := f.view.UploadPartCopy(t.Context(), bucket.PartCopyInput{UploadRef: w, Number: 1, Source: ref("k"), Range: "bytes=5247000-10490761"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.view.CompleteMultipartUpload(t.Context(), bucket.CompleteInput{UploadRef: w, Parts: []bucket.Part{p.Part}, ObjectSize: -1}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(f.read(t, ref("again")), want[5247000:10490762]) {
		t.Fatal("the part of parts differs")
	}
	f.remove(t, ref("k"))
	f.remove(t, ref("again"))
	if n := f.files(t); n != 0 {
		t.Fatalf("%d files left", n)
	}
}

func TestCopyRanges(t *testing.T) {
	f := newStore(t)
	f.put(t, "src", []byte("0123456789"))
	u := f.begin(t, "k", bucket.Checksum{})
	for name, header := range map[string]string{"open": "bytes=2-", "suffix": "bytes=-2", "outside": "bytes=5-10", "nonsense": "2-3"} {
		t.Run(name, func(t *testing.T) {
			_, err := f.view.UploadPartCopy(t.Context(), bucket.PartCopyInput{UploadRef: u, Number: 1, Source: ref("src"), Range: header})
			wantCode(t, err, "InvalidArgument")
		})
	}
}
