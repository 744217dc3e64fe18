package bucket_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/guard"
)

// noOne refuses everything.
type noOne struct{}

func (noOne) Check(context.Context, guard.Call) error { return errRefused }

// TestStrangerIsRefusedEverywhere calls every method of a view as somebody who
// may do nothing; a new method is in it without being listed here.
func TestStrangerIsRefusedEverywhere(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir)
	f.bucket(t, "data")
	f.put(t, "k", []byte("x"))
	u := f.begin(t, "k", bucket.Checksum{})
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := bucket.Open(bucket.Config{Dir: dir, Guard: noOne{}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	view := reflect.ValueOf(s.As(session(account2)))
	for i := range view.NumMethod() {
		name, method := view.Type().Method(i).Name, view.Method(i)
		if name == "With" || name == "Expect" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			out := method.Call(arguments(t.Context(), method.Type(), u))
			err, _ := out[len(out)-1].Interface().(error)
			if name == "DeleteObjects" {
				err = out[0].Index(0).Interface().(bucket.DeleteResult).Err
			}
			if !errors.Is(err, errRefused) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// arguments makes a plausible value for each parameter.
func arguments(ctx context.Context, m reflect.Type, u bucket.UploadRef) []reflect.Value {
	in := []reflect.Value{reflect.ValueOf(ctx)}
	for i := 1; i < m.NumIn(); i++ {
		v := reflect.New(m.In(i)).Elem()
		fillIn(v, u)
		in = append(in, v)
	}
	return in
}

func fillIn(v reflect.Value, u bucket.UploadRef) {
	switch v.Interface().(type) {
	case bucket.UploadRef:
		v.Set(reflect.ValueOf(u))
		return
	case bucket.Setting:
		v.SetString(string(bucket.CORS))
		return
	case []bucket.DeleteInput:
		v.Set(reflect.ValueOf([]bucket.DeleteInput{{Ref: ref("k")}}))
		return
	}
	if v.Kind() == reflect.String {
		v.SetString("data")
		return
	}
	if v.Kind() != reflect.Struct {
		return
	}
	for i := range v.NumField() {
		switch field := v.Field(i); {
		case v.Type().Field(i).Name == "Key":
			field.SetString("k")
		case v.Type().Field(i).Name == "Bucket", field.Kind() == reflect.Struct && field.CanSet():
			fillIn(field, u)
		}
	}
}

func TestWhatTheGuardIsAsked(t *testing.T) {
	f := newStore(t)
	f.put(t, "k", []byte("x"))
	f.versioning(t, bucket.VersioningEnabled)
	id := f.put(t, "k", []byte("y")).VersionID
	tagged := bucket.PutInput{Bucket: "data", Key: "t", Body: strings.NewReader("x"), Size: 1}
	tagged.Tags, tagged.ACL = []bucket.Tag{{Key: "a", Value: "1"}}, "bucket-owner-full-control"
	cases := map[string]struct {
		call func() error
		want []string
	}{
		"get":         {func() error { return second(f.view.Get(t.Context(), bucket.GetInput{Ref: ref("k")})) }, []string{"s3:GetObject"}},
		"get version": {func() error { return second(f.view.Get(t.Context(), bucket.GetInput{Ref: at("k", id)})) }, []string{"s3:GetObjectVersion"}},
		"get missing": {func() error { return second(f.view.Get(t.Context(), bucket.GetInput{Ref: ref("none")})) }, []string{"s3:GetObject", "s3:ListBucket"}},
		"put":         {func() error { return second(f.view.Put(t.Context(), tagged)) }, []string{"s3:PutObject", "s3:PutObjectTagging", "s3:PutObjectAcl"}},
		"delete":      {func() error { return second(f.view.Delete(t.Context(), bucket.DeleteInput{Ref: at("k", id)})) }, []string{"s3:DeleteObjectVersion"}},
		"copy": {func() error {
			return second(f.view.Copy(t.Context(), bucket.CopyInput{Source: ref("t"), Bucket: "data", Key: "c"}))
		}, []string{"s3:GetObject", "s3:GetObjectTagging", "s3:PutObject", "s3:PutObjectTagging"}},
		"attributes":   {func() error { return second(f.view.Attributes(t.Context(), ref("k"))) }, []string{"s3:GetObject", "s3:GetObjectAttributes"}},
		"head bucket":  {func() error { return second(f.view.HeadBucket(t.Context(), "data")) }, []string{"s3:ListBucket"}},
		"list buckets": {func() error { return second(f.view.ListBuckets(t.Context(), bucket.ListBucketsInput{})) }, []string{"s3:ListAllMyBuckets"}},
		"no bucket":    {func() error { return second(f.view.HeadBucket(t.Context(), "none")) }, nil},
	}
	for _, name := range []string{"get", "get version", "get missing", "put", "copy", "attributes", "head bucket", "list buckets", "no bucket", "delete"} {
		t.Run(name, func(t *testing.T) {
			f.judge.set()
			if err := cases[name].call(); fault.KindOf(err) == fault.Internal && err != nil {
				t.Fatal(err)
			}
			if got := f.judge.actions(); !slices.Equal(got, cases[name].want) {
				t.Errorf("asked %q, want %q", got, cases[name].want)
			}
		})
	}
}

// second drops a result; objects stay open, which the fixture tolerates.
func second[T any](_ T, err error) error { return err }

func TestMissingKeyNeedsListBucket(t *testing.T) {
	f := newStore(t)
	_, err := f.view.Get(t.Context(), bucket.GetInput{Ref: ref("none")})
	wantCode(t, err, "NoSuchKey")
	f.judge.set("s3:ListBucket")
	_, err = f.view.Head(t.Context(), bucket.GetInput{Ref: ref("none")})
	wantCode(t, err, "AccessDenied")
	_, err = f.view.Head(t.Context(), bucket.GetInput{Ref: bucket.Ref{Bucket: "none", Key: "k"}})
	wantCode(t, err, "NoSuchBucket")
}

func TestExpectedOwner(t *testing.T) {
	f := newStore(t)
	f.put(t, "k", nil)
	right, wrong := f.view.Expect(account1, account1), f.view.Expect(account2, "")
	if _, err := right.Head(t.Context(), bucket.GetInput{Ref: ref("k")}); err != nil {
		t.Fatal(err)
	}
	_, err := wrong.Head(t.Context(), bucket.GetInput{Ref: ref("k")})
	wantCode(t, err, "AccessDenied")
	_, err = wrong.HeadBucket(t.Context(), "data")
	wantCode(t, err, "AccessDenied")
	_, err = f.view.Expect("", account2).Copy(t.Context(), bucket.CopyInput{Source: ref("k"), Bucket: "data", Key: "c"})
	wantCode(t, err, "AccessDenied")
}

func TestConditionKeys(t *testing.T) {
	f := newStore(t)
	by := session(account2)
	by.Request.AuthType = "REST-QUERY-STRING"
	v := f.As(by).With(map[string][]string{"s3:signatureAge": {"5"}})
	in := bucket.PutInput{Bucket: "data", Key: "k", Body: strings.NewReader("x"), Size: 1, IfNoneMatch: "*"}
	in.Attributes = bucket.Attributes{StorageClass: "STANDARD_IA", Encryption: "AES256", Tags: []bucket.Tag{{Key: "a", Value: "1"}, {Key: "b", Value: "2"}}}
	f.judge.set()
	if _, err := v.Put(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	call := f.judge.asked[0]
	want := map[string][]string{
		"s3:ResourceAccount": {account1}, "s3:authType": {"REST-QUERY-STRING"}, "s3:signatureversion": {"AWS4-HMAC-SHA256"}, "s3:signatureAge": {"5"},
		"s3:x-amz-storage-class": {"STANDARD_IA"}, "s3:x-amz-server-side-encryption": {"AES256"}, "s3:if-none-match": {"*"},
		"s3:RequestObjectTag/a": {"1"}, "s3:RequestObjectTag/b": {"2"}, "s3:RequestObjectTagKeys": {"a", "b"},
	}
	if diff := cmp.Diff(want, call.Context); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if call.Owner != account1 || call.By.Account != account2 || call.On != "arn:aws:s3:::data/k" {
		t.Errorf("asked %+v", call)
	}
}
