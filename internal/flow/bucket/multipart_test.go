package bucket_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"github.com/minio/crc64nvme"

	"github.com/inlet-data/inlet/internal/flow/bucket"
)

const minPart = 5 << 20

func (f *fixture) begin(t testing.TB, key string, sum bucket.Checksum) bucket.UploadRef {
	t.Helper()
	u, err := f.view.CreateMultipartUpload(t.Context(), bucket.UploadInput{Bucket: "data", Key: key, Checksum: sum})
	if err != nil {
		t.Fatal(err)
	}
	return bucket.UploadRef{Bucket: "data", Key: key, UploadID: u.ID}
}

func (f *fixture) part(t testing.TB, u bucket.UploadRef, n int, data []byte) bucket.Part {
	t.Helper()
	p, err := f.view.UploadPart(t.Context(), bucket.PartInput{UploadRef: u, Number: n, Body: bytes.NewReader(data), Size: int64(len(data))})
	if err != nil {
		t.Fatal(err)
	}
	if p.ETag != md5Hex(data) {
		t.Fatalf("part ETag %s", p.ETag)
	}
	return *p
}

func etagOf(parts ...[]byte) string {
	h := md5.New()
	for _, p := range parts {
		sum := md5.Sum(p)
		h.Write(sum[:])
	}
	return fmt.Sprintf("%s-%d", hex.EncodeToString(h.Sum(nil)), len(parts))
}

func TestMultipart(t *testing.T) {
	f := newStore(t)
	u := f.begin(t, "k", bucket.Checksum{})
	a, b, c := pattern(minPart), pattern(minPart+3), []byte("the rest")
	p3 := f.part(t, u, 7, c)
	f.part(t, u, 1, []byte("will be replaced"))
	p1 := f.part(t, u, 1, a)
	p2 := f.part(t, u, 2, b)
	f.part(t, u, 5, pattern(20_000)) // Not listed below.
	out, err := f.view.CompleteMultipartUpload(t.Context(), bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{p1, p2, p3}, ObjectSize: -1})
	if err != nil {
		t.Fatal(err)
	}
	whole := bytes.Join([][]byte{a, b, c}, nil)
	crc := crc64nvme.New()
	crc.Write(whole)
	want := bucket.Checksum{Algorithm: bucket.CRC64NVME, Value: base64.StdEncoding.EncodeToString(crc.Sum(nil)), Type: bucket.FullObject}
	if out.ETag != etagOf(a, b, c) || out.Checksum != want || out.Size != int64(len(whole)) {
		t.Fatalf("got %+v, want %+v", out, want)
	}
	if !bytes.Equal(f.read(t, ref("k")), whole) {
		t.Fatal("the object differs")
	}
	again, err := f.view.CompleteMultipartUpload(t.Context(), bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{p1, p2, p3}, ObjectSize: -1})
	if err != nil || *again != *out {
		t.Fatalf("completed again: %+v, %v", again, err)
	}
	if n := f.files(t); n != 2 {
		t.Errorf("%d files, want those of the two large parts", n)
	}
	f.checkParts(t, whole)
	es, err := f.Events(0, 10)
	if err != nil || len(es) != 1 || es[0].Name != bucket.CreatedByComplete || es[0].Size != int64(len(whole)) {
		t.Errorf("events %+v, %v", es, err)
	}
	f.remove(t, ref("k"))
	if n := f.files(t); n != 0 {
		t.Errorf("%d files left", n)
	}
}

func (f *fixture) checkParts(t *testing.T, whole []byte) {
	t.Helper()
	o, err := f.view.Get(t.Context(), bucket.GetInput{Ref: ref("k"), PartNumber: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	b, err := io.ReadAll(o.Reader())
	if err != nil || !o.Partial || o.Info.PartsCount != 3 || !bytes.Equal(b, whole[minPart:2*minPart+3]) {
		t.Errorf("part 2: %d bytes, %+v, %v", len(b), o.Selection, err)
	}
	p := make([]byte, 40)
	if n, err := o.ReadAt(p, minPart-20); n != 40 || err != nil || !bytes.Equal(p, whole[minPart-20:minPart+20]) {
		t.Errorf("across parts: %d, %v", n, err)
	}
	_, err = f.view.Head(t.Context(), bucket.GetInput{Ref: ref("k"), PartNumber: 3})
	wantCode(t, err, "InvalidPartNumber")
	at, err := f.view.Attributes(t.Context(), ref("k"))
	if err != nil || len(at.Parts) != 3 || at.Parts[2].Number != 7 || at.Parts[2].Size != 8 {
		t.Errorf("attributes %+v, %v", at, err)
	}
}

func TestMultipartChecksums(t *testing.T) {
	a, b := pattern(minPart), pattern(1000)
	whole := append(bytes.Clone(a), b...)
	sum := func(c bucket.Checksum) bucket.Checksum { return c }
	be := func(n uint32) []byte { return []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)} }
	sa, sb := sha256.Sum256(a), sha256.Sum256(b)
	composite := sha256.Sum256(append(sa[:], sb[:]...))
	cases := map[string]struct {
		ask  bucket.Checksum
		want string
		typ  string
	}{
		"SHA256":     {sum(bucket.Checksum{Algorithm: bucket.SHA256}), base64.StdEncoding.EncodeToString(composite[:]) + "-2", bucket.Composite},
		"CRC32 full": {sum(bucket.Checksum{Algorithm: bucket.CRC32, Type: bucket.FullObject}), base64.StdEncoding.EncodeToString(be(crc32.ChecksumIEEE(whole))), bucket.FullObject},
		"CRC32": {sum(bucket.Checksum{Algorithm: bucket.CRC32}),
			base64.StdEncoding.EncodeToString(be(crc32.ChecksumIEEE(append(be(crc32.ChecksumIEEE(a)), be(crc32.ChecksumIEEE(b))...)))) + "-2", bucket.Composite},
		"CRC32C full": {sum(bucket.Checksum{Algorithm: bucket.CRC32C, Type: bucket.FullObject}),
			base64.StdEncoding.EncodeToString(be(crc32.Checksum(whole, crc32.MakeTable(crc32.Castagnoli)))), bucket.FullObject},
	}
	f := newStore(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			u := f.begin(t, name, c.ask)
			parts := []bucket.Part{f.part(t, u, 1, a), f.part(t, u, 2, b)}
			out, err := f.view.CompleteMultipartUpload(t.Context(), bucket.CompleteInput{
				UploadRef: u, Parts: parts, ObjectSize: int64(len(whole)), Checksum: bucket.Checksum{Algorithm: c.ask.Algorithm, Value: c.want},
			})
			if err != nil {
				t.Fatal(err)
			}
			if out.Checksum.Value != c.want || out.Checksum.Type != c.typ {
				t.Fatalf("got %+v, want %s", out.Checksum, c.want)
			}
		})
	}
}

func TestMultipartUnnamedChecksum(t *testing.T) {
	f := newStore(t)
	u := f.begin(t, "k", bucket.Checksum{})
	data := []byte("checked by another algorithm")
	want := base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(data)))
	upload := func(value string) (*bucket.Part, error) {
		return f.view.UploadPart(t.Context(), bucket.PartInput{
			UploadRef: u, Number: 1, Body: bytes.NewReader(data), Size: int64(len(data)), Checksum: bucket.Checksum{Algorithm: bucket.CRC32, Value: value},
		})
	}
	_, err := upload("AAAAAA==")
	wantCode(t, err, "BadDigest")
	part, err := upload(want)
	if err != nil || part.Checksum.Value != want {
		t.Fatalf("part %+v, %v, want %s", part, err, want)
	}
	out, err := f.view.CompleteMultipartUpload(t.Context(), bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{*part}, ObjectSize: -1})
	if err != nil {
		t.Fatal(err)
	}
	one, err := f.view.Put(t.Context(), bucket.PutInput{Bucket: ref("whole").Bucket, Key: "whole", Body: bytes.NewReader(data), Size: int64(len(data))})
	if err != nil || out.Checksum != one.Checksum {
		t.Errorf("got %+v, want what one put has, %+v, %v", out.Checksum, one, err)
	}
}

func TestMultipartErrors(t *testing.T) {
	f := newStore(t)
	u := f.begin(t, "k", bucket.Checksum{Algorithm: bucket.CRC32})
	small, last := f.part(t, u, 1, []byte("small")), f.part(t, u, 2, []byte("last"))
	changed := small
	changed.ETag = `"0123"`
	wrongSum := last
	wrongSum.Checksum.Value = "AAAAAA=="
	other := u
	other.UploadID = strings.Repeat("A", 32)
	cases := map[string]struct {
		in   bucket.CompleteInput
		code string
	}{
		"no parts":      {bucket.CompleteInput{UploadRef: u}, "MalformedXML"},
		"order":         {bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{last, small}}, "InvalidPartOrder"},
		"twice":         {bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{last, last}}, "InvalidPartOrder"},
		"missing":       {bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{{Number: 9, ETag: "x"}}}, "InvalidPart"},
		"changed":       {bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{changed}}, "InvalidPart"},
		"part checksum": {bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{wrongSum}}, "InvalidPart"},
		"too small":     {bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{small, last}}, "EntityTooSmall"},
		"size":          {bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{last}, ObjectSize: 99}, "InvalidRequest"},
		"checksum":      {bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{last}, ObjectSize: 4, Checksum: bucket.Checksum{Algorithm: bucket.CRC32, Value: "AAAAAA==-1"}}, "BadDigest"},
		"checksum type": {bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{last}, ObjectSize: 4, Checksum: bucket.Checksum{Type: bucket.FullObject}}, "InvalidRequest"},
		"other upload":  {bucket.CompleteInput{UploadRef: other, Parts: []bucket.Part{last}}, "NoSuchUpload"},
		"If-Match":      {bucket.CompleteInput{UploadRef: u, Parts: []bucket.Part{last}, IfMatch: `"x"`}, "NoSuchKey"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := f.view.CompleteMultipartUpload(t.Context(), c.in)
			wantCode(t, err, c.code)
		})
	}
	_, err := f.view.UploadPart(t.Context(), bucket.PartInput{UploadRef: u, Number: 1, Body: strings.NewReader("x"), Size: 1, Checksum: bucket.Checksum{Algorithm: bucket.SHA1}})
	wantCode(t, err, "InvalidRequest")
	_, err = f.view.UploadPart(t.Context(), bucket.PartInput{UploadRef: u, Number: 10_001, Body: strings.NewReader("x"), Size: 1})
	wantCode(t, err, "InvalidArgument")
	_, err = f.view.CreateMultipartUpload(t.Context(), bucket.UploadInput{Bucket: "data", Key: "k", Checksum: bucket.Checksum{Algorithm: bucket.SHA1, Type: bucket.FullObject}})
	wantCode(t, err, "InvalidRequest")
}

func TestAbort(t *testing.T) {
	f := newStore(t)
	u := f.begin(t, "k", bucket.Checksum{})
	f.part(t, u, 1, pattern(20_000))
	f.part(t, u, 2, pattern(10))
	if err := f.view.AbortMultipartUpload(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	if n := f.files(t); n != 0 {
		t.Errorf("%d files left", n)
	}
	wantCode(t, f.view.AbortMultipartUpload(t.Context(), u), "NoSuchUpload")
	_, err := f.view.UploadPart(t.Context(), bucket.PartInput{UploadRef: u, Number: 3, Body: bytes.NewReader(pattern(20_000)), Size: -1})
	wantCode(t, err, "NoSuchUpload")
	v := f.begin(t, "other", bucket.Checksum{})
	f.part(t, v, 1, pattern(20_000))
	if err := f.view.DeleteBucket(t.Context(), "data"); err != nil || f.files(t) != 0 {
		t.Fatalf("a bucket with an upload: %v, %d files", err, f.files(t))
	}
}

func TestListPartsAndUploads(t *testing.T) {
	f := newStore(t)
	u := f.begin(t, "in/a", bucket.Checksum{})
	for n := 1; n <= 5; n++ {
		f.part(t, u, n*2, []byte{byte(n)})
	}
	var got []int
	for marker := 0; ; {
		page, err := f.view.ListParts(t.Context(), bucket.ListPartsInput{UploadRef: u, Marker: marker, MaxParts: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Parts {
			got = append(got, p.Number)
		}
		if !page.Truncated {
			break
		}
		marker = page.NextMarker
	}
	if fmt.Sprint(got) != "[2 4 6 8 10]" {
		t.Fatalf("parts %v", got)
	}
	second := f.begin(t, "in/a", bucket.Checksum{})
	f.begin(t, "in/b", bucket.Checksum{})
	f.begin(t, "out/c", bucket.Checksum{})
	f.checkUploads(t, u.UploadID, second.UploadID)
}

func (f *fixture) checkUploads(t *testing.T, first, second string) {
	t.Helper()
	in := bucket.ListUploadsInput{Bucket: "data", MaxUploads: 1}
	var ids, keys []string
	for {
		page, err := f.view.ListMultipartUploads(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		ids, keys = append(ids, page.Uploads[0].ID), append(keys, page.Uploads[0].Key)
		if !page.Truncated {
			break
		}
		in.KeyMarker, in.UploadIDMarker = page.NextKeyMarker, page.NextUploadIDMarker
	}
	if fmt.Sprint(keys) != "[in/a in/a in/b out/c]" || ids[0] != first || ids[1] != second {
		t.Fatalf("uploads %v %v", keys, ids)
	}
	rolled, err := f.view.ListMultipartUploads(t.Context(), bucket.ListUploadsInput{Bucket: "data", Delimiter: "/", MaxUploads: 1000})
	if err != nil || fmt.Sprint(rolled.CommonPrefixes) != "[in/ out/]" || len(rolled.Uploads) != 0 {
		t.Fatalf("rolled up: %+v, %v", rolled, err)
	}
}
