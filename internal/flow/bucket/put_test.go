package bucket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/bucket"
)

func TestRefusedPutLeavesNothing(t *testing.T) {
	long := pattern(40_000)
	trailer := func(s string) func() string { return func() string { return s } }
	cases := map[string]struct {
		in   bucket.PutInput
		code string
	}{
		"short body":           {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: 50_000}, "IncompleteBody"},
		"short small body":     {bucket.PutInput{Key: "k", Body: strings.NewReader("abc"), Size: 4}, "IncompleteBody"},
		"long small body":      {bucket.PutInput{Key: "k", Body: strings.NewReader("abc"), Size: 2}, "IncompleteBody"},
		"long body":            {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: 30_000}, "IncompleteBody"},
		"broken body":          {bucket.PutInput{Key: "k", Body: io.MultiReader(bytes.NewReader(long), iotest.ErrReader(io.ErrUnexpectedEOF)), Size: -1}, "IncompleteBody"},
		"body with own fault":  {bucket.PutInput{Key: "k", Body: io.MultiReader(bytes.NewReader(long), iotest.ErrReader(&fault.Error{Code: "SignatureDoesNotMatch"})), Size: -1}, "SignatureDoesNotMatch"},
		"wrong MD5":            {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA=="}, "BadDigest"},
		"unreadable MD5":       {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, ContentMD5: "xx"}, "InvalidDigest"},
		"wrong checksum":       {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, Checksum: bucket.Checksum{Algorithm: bucket.CRC32, Value: "AAAAAA=="}}, "BadDigest"},
		"wrong trailer":        {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, Checksum: bucket.Checksum{Algorithm: bucket.CRC32}, Trailer: trailer("AAAAAA==")}, "BadDigest"},
		"unreadable trailer":   {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, Checksum: bucket.Checksum{Algorithm: bucket.CRC32}, Trailer: trailer("AAAA")}, "InvalidRequest"},
		"unreadable checksum":  {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, Checksum: bucket.Checksum{Algorithm: bucket.SHA1, Value: "AAAAAA=="}}, "InvalidRequest"},
		"unknown checksum":     {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, Checksum: bucket.Checksum{Algorithm: "MD4"}}, "InvalidRequest"},
		"too large":            {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: bucket.MaxPutSize + 1}, "EntityTooLarge"},
		"empty key":            {bucket.PutInput{Key: "", Body: bytes.NewReader(long), Size: -1}, "InvalidArgument"},
		"long key":             {bucket.PutInput{Key: strings.Repeat("k", 1025), Body: bytes.NewReader(long), Size: -1}, "KeyTooLongError"},
		"key not UTF-8":        {bucket.PutInput{Key: "\xff", Body: bytes.NewReader(long), Size: -1}, "InvalidArgument"},
		"storage class":        {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, Attributes: bucket.Attributes{StorageClass: "SLOW"}}, "InvalidStorageClass"},
		"canned ACL":           {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, Attributes: bucket.Attributes{ACL: "public-read"}}, "AccessControlListNotSupported"},
		"key service":          {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, Attributes: bucket.Attributes{Encryption: "aws:kms"}}, "NotImplemented"},
		"encryption":           {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, Attributes: bucket.Attributes{Encryption: "rot13"}}, "InvalidArgument"},
		"metadata":             {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, Attributes: bucket.Attributes{Metadata: map[string]string{"a": strings.Repeat("x", 2048)}}}, "MetadataTooLarge"},
		"missing for If-Match": {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, IfMatch: `"x"`}, "NoSuchKey"},
		"If-None-Match value":  {bucket.PutInput{Key: "k", Body: bytes.NewReader(long), Size: -1, IfNoneMatch: `"x"`}, "NotImplemented"},
	}
	f := newStore(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.in.Bucket = "data"
			_, err := f.view.Put(t.Context(), c.in)
			wantCode(t, err, c.code)
			if n := f.files(t); n != 0 {
				t.Errorf("%d files left", n)
			}
		})
	}
	if vs := f.versions(t); len(vs) != 0 {
		t.Errorf("stored %v", vs)
	}
	if es, err := f.Events(0, 10); err != nil || len(es) != 0 {
		t.Errorf("events %v, %v", es, err)
	}
}

func TestCancelledPut(t *testing.T) {
	f := newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	body := io.MultiReader(bytes.NewReader(pattern(600_000)), readerFunc(func([]byte) (int, error) { cancel(); return 0, nil }))
	_, err := f.view.Put(ctx, bucket.PutInput{Bucket: "data", Key: "k", Body: body, Size: -1})
	if fault.KindOf(err) != fault.Cancelled || f.files(t) != 0 {
		t.Fatalf("got %v, %d files", err, f.files(t))
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestGuardIsAskedBeforeTheBody(t *testing.T) {
	f := newStore(t)
	f.judge.set("s3:PutObject")
	unread := readerFunc(func([]byte) (int, error) { t.Error("the body was read"); return 0, io.EOF })
	_, err := f.view.Put(t.Context(), bucket.PutInput{Bucket: "data", Key: "k", Body: unread, Size: 5})
	if !errors.Is(err, errRefused) {
		t.Fatalf("got %v", err)
	}
}

func TestChecksums(t *testing.T) {
	// Of "123456789": the check values of the CRC catalogue, and SHA sums of FIPS 180 tools.
	cases := map[bucket.Algorithm]string{
		bucket.CRC32: "y/Q5Jg==", bucket.CRC32C: "4waSgw==", bucket.CRC64NVME: "rosUhgp5mIg=",
		bucket.SHA1: "98O8HYCOBHMq32eZZczDTKeuNEE=", bucket.SHA256: "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
	}
	f := newStore(t)
	for a, want := range cases {
		t.Run(string(a), func(t *testing.T) {
			in := bucket.PutInput{Bucket: "data", Key: string(a), Body: strings.NewReader("123456789"), Size: 9}
			in.Checksum, in.ContentMD5 = bucket.Checksum{Algorithm: a, Value: want}, "JfnnlDI7RTiF9RgfG2JNCw=="
			if a == bucket.CRC64NVME {
				in.Checksum, in.ContentMD5 = bucket.Checksum{}, ""
			}
			out, err := f.view.Put(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if out.Checksum != (bucket.Checksum{Algorithm: a, Value: want, Type: bucket.FullObject}) {
				t.Fatalf("got %+v, want %s", out.Checksum, want)
			}
		})
	}
}

func TestConditionalPut(t *testing.T) {
	f := newStore(t)
	put := func(match, none string) error {
		_, err := f.view.Put(t.Context(), bucket.PutInput{Bucket: "data", Key: "k", Body: strings.NewReader("x"), Size: 1, IfMatch: match, IfNoneMatch: none})
		return err
	}
	if err := put("", "*"); err != nil {
		t.Fatal(err)
	}
	wantCode(t, put("", "*"), "PreconditionFailed")
	wantCode(t, put(`"other"`, ""), "PreconditionFailed")
	if err := put(`"`+md5Hex([]byte("x"))+`"`, ""); err != nil {
		t.Fatal(err)
	}
	f.remove(t, ref("k"))
	if err := put("", "*"); err != nil {
		t.Fatal(err)
	}
}

func TestConditionalReads(t *testing.T) {
	f := newStore(t)
	etag := `"` + f.put(t, "k", []byte("x")).ETag + `"`
	sel, err := f.view.Head(t.Context(), bucket.GetInput{Ref: ref("k")})
	if err != nil {
		t.Fatal(err)
	}
	at := sel.Info.LastModified
	before, after := at.Add(-time.Second), at.Add(time.Second)
	cases := map[string]struct {
		c    bucket.Conditions
		code string
	}{
		"none":                                {bucket.Conditions{}, ""},
		"match":                               {bucket.Conditions{IfMatch: etag}, ""},
		"match any":                           {bucket.Conditions{IfMatch: "*"}, ""},
		"match in list":                       {bucket.Conditions{IfMatch: `"a", ` + etag}, ""},
		"no match":                            {bucket.Conditions{IfMatch: `"a"`}, "PreconditionFailed"},
		"none match":                          {bucket.Conditions{IfNoneMatch: etag}, "NotModified"},
		"none match other":                    {bucket.Conditions{IfNoneMatch: `"a"`}, ""},
		"modified since":                      {bucket.Conditions{IfModifiedSince: before}, ""},
		"not modified since":                  {bucket.Conditions{IfModifiedSince: at}, "NotModified"},
		"unmodified since":                    {bucket.Conditions{IfUnmodifiedSince: at}, ""},
		"not unmodified since":                {bucket.Conditions{IfUnmodifiedSince: before}, "PreconditionFailed"},
		"match wins over unmodified":          {bucket.Conditions{IfMatch: etag, IfUnmodifiedSince: before}, ""},
		"none match wins over modified":       {bucket.Conditions{IfNoneMatch: `"a"`, IfModifiedSince: after}, ""},
		"none match fails, modified would do": {bucket.Conditions{IfNoneMatch: etag, IfModifiedSince: before}, "NotModified"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := f.view.Head(t.Context(), bucket.GetInput{Ref: ref("k"), Conditions: c.c})
			wantCode(t, err, c.code)
			if c.code != "" && fault.KindOf(err) != fault.Precondition {
				t.Errorf("kind %v", fault.KindOf(err))
			}
			var st *bucket.State
			if c.code == "NotModified" && (!errors.As(err, &st) || `"`+st.Info.ETag+`"` != etag) {
				t.Errorf("the error holds %+v", st)
			}
		})
	}
}

func TestRanges(t *testing.T) {
	f := newStore(t)
	f.put(t, "k", []byte("0123456789"))
	f.put(t, "empty", nil)
	cases := map[string]struct{ key, header, want, code string }{
		"first bytes":  {"k", "bytes=0-3", "0123", ""},
		"middle":       {"k", "bytes=4-4", "4", ""},
		"open end":     {"k", "bytes=7-", "789", ""},
		"suffix":       {"k", "bytes=-2", "89", ""},
		"long suffix":  {"k", "bytes=-200", "0123456789", ""},
		"past the end": {"k", "bytes=8-99", "89", ""},
		"outside":      {"k", "bytes=10-", "", "InvalidRange"},
		"zero suffix":  {"k", "bytes=-0", "", "InvalidRange"},
		"of nothing":   {"empty", "bytes=0-0", "", "InvalidRange"},
		"several":      {"k", "bytes=0-1,4-5", "0123456789", ""},
		"backwards":    {"k", "bytes=5-2", "0123456789", ""},
		"other unit":   {"k", "lines=1-2", "0123456789", ""},
		"nonsense":     {"k", "bytes=a-b", "0123456789", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o, err := f.view.Get(t.Context(), bucket.GetInput{Ref: ref(c.key), Range: c.header})
			wantCode(t, err, c.code)
			if err != nil {
				return
			}
			defer o.Close()
			b, err := io.ReadAll(o.Reader())
			if err != nil || string(b) != c.want || o.Partial != (c.header[:5] == "bytes" && name != "several" && name != "backwards" && name != "nonsense") {
				t.Fatalf("got %q, partial %v, %v", b, o.Partial, err)
			}
		})
	}
}

func TestArchivedObject(t *testing.T) {
	f := newStore(t)
	in := bucket.PutInput{Bucket: "data", Key: "k", Body: strings.NewReader("x"), Size: 1}
	in.StorageClass = "GLACIER"
	if _, err := f.view.Put(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	_, err := f.view.Get(t.Context(), bucket.GetInput{Ref: ref("k")})
	wantCode(t, err, "InvalidObjectState")
	if _, err := f.view.Head(t.Context(), bucket.GetInput{Ref: ref("k")}); err != nil {
		t.Fatal(err)
	}
}
