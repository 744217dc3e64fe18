package policy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

func TestAnswerCase(t *testing.T) {
	authorize := func(principal, policies string) string {
		return `{"id":7,"kind":"authorize","unknown":1,"request":{"principal":` + principal + `,"action":"s3:GetObject","resource":"` + file +
			`","resource_account":"111111111111","context":{"aws:SecureTransport":{"multi":false,"values":[true]},"a":null,"b":{},"c":["x"]}},"policies":` + policies + `}`
	}
	cases := []struct {
		name string
		in   string
		want string // a part of the answer
	}{
		{"condition", `{"id":"a","kind":"condition","operator":"StringEquals","policy_values":["x"],"value":{"multi":false,"values":["x"]},"context":{}}`, `{"id":"a","match":true}`},
		{"condition absent", `{"kind":"condition","operator":"StringNotEquals","policy_values":"x","value":null}`, `{"match":true}`},
		{"condition without value", `{"kind":"condition","operator":"Null","policy_values":true}`, `{"match":true}`},
		{"condition variable", `{"kind":"condition","operator":"StringEquals","policy_values":"${k}","value":"v","context":{"k":"v"}}`, `{"match":true}`},
		{"condition number", `{"kind":"condition","operator":"NumericLessThan","policy_values":5,"value":4}`, `{"match":true}`},
		{"condition unknown", `{"kind":"condition","operator":"X","policy_values":[]}`, `"error":"Syntax errors in policy."`},
		{"condition values", `{"kind":"condition","operator":"X","policy_values":{}}`, `"error":"list holds`},
		{"condition no values", `{"kind":"condition","operator":"X"}`, `"error":"list is not JSON"`},
		{"condition value", `{"kind":"condition","operator":"X","policy_values":[],"value":{"values":{}}}`, `"error":"values are not scalars"`},
		{"condition value twice", `{"kind":"condition","operator":"X","policy_values":[],"value":{"values":[],"values":[]}}`, `"error":"value is not JSON"`},
		{"condition context", `{"kind":"condition","operator":"X","policy_values":[],"context":{"k":{"values":{}}}}`, `"error":"context key k`},
		{"resource", `{"kind":"resource","patterns":["arn:aws:s3:::b"],"resource":"arn:aws:s3:::b","negated":false,"policy_type":"identity","effect":"Allow","context":{}}`, `{"match":true}`},
		{"resource negated", `{"kind":"resource","patterns":"*","resource":"arn:aws:s3:::b","negated":true}`, `{"match":false}`},
		{"resource padded", `{"kind":"resource","patterns":"arn:aws:s3","resource":"arn:aws:s3:::b"}`, `{"match":true}`},
		{"resource not padded", `{"kind":"resource","patterns":"arn:aws:s3","resource":"arn:aws:s3:::b","policy_type":"something else"}`, `{"match":false}`},
		{"resource patterns", `{"kind":"resource","patterns":{}}`, `"error"`},
		{"resource context", `{"kind":"resource","patterns":[],"context":{"k":{"values":{}}}}`, `"error":"context key k`},
		{"validate", `{"kind":"validate","policy":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}},"policy_type":"identity"}`, `{"valid":true}`},
		{"validate text", `{"kind":"validate","policy":"{","policy_type":"bucket"}`, `{"valid":false,"message":"This policy contains invalid Json"}`},
		{"validate null", `{"kind":"validate","policy":null,"policy_type":"identity"}`, `{"valid":false,"message":"Syntax errors in policy."}`},
		{"validate repeated key", `{"kind":"validate","policy":{"Version":"2012-10-17","Version":"2012-10-17"},"policy_type":"identity"}`, `"valid":false`},
		{"validate unknown type", `{"kind":"validate","policy":{},"policy_type":"x"}`, `"error":"unknown policy type`},
		{"public", `{"kind":"bucket_public","policy":{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}}`, `{"public":true}`},
		{"public unreadable", `{"kind":"bucket_public","policy":{}}`, `"error":"Missing required field Statement"`},
		{"anonymous", authorize(`{"type":"anonymous"}`, `{}`), `{"id":7,"decision":"implicit_deny","by":"resource"}`},
		{"service by name", authorize(`{"type":"service","name":"x.amazonaws.com"}`, `{"resource":{"Statement":{"Effect":"Allow","Principal":{"Service":"x.amazonaws.com"},"Action":"s3:*","Resource":"*"}}}`), `"decision":"allow","by":"bucket"`},
		{"nulls", authorize(`{"type":"root","arn":"arn:aws:iam::111111111111:root"}`, `{"identity":[],"permissions_boundary":null,"session":null,"resource":null,"scp":[],"rcp":[],"vpc_endpoint":null}`), `"decision":"allow","by":"identity"`},
		{"level without policies", authorize(`{"type":"root","arn":"arn:aws:iam::111111111111:root"}`, `{"scp":[{"target":"r","policies":[]}]}`), `"decision":"implicit_deny","by":"scp"`},
		{"trace", authorize(`{"type":"role","arn":"arn:aws:iam::111111111111:role/r"}`, `{"identity":[`+allowEC2+`]}`), `"trace":[{"policy_type":"identity","statement":0,"line":1,"matched":false,"grade":"none","failed":"Action"`},
		{"principal type", authorize(`{"type":"robot"}`, `{}`), `"error":"unknown principal type`},
		{"identity unreadable", authorize(`{"type":"user"}`, `{"identity":[{}]}`), `"error":"identity policy 0`},
		{"boundary unreadable", authorize(`{"type":"user"}`, `{"permissions_boundary":[{}]}`), `"error":"permissions_boundary policy 0`},
		{"session unreadable", authorize(`{"type":"user"}`, `{"session":[{}]}`), `"error":"session policy 0`},
		{"endpoint unreadable", authorize(`{"type":"user"}`, `{"vpc_endpoint":[{}]}`), `"error":"vpc_endpoint policy 0`},
		{"scp unreadable", authorize(`{"type":"user"}`, `{"scp":[{"policies":[{}]}]}`), `"error":"scp policy 0`},
		{"rcp unreadable", authorize(`{"type":"user"}`, `{"rcp":[{"policies":[{}]}]}`), `"error":"rcp policy 0`},
		{"resource unreadable", authorize(`{"type":"user"}`, `{"resource":{}}`), `"error":"Missing required field Statement"`},
		{"context unreadable", `{"request":{"principal":{"type":"user"},"context":{"k":{"values":{}}}}}`, `"error":"context key k`},
		{"kms", `{"request":{"principal":{"type":"user","arn":"arn:aws:iam::111111111111:user/u"},"action":"kms:Decrypt","resource":"arn:aws:kms:us-east-1:111111111111:key/k"},"policies":{"resource":{"Statement":{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}}}}`, `"by":"key"`},
		{"redshift", `{"request":{"principal":{"type":"user","arn":"arn:aws:iam::111111111111:user/u"},"action":"redshift:X","resource":"arn:aws:redshift:us-east-1:111111111111:namespace:n"},"policies":{"resource":{"Statement":{"Effect":"Allow","Principal":"*","Action":"redshift:*"}}}}`, `"by":"namespace"`},
		{"sqs", `{"request":{"principal":{"type":"user","arn":"arn:aws:iam::111111111111:user/u"},"action":"sqs:X","resource":"arn:aws:sqs:us-east-1:111111111111:q"},"policies":{"resource":{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*"}}}}`, `"by":"resource"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a, err := policy.AnswerCase([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(a)
			if err != nil || !strings.Contains(string(got), c.want) {
				t.Errorf("%s\nanswers %s, %v, want %s", c.in, got, err, c.want)
			}
		})
	}
	if _, err := policy.AnswerCase([]byte(`{"kind":"simulate"}`)); !errors.Is(err, policy.ErrUnknownCase) {
		t.Errorf("an unknown kind gives %v", err)
	}
	if _, err := policy.AnswerCase([]byte(`{`)); err == nil {
		t.Error("half a case is answered")
	}
	if b, err := json.Marshal(policy.Allow); err != nil || string(b) != `"allow"` {
		t.Errorf("an effect prints as %s, %v", b, err)
	}
}

// FuzzParse looks for documents that break the reader or that saving and reading take differently.
func FuzzParse(f *testing.F) {
	for _, s := range []string{seedBucketPolicy, seedRolePolicy, seedTrustPolicy, allowAll, doc(`[]`), when(`{"DateLessThan":{"a":"2026-01-01T10:20:30.5+01:00"}}`), `"\""`, `{"a":[1,true,null]}`} {
		for k := policy.Identity; k <= policy.Resource; k++ {
			f.Add([]byte(s), uint8(k))
		}
	}
	req := seedRequest("s3:GetObject", "arn:aws:s3:::data-source/in/a.csv")
	f.Fuzz(func(t *testing.T, text []byte, kind uint8) {
		k := policy.Kind(kind % uint8(policy.Resource+1))
		saved, err := policy.Parse(text, k)
		d, readErr := policy.Read(text, k)
		if err == nil && readErr != nil {
			t.Fatalf("saved but not read: %v", readErr)
		}
		if readErr != nil {
			return
		}
		if d.Text() != string(text) {
			t.Fatal("the text changed")
		}
		set := policy.Set{Identity: []*policy.Document{d}, Resource: d}
		traced := policy.Explain(req, set)
		if len(traced.Trace) != 2*d.Statements() {
			t.Fatalf("%d traces of %d statements", len(traced.Trace), d.Statements())
		}
		if quick := policy.Decide(req, set); quick.Effect != traced.Effect || quick.By != traced.By {
			t.Fatalf("decided %v, explained %v", quick.Effect, traced.Effect)
		}
		d.Public()
		for i := range d.Statements() {
			if s := d.StatementText(i); s == "" || s[0] != '{' {
				t.Fatalf("statement %d is %q", i, s)
			}
		}
		ids := map[string]string{}
		for _, p := range d.Principals() {
			ids[p] = "AROAEXAMPLEEXAMPLE123"
		}
		if back, err := policy.Read([]byte(d.Bind(ids).TextWith(func(arn, _ string) string { return arn })), k); err != nil {
			t.Fatalf("the shown text is not read: %v", err)
		} else if back.Statements() != d.Statements() {
			t.Fatal("the shown text has other statements")
		}
		_ = saved
	})
}
