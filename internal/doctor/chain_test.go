package doctor_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/doctor"
)

// mendAll applies what is printed until the way is free, and returns the hops that refused.
func mendAll(t *testing.T, w *world, try func() []doctor.Facts) []doctor.Hop {
	t.Helper()
	var hops []doctor.Hop
	for range 12 {
		refused := try()
		if len(refused) == 0 {
			return hops
		}
		r := doctor.Examine("R1", refused)
		if len(r.Mends) == 0 {
			t.Fatalf("no mend for %+v", r.Findings)
		}
		for _, f := range r.Findings {
			if len(hops) == 0 || hops[len(hops)-1] != f.Hop {
				hops = append(hops, f.Hop)
			}
		}
		var text strings.Builder
		if _, err := r.WriteTo(&text); err != nil {
			t.Fatal(err)
		}
		t.Log(text.String())
		for _, m := range r.Mends {
			w.shell(m.Command)
		}
		after := try()
		for _, f := range after {
			for _, before := range refused {
				if f.Request.Action == before.Request.Action && f.Missing == before.Missing && doctor.Examine("", []doctor.Facts{f}).Findings[0].Hop == doctor.Examine("", []doctor.Facts{before}).Findings[0].Hop {
					t.Fatalf("%s is refused at the same hop after the mend:\n%s", f.Request.Action, text.String())
				}
			}
		}
	}
	t.Fatal("the mends come to no end")
	return nil
}

func (w *world) copies() []doctor.Facts {
	if f := w.copy(); f != nil {
		return []doctor.Facts{*f}
	}
	return nil
}

func TestCopyChain(t *testing.T) {
	const deny = `{"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::drop","arn:aws:s3:::drop/*"]}`
	cases := []struct {
		name string
		do   func(*world)
		want []doctor.Hop
	}{
		{"nothing is wrong", func(*world) {}, nil},
		{"role not attached", func(w *world) { w.attached = false }, []doctor.Hop{doctor.RoleAttached}},
		{"role not attached to a serverless namespace", func(w *world) { w.attached, w.serverless = false, true }, []doctor.Hop{doctor.RoleAttached}},
		{"no role", func(w *world) { w.hasRole = false }, []doctor.Hop{doctor.RoleExists}},
		{"trust of another service", func(w *world) { w.trust = strings.ReplaceAll(w.trust, "redshift", "glue") }, []doctor.Hop{doctor.RoleTrust}},
		{"trust with a condition", func(w *world) {
			w.trust = strings.Replace(w.trust, `"Action"`, `"Condition":{"StringEquals":{"sts:ExternalId":"x"}},"Action"`, 1)
		}, []doctor.Hop{doctor.RoleTrust}},
		{"no bucket", func(w *world) { w.hasBucket = false }, []doctor.Hop{doctor.BucketExists}},
		{"role without policies", func(w *world) { w.role = map[string]string{} }, []doctor.Hop{doctor.RolePolicy, doctor.RolePolicy}},
		{"role policy without list", func(w *world) { w.role["S3"] = strings.Replace(w.role["S3"], `"s3:ListBucket",`, "", 1) }, []doctor.Hop{doctor.RolePolicy}},
		{"role policy of another bucket", func(w *world) { w.role["S3"] = strings.ReplaceAll(w.role["S3"], "drop", "dorp") }, []doctor.Hop{doctor.RolePolicy}},
		{"role policy denies", func(w *world) { w.role["Deny"] = doc(`{"Effect":"Deny","Action":"s3:Get*","Resource":"*"}`) }, []doctor.Hop{doctor.RolePolicy}},
		{"role policy denies among others", func(w *world) {
			w.role["Deny"] = doc(`{"Effect":"Deny","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}`)
		}, []doctor.Hop{doctor.RolePolicy}},
		{"no bucket policy", func(w *world) { w.bucket = "" }, []doctor.Hop{doctor.BucketForRole, doctor.BucketForRole}},
		{"bucket policy of another role", func(w *world) { w.bucket = strings.ReplaceAll(w.bucket, "etl/Loader", "Loader") }, []doctor.Hop{doctor.BucketForRole}},
		{"bucket policy names a deleted role", func(w *world) { w.bucket = strings.ReplaceAll(w.bucket, roleARN, "AROAAAAAAAAAAAAAAAAAA") }, []doctor.Hop{doctor.BucketForRole}},
		{"bucket policy for objects only", func(w *world) {
			w.bucket = strings.ReplaceAll(w.bucket, `"Action":["s3:ListBucket","s3:GetObject"],"Resource":["arn:aws:s3:::drop",`, `"Action":"s3:GetObject","Resource":[`)
		}, []doctor.Hop{doctor.BucketForRole}},
		{"bucket policy with a prefix", func(w *world) {
			w.bucket = doc(`{"Effect":"Allow","Principal":{"AWS":"`+roleARN+`"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::drop/*"}`,
				`{"Effect":"Allow","Principal":{"AWS":"`+roleARN+`"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::drop","Condition":{"StringLike":{"s3:prefix":["out/*"]}}}`)
		}, []doctor.Hop{doctor.BucketForRole}},
		{"bucket policy denies all", func(w *world) { w.bucket = strings.Replace(w.bucket, `[{`, `[`+deny+`,{`, 1) }, []doctor.Hop{doctor.BucketForRole}},
		{"bucket policy denies other accounts", func(w *world) {
			w.bucket = strings.Replace(w.bucket, `[{`, `[`+strings.Replace(deny, `"Resource"`, `"Condition":{"StringNotEquals":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/Chief"}},"Resource"`, 1)+`,{`, 1)
		}, []doctor.Hop{doctor.BucketForRole}},
		{"boundary without S3", func(w *world) {
			w.boundary, w.boundaryName = doc(`{"Effect":"Allow","Action":"redshift:*","Resource":"*"}`), "arn:aws:iam::222222222222:policy/Edge"
		}, []doctor.Hop{doctor.BoundaryHop, doctor.BoundaryHop}},
		{"boundary of AWS", func(w *world) {
			w.boundary, w.boundaryName = doc(`{"Effect":"Allow","Action":"redshift:*","Resource":"*"}`), "arn:aws:iam::aws:policy/AmazonRedshiftFullAccess"
		}, []doctor.Hop{doctor.BoundaryHop, doctor.BoundaryHop}},
		{"boundary denies", func(w *world) {
			w.boundary, w.boundaryName = doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Deny","Action":"s3:*","Resource":"*"}`), "arn:aws:iam::222222222222:policy/Edge"
		}, []doctor.Hop{doctor.BoundaryHop}},
		{"session policy without S3", func(w *world) { w.sessional = doc(`{"Effect":"Allow","Action":"redshift:*","Resource":"*"}`) }, []doctor.Hop{doctor.SessionHop, doctor.SessionHop}},
		{"service control policy denies", func(w *world) {
			w.scp = map[string]string{"root": doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Deny","Action":"s3:*","Resource":"*"}`)}
		}, []doctor.Hop{doctor.SCPHop}},
		{"service control policy is silent", func(w *world) {
			w.scp = map[string]string{"root": doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`), "unit": doc(`{"Effect":"Allow","Action":"iam:*","Resource":"*"}`)}
		}, []doctor.Hop{doctor.SCPHop, doctor.SCPHop}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := complete(t)
			c.do(w)
			if diff := cmp.Diff(slices.Compact(c.want), mendAll(t, w, w.copies)); diff != "" {
				t.Errorf("hops (-want +got): %s", diff)
			}
		})
	}
}

func TestIntegrationChain(t *testing.T) {
	cases := []struct {
		name string
		do   func(*world)
		want []doctor.Hop
	}{
		{"nothing is wrong", func(*world) {}, nil},
		{"user may not", func(w *world) { w.user = map[string]string{} }, []doctor.Hop{doctor.CallerPolicy}},
		{"user is denied", func(w *world) {
			w.user["No"] = doc(`{"Effect":"Deny","Action":"redshift:CreateInbound*","Resource":"*"}`)
		}, []doctor.Hop{doctor.CallerPolicy}},
		{"namespace without policy", func(w *world) { w.namespace = "" }, []doctor.Hop{doctor.NamespaceForUs, doctor.NamespaceService}},
		{"namespace for another account", func(w *world) {
			w.namespace = strings.Replace(w.namespace, "iam::111111111111", "iam::333333333333", 1)
		}, []doctor.Hop{doctor.NamespaceForUs}},
		{"namespace for another bucket", func(w *world) {
			w.namespace = strings.Replace(w.namespace, `"Action":"redshift:Auth`, `"Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:s3:::dorp"}},"Action":"redshift:Auth`, 1)
		}, []doctor.Hop{doctor.NamespaceService}},
		{"no bucket policy", func(w *world) { w.bucket = "" }, []doctor.Hop{doctor.BucketForService}},
		{"bucket policy without put", func(w *world) { w.bucket = strings.Replace(w.bucket, `,"s3:PutBucketNotification"`, "", 1) }, []doctor.Hop{doctor.BucketForService}},
		{"bucket policy for account 2", func(w *world) {
			w.bucket = strings.Replace(w.bucket, `"Sid":"Service",`, `"Condition":{"StringEquals":{"aws:SourceAccount":"222222222222"}},`, 1)
		}, []doctor.Hop{doctor.BucketForService}},
		{"bucket policy for the namespace", func(w *world) {
			w.bucket = strings.Replace(w.bucket, `"Sid":"Service",`, `"Condition":{"StringEquals":{"aws:SourceArn":"`+namespace+`","aws:SourceAccount":"222222222222"}},`, 1)
		}, []doctor.Hop{doctor.BucketForService}},
		{"bucket policy denies the service", func(w *world) {
			w.bucket = strings.Replace(w.bucket, `[{`, `[{"Effect":"Deny","Principal":"*","Action":"s3:*Bucket*","Resource":"arn:aws:s3:::drop","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"111111111111"}}},{`, 1)
		}, []doctor.Hop{doctor.BucketForService}},
		{"an empty pair of accounts", func(w *world) { *w = *empty(w.TB) }, []doctor.Hop{doctor.CallerPolicy, doctor.NamespaceForUs, doctor.NamespaceService, doctor.BucketForService}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := complete(t)
			c.do(w)
			if diff := cmp.Diff(c.want, mendAll(t, w, w.integrate)); diff != "" {
				t.Errorf("hops (-want +got): %s", diff)
			}
		})
	}
}

// TestFromNothing mends its way from an empty pair of accounts to a loaded file.
func TestFromNothing(t *testing.T) {
	w := empty(t)
	want := []doctor.Hop{doctor.RoleAttached, doctor.RoleExists, doctor.BucketExists, doctor.RolePolicy, doctor.BucketForRole, doctor.RolePolicy, doctor.BucketForRole}
	if diff := cmp.Diff(want, mendAll(t, w, w.copies)); diff != "" {
		t.Errorf("hops (-want +got): %s", diff)
	}
}
