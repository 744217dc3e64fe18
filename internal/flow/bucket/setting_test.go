package bucket_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/guard"
)

func TestBucketNames(t *testing.T) {
	cases := map[string]struct {
		name string
		ok   bool
	}{
		"plain": {"data-source", true}, "dots": {"a.b-c.9", true}, "shortest": {"abc", true}, "longest": {strings.Repeat("a", 63), true},
		"short": {"ab", false}, "long": {strings.Repeat("a", 64), false}, "upper": {"Data", false}, "underscore": {"a_b", false},
		"dash first": {"-ab", false}, "dash last": {"ab-", false}, "two dots": {"a..b", false}, "address": {"192.168.5.4", false},
		"punycode": {"xn--abc", false}, "alias": {"abc-s3alias", false}, "slash": {"a/b", false}, "empty": {"", false},
	}
	f := open(t, t.TempDir())
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := f.view.CreateBucket(t.Context(), bucket.CreateBucketInput{Bucket: c.name})
			code := "InvalidBucketName"
			if c.ok {
				code = ""
			}
			wantCode(t, err, code)
		})
	}
}

func TestBucketsBelongToAccounts(t *testing.T) {
	f := newStore(t)
	f.bucket(t, "other-1")
	theirs := f.As(session(account2))
	_, err := theirs.CreateBucket(t.Context(), bucket.CreateBucketInput{Bucket: "data"})
	wantCode(t, err, "BucketAlreadyExists")
	if _, err = theirs.CreateBucket(t.Context(), bucket.CreateBucketInput{Bucket: "theirs"}); err != nil {
		t.Fatal(err)
	}
	if b, err := f.view.CreateBucket(t.Context(), bucket.CreateBucketInput{Bucket: "data"}); err != nil || b.Owner != account1 {
		t.Fatalf("creating one's own again in us-east-1: %+v, %v", b, err)
	}
	out, err := f.view.ListBuckets(t.Context(), bucket.ListBucketsInput{Max: 1})
	if err != nil || len(out.Buckets) != 1 || out.Buckets[0].Name != "data" || out.Owner != account1 {
		t.Fatalf("got %+v, %v", out, err)
	}
	out, err = f.view.ListBuckets(t.Context(), bucket.ListBucketsInput{Token: out.NextToken})
	if err != nil || len(out.Buckets) != 1 || out.Buckets[0].Name != "other-1" || out.NextToken != "" {
		t.Fatalf("got %+v, %v", out, err)
	}
	_, err = f.As(guard.Session{}).CreateBucket(t.Context(), bucket.CreateBucketInput{Bucket: "nobodys"})
	wantCode(t, err, "AccessDenied")
}

func TestRegions(t *testing.T) {
	cases := map[string]struct{ signed, constraint, want, code string }{
		"nothing said":          {"", "", "us-east-1", ""},
		"signed":                {"eu-west-1", "eu-west-1", "eu-west-1", ""},
		"from the first region": {"us-east-1", "eu-west-1", "eu-west-1", ""},
		"old name":              {"us-east-1", "EU", "eu-west-1", ""},
		"elsewhere":             {"eu-west-1", "us-west-2", "", "IllegalLocationConstraintException"},
		"unspecified":           {"eu-west-1", "", "", "IllegalLocationConstraintException"},
		"named first region":    {"us-east-1", "us-east-1", "", "InvalidLocationConstraint"},
		"nonsense":              {"us-east-1", "nowhere", "", "InvalidLocationConstraint"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := open(t, t.TempDir())
			by := session(account1)
			by.Request.Region = c.signed
			v := f.As(by)
			_, err := v.CreateBucket(t.Context(), bucket.CreateBucketInput{Bucket: "data", Location: c.constraint})
			wantCode(t, err, c.code)
			if err != nil {
				return
			}
			if got, err := v.BucketLocation(t.Context(), "data"); err != nil || got != c.want {
				t.Fatalf("got %s, %v", got, err)
			}
			_, err = v.CreateBucket(t.Context(), bucket.CreateBucketInput{Bucket: "data", Location: c.constraint})
			if c.want != "us-east-1" {
				wantCode(t, err, "BucketAlreadyOwnedByYou")
			}
		})
	}
}

func TestDeleteBucket(t *testing.T) {
	f := newStore(t)
	f.put(t, "k", nil)
	wantCode(t, f.view.DeleteBucket(t.Context(), "data"), "BucketNotEmpty")
	f.versioning(t, bucket.VersioningEnabled)
	marker := f.remove(t, ref("k"))
	wantCode(t, f.view.DeleteBucket(t.Context(), "data"), "BucketNotEmpty")
	f.remove(t, at("k", marker.VersionID))
	f.remove(t, at("k", "null"))
	if err := f.view.DeleteBucket(t.Context(), "data"); err != nil {
		t.Fatal(err)
	}
	wantCode(t, f.view.DeleteBucket(t.Context(), "data"), "NoSuchBucket")
	f.bucket(t, "data")
	if got, err := f.view.BucketVersioning(t.Context(), "data"); err != nil || got != bucket.VersioningOff {
		t.Fatalf("the new bucket has the old one's versioning: %v, %v", got, err)
	}
}

func TestBucketTags(t *testing.T) {
	f := newStore(t)
	_, err := f.view.BucketTagging(t.Context(), "data")
	wantCode(t, err, "NoSuchTagSet")
	want := []bucket.Tag{{Key: "a", Value: "1"}}
	if err := f.view.PutBucketTagging(t.Context(), "data", want); err != nil {
		t.Fatal(err)
	}
	if got, err := f.view.BucketTagging(t.Context(), "data"); err != nil || cmp.Diff(want, got) != "" {
		t.Fatalf("got %v, %v", got, err)
	}
	if err := f.view.DeleteBucketTagging(t.Context(), "data"); err != nil {
		t.Fatal(err)
	}
	wantCode(t, f.view.PutBucketTagging(t.Context(), "data", make([]bucket.Tag, 51)), "BadRequest")
}

func TestPublicAccessBlock(t *testing.T) {
	f := newStore(t)
	all := bucket.PublicAccessBlock{BlockPublicACLs: true, IgnorePublicACLs: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
	if got, err := f.view.PublicAccessBlock(t.Context(), "data"); err != nil || got != all {
		t.Fatalf("a new bucket has %+v, %v", got, err)
	}
	if err := f.view.PutPublicAccessBlock(t.Context(), "data", bucket.PublicAccessBlock{BlockPublicPolicy: true}); err != nil {
		t.Fatal(err)
	}
	if got, err := f.view.PublicAccessBlock(t.Context(), "data"); err != nil || got != (bucket.PublicAccessBlock{BlockPublicPolicy: true}) {
		t.Fatalf("got %+v, %v", got, err)
	}
	if err := f.view.DeletePublicAccessBlock(t.Context(), "data"); err != nil {
		t.Fatal(err)
	}
	_, err := f.view.PublicAccessBlock(t.Context(), "data")
	wantCode(t, err, "NoSuchPublicAccessBlockConfiguration")
}

func TestFixedSettings(t *testing.T) {
	f := newStore(t)
	if got, err := f.view.BucketEncryption(t.Context(), "data"); err != nil || got.Algorithm != "AES256" {
		t.Errorf("encryption %+v, %v", got, err)
	}
	if got, err := f.view.BucketOwnershipControls(t.Context(), "data"); err != nil || got != bucket.OwnerEnforced {
		t.Errorf("ownership %s, %v", got, err)
	}
	ctx := t.Context()
	cases := map[string]struct {
		err  error
		code string
	}{
		"AES256":               {f.view.PutBucketEncryption(ctx, "data", bucket.Encryption{Algorithm: "AES256", BucketKey: true}), ""},
		"key service":          {f.view.PutBucketEncryption(ctx, "data", bucket.Encryption{Algorithm: "aws:kms"}), "NotImplemented"},
		"key without service":  {f.view.PutBucketEncryption(ctx, "data", bucket.Encryption{Algorithm: "AES256", KMSKeyID: "k"}), "InvalidArgument"},
		"enforced":             {f.view.PutBucketOwnershipControls(ctx, "data", "BucketOwnerEnforced"), ""},
		"writer":               {f.view.PutBucketOwnershipControls(ctx, "data", "ObjectWriter"), "NotImplemented"},
		"bucket ACL":           {f.view.PutBucketACL(ctx, "data", "public-read"), "AccessControlListNotSupported"},
		"owner's ACL":          {f.view.PutBucketACL(ctx, "data", "bucket-owner-full-control"), ""},
		"versioning":           {f.view.PutBucketVersioning(ctx, "data", "Maybe"), "IllegalVersioningConfigurationException"},
		"lifecycle":            {f.view.BucketSetting(ctx, "data", bucket.Lifecycle), "NoSuchLifecycleConfiguration"},
		"cors":                 {f.view.BucketSetting(ctx, "data", bucket.CORS), "NoSuchCORSConfiguration"},
		"logging":              {f.view.BucketSetting(ctx, "data", bucket.Logging), ""},
		"unknown setting":      {f.view.BucketSetting(ctx, "data", "colour"), "NotImplemented"},
		"lifecycle put":        {f.view.PutBucketSetting(ctx, "data", bucket.Lifecycle), "NotImplemented"},
		"lifecycle delete":     {f.view.DeleteBucketSetting(ctx, "data", bucket.Lifecycle), ""},
		"lifecycle, no bucket": {f.view.BucketSetting(ctx, "none", bucket.Lifecycle), "NoSuchBucket"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { wantCode(t, c.err, c.code) })
	}
}

func TestNotification(t *testing.T) {
	f := newStore(t)
	entry := bucket.Integration{ID: "i1", ARN: arn.Integration("us-east-1", account1, "1"), Events: []string{"s3:ObjectCreated:*"}, Prefix: "in/"}
	ctx := t.Context()
	for _, e := range []bucket.Integration{{ID: "i1"}, {ID: "i2"}, entry} {
		if err := f.view.PutNotification(ctx, "data", e); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.view.DeleteNotification(ctx, "data", "i2"); err != nil {
		t.Fatal(err)
	}
	if err := f.view.PutNotificationConfiguration(ctx, "data", bucket.Notification{}); err != nil {
		t.Fatal(err)
	}
	n, err := f.view.NotificationConfiguration(ctx, "data")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(bucket.Notification{Integrations: []bucket.Integration{entry}}, n); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
	queue := bucket.Target{Kind: "Queue", ARN: "arn:aws:sqs:us-east-1:111111111111:q", Events: []string{"s3:ObjectCreated:*"}}
	wantCode(t, f.view.PutNotificationConfiguration(ctx, "data", bucket.Notification{Targets: []bucket.Target{queue}}), "InvalidArgument")
	wantCode(t, f.view.PutNotificationConfiguration(ctx, "data", bucket.Notification{EventBridge: true}), "NotImplemented")
}

const readers = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:role/rs"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::data/*"}]}`

func TestBucketPolicy(t *testing.T) {
	f := newStore(t)
	ctx := t.Context()
	_, err := f.view.BucketPolicy(ctx, "data")
	wantCode(t, err, "NoSuchBucketPolicy")
	if err := f.view.PutBucketPolicy(ctx, "data", []byte(readers), false); err != nil {
		t.Fatal(err)
	}
	if got, err := f.view.BucketPolicy(ctx, "data"); err != nil || string(got) != readers {
		t.Fatalf("got %s, %v", got, err)
	}
	f.judge.set()
	f.put(t, "k", nil)
	if c := f.judge.asked[0]; c.Policy == nil || c.RestrictPublic {
		t.Fatalf("the guard was asked %+v", c)
	}
	if public, err := f.view.BucketPolicyStatus(ctx, "data"); err != nil || public {
		t.Fatalf("public %v, %v", public, err)
	}
	_, err = f.As(session(account2)).BucketPolicy(ctx, "data")
	wantCode(t, err, "MethodNotAllowed")
	if err := f.view.DeleteBucketPolicy(ctx, "data"); err != nil {
		t.Fatal(err)
	}
	_, err = f.view.BucketPolicyStatus(ctx, "data")
	wantCode(t, err, "NoSuchBucketPolicy")
}

func TestRefusedPolicies(t *testing.T) {
	everyone := strings.Replace(readers, `{"AWS":"arn:aws:iam::222222222222:role/rs"}`, `"*"`, 1)
	cases := map[string]struct{ text, code string }{
		"not JSON":     {"nonsense", "MalformedPolicy"},
		"other bucket": {strings.Replace(readers, ":::data", ":::other", 1), "MalformedPolicy"},
		"public":       {everyone, "AccessDenied"},
		"too large":    {readers[:len(readers)-1] + strings.Repeat(" ", 20480) + "}", "MalformedPolicy"},
	}
	f := newStore(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			wantCode(t, f.view.PutBucketPolicy(t.Context(), "data", []byte(c.text), false), c.code)
		})
	}
	if err := f.view.PutPublicAccessBlock(t.Context(), "data", bucket.PublicAccessBlock{RestrictPublicBuckets: true}); err != nil {
		t.Fatal(err)
	}
	if err := f.view.PutBucketPolicy(t.Context(), "data", []byte(everyone), false); err != nil {
		t.Fatal(err)
	}
	f.judge.set()
	f.read(t, bucket.Ref{Bucket: "data", Key: f.puts(t, "k")})
	if !f.judge.asked[0].RestrictPublic {
		t.Fatal("the guard was not told that the public policy is restricted")
	}
}

func (f *fixture) puts(t *testing.T, key string) string {
	t.Helper()
	f.put(t, key, nil)
	return key
}

// lockout refuses what the policy of the call would bar: here, everything once there is a policy.
type lockout struct{}

func (lockout) Check(_ context.Context, c guard.Call) error {
	if c.Policy != nil {
		return errRefused
	}
	return nil
}

func TestLockout(t *testing.T) {
	s, err := bucket.Open(bucket.Config{Dir: t.TempDir(), Guard: lockout{}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	v, ctx := s.As(session(account1)), t.Context()
	if _, err := v.CreateBucket(ctx, bucket.CreateBucketInput{Bucket: "data"}); err != nil {
		t.Fatal(err)
	}
	wantCode(t, v.PutBucketPolicy(ctx, "data", []byte(readers), false), "AccessDenied")
	if err := v.PutBucketPolicy(ctx, "data", []byte(readers), true); err != nil {
		t.Fatal(err)
	}
	if err := v.DeleteBucketPolicy(ctx, "data"); err == nil {
		t.Fatal("the caller is not locked out")
	}
	root := session(account1)
	root.ARN = arn.Root(account1)
	if err := s.As(root).DeleteBucketPolicy(ctx, "data"); err != nil {
		t.Fatal(err)
	}
}

// people knows ids by ARN.
type people map[string]string

func (p people) PrincipalID(arn string) (string, bool) {
	id, ok := p[arn]
	return id, ok
}

func TestPolicyPrincipals(t *testing.T) {
	known := people{}
	s, err := bucket.Open(bucket.Config{Dir: t.TempDir(), Guard: &judge{}, Principals: known})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	v, ctx := s.As(session(account1)), t.Context()
	if _, err := v.CreateBucket(ctx, bucket.CreateBucketInput{Bucket: "data"}); err != nil {
		t.Fatal(err)
	}
	wantCode(t, v.PutBucketPolicy(ctx, "data", []byte(readers), false), "MalformedPolicy")
	known["arn:aws:iam::222222222222:role/rs"] = "AROAONE"
	if err := v.PutBucketPolicy(ctx, "data", []byte(readers), false); err != nil {
		t.Fatal(err)
	}
	if got, err := v.BucketPolicy(ctx, "data"); err != nil || string(got) != readers {
		t.Fatalf("got %s, %v", got, err)
	}
	known["arn:aws:iam::222222222222:role/rs"] = "AROATWO"
	if got, err := v.BucketPolicy(ctx, "data"); err != nil || !strings.Contains(string(got), `"AROAONE"`) {
		t.Fatalf("after the role was made anew: %s, %v", got, err)
	}
}
