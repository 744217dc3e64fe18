package doctor_test

import (
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/doctor"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

func TestOtherResources(t *testing.T) {
	const (
		key    = "arn:aws:kms:us-east-1:111111111111:key/k1"
		topic  = "arn:aws:sns:us-east-1:111111111111:news"
		secret = "arn:aws:secretsmanager:us-east-1:111111111111:secret:s-1"
	)
	loaderRole := policy.Principal{Type: policy.AssumedRole, ARN: "arn:aws:sts::222222222222:assumed-role/Loader/RedshiftIamRoleSession", RoleARN: roleARN, Account: account2}
	ann := policy.Principal{Type: policy.User, ARN: userARN, Account: account1}
	every := doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`)
	cases := []struct {
		name, action, on, identity, resource string
		kind                                 policy.Kind
		by                                   policy.Principal
		hop                                  doctor.Hop
		command                              string
	}{
		{"key policy names nobody of account 2", "kms:Decrypt", key, every, doc(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"}`), policy.Key, loaderRole,
			doctor.KeyPolicy, "aws kms put-key-policy --key-id " + key + " --policy-name default --profile account1 --policy "},
		{"role may not decrypt", "kms:Decrypt", key, "", doc(`{"Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":"kms:*","Resource":"*"}`), policy.Key, loaderRole,
			doctor.RolePolicy, "aws iam put-role-policy --role-name Loader --policy-name AllowKmsDecrypt --profile account2 --policy-document "},
		{"topic without policy", "sns:Publish", topic, every, "", policy.Resource, loaderRole,
			doctor.ResourcePolicy, "aws sns set-topic-attributes --topic-arn " + topic + " --attribute-name Policy --profile account1 --attribute-value "},
		{"secret without policy", "secretsmanager:GetSecretValue", secret, every, "", policy.Resource, loaderRole,
			doctor.ResourcePolicy, "aws secretsmanager put-resource-policy --secret-id " + secret + " --profile account1 --resource-policy "},
		{"user without policy", "iam:ListRoles", "arn:aws:iam::111111111111:role/", "", "", policy.Resource, ann,
			doctor.CallerPolicy, "aws iam put-user-policy --user-name ann --policy-name AllowIamListRoles --profile account1 --policy-document "},
		{"stranger", "s3:GetObject", "arn:aws:s3:::drop/a", "", "", policy.Bucket, policy.Principal{},
			doctor.BucketForCaller, "aws s3api put-bucket-policy --bucket drop --profile account1 --policy "},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := empty(t)
			f := doctor.Facts{Request: policy.Request{Principal: c.by, Action: c.action, Resource: c.on, ResourceAccount: account1, Context: policy.Context{}},
				Set: policy.Set{Identity: []*policy.Document{}, Resource: w.read(c.resource, c.kind, "policy")}, Keeper: doctor.Keeper{Account: account1},
				Profiles: map[string]string{account1: "account1", account2: "account2"}}
			if c.identity != "" {
				f.Set.Identity = append(f.Set.Identity, w.read(c.identity, policy.Identity, "inline policy All"))
			}
			f.Said = policy.Explain(f.Request, f.Set)
			r := doctor.Examine("R", []doctor.Facts{f})
			if got := r.Findings[0]; got.Hop != c.hop || got.Now != "refused" || got.NoMend != "" {
				t.Errorf("hop %s, now %s, %s", got.Hop, got.Now, got.NoMend)
			}
			if len(r.Mends) != 1 || !strings.HasPrefix(r.Mends[0].Command, c.command+"\"$(cat <<'POLICY'\n{") {
				t.Errorf("mends: %+v", r.Mends)
			}
		})
	}
}

// TestPublicBlocked mends what no statement can.
func TestPublicBlocked(t *testing.T) {
	f := doctor.Facts{Request: policy.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::drop/a", ResourceAccount: account1, Context: policy.Context{}, RestrictPublic: true},
		Keeper: doctor.Keeper{Account: account1, PublicOpen: []string{"BlockPublicAcls", "RestrictPublicBuckets"}}}
	f.Set.Resource = empty(t).read(doc(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::drop/*"}`), policy.Bucket, "bucket policy of drop")
	f.Said = policy.Explain(f.Request, f.Set)
	r := doctor.Examine("R", []doctor.Facts{f})
	const want = "aws s3api put-public-access-block --bucket drop --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=false,BlockPublicPolicy=false,RestrictPublicBuckets=false --profile 111111111111"
	if r.Findings[0].Hop != doctor.PublicAccess || len(r.Mends) != 1 || r.Mends[0].Command != want {
		t.Errorf("got %+v", r)
	}
}

// TestAllowedNow says so when the policies have been mended since.
func TestAllowedNow(t *testing.T) {
	w := complete(t)
	w.bucket = ""
	f := w.copy()
	f.Set.Resource = w.read(complete(t).bucket, policy.Bucket, "bucket policy of drop")
	r := doctor.Examine("R", []doctor.Facts{*f})
	var text strings.Builder
	if _, err := r.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	if r.Findings[0].Now != "allowed" || len(r.Mends) != 0 || !strings.Contains(text.String(), "would be allowed now") {
		t.Errorf("got %s", text.String())
	}
}

// TestGroups changes a group's policy where that is the one that denies.
func TestGroups(t *testing.T) {
	w := empty(t)
	f := doctor.Facts{Request: policy.Request{Principal: policy.Principal{Type: policy.User, ARN: userARN, Account: account1}, Action: "s3:GetObject", Resource: "arn:aws:s3:::drop/a", ResourceAccount: account1, Context: policy.Context{}},
		Keeper: doctor.Keeper{Account: account1}, Set: policy.Set{Identity: []*policy.Document{
			w.read(doc(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`), policy.Identity, "inline policy S3"),
			w.read(doc(`{"Effect":"Deny","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}`), policy.Identity, "inline policy Stop of group Guests")}}}
	f.Said = policy.Explain(f.Request, f.Set)
	r := doctor.Examine("R", []doctor.Facts{f})
	if len(r.Mends) != 1 || !strings.HasPrefix(r.Mends[0].Command, "aws iam put-group-policy --group-name Guests --policy-name Stop --profile 111111111111") {
		t.Errorf("got %+v", r.Mends)
	}
}
