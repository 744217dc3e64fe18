package doctor_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/doctor"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// dice makes documents of what could stand in them.
type dice struct{ *rand.Rand }

func (d dice) of(all ...string) string { return all[d.IntN(len(all))] }

// some is a list of one to three of all.
func (d dice) some(all ...string) string {
	picked := make([]string, 1+d.IntN(3))
	for i := range picked {
		picked[i] = `"` + d.of(all...) + `"`
	}
	return "[" + strings.Join(picked, ",") + "]"
}

func (d dice) statement(k policy.Kind) string {
	s := `{"Effect":"` + d.of("Allow", "Allow", "Deny") + `"`
	if k == policy.Bucket {
		s += "," + d.of(`"Principal":"*"`, `"Principal":{"AWS":`+d.some(roleARN, userARN, "arn:aws:iam::222222222222:root", account1)+`}`,
			`"Principal":{"Service":"redshift.amazonaws.com"}`, `"NotPrincipal":{"AWS":`+d.some(roleARN, userARN, "arn:aws:iam::222222222222:root")+`}`)
	}
	s += `,"` + d.of("Action", "Action", "Action", "NotAction") + `":` + d.some("s3:GetObject", "s3:*", "s3:Get*", "s3:PutObject", "s3:DeleteObject")
	s += `,"` + d.of("Resource", "Resource", "Resource", "NotResource") + `":` + d.some("arn:aws:s3:::drop/*", "arn:aws:s3:::drop/in/a.csv", "arn:aws:s3:::drop/out/*")
	if d.IntN(2) == 0 {
		s += `,"Condition":{"` + d.of("StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists", "ForAnyValue:StringEquals", "ArnLike") + `":{"` +
			d.of("aws:PrincipalArn", "aws:SourceAccount", "aws:SourceArn", "aws:PrincipalAccount", "s3:ExistingObjectTag/x") + `":` + d.some(roleARN, account1, account2, made, "x") + `},"` +
			d.of("Bool", "Null", "BoolIfExists") + `":{"aws:SecureTransport":"` + d.of("true", "false") + `"}}`
	}
	return s + "}"
}

func (d dice) document(t *testing.T, k policy.Kind, name string) *policy.Document {
	t.Helper()
	statements := make([]string, 1+d.IntN(4))
	for i := range statements {
		statements[i] = d.statement(k)
	}
	p, err := policy.Read([]byte(doc(statements...)), k)
	if err != nil {
		t.Fatal(err)
	}
	return p.Named(name)
}

func (d dice) facts(t *testing.T) doctor.Facts {
	t.Helper()
	ctx := service(made)
	p := redshift
	if d.IntN(3) > 0 {
		ctx = policy.Context{}
		ctx.Set("aws:PrincipalArn", roleARN)
		ctx.Set("aws:PrincipalAccount", account2)
		p = policy.Principal{Type: policy.AssumedRole, ARN: "arn:aws:sts::222222222222:assumed-role/Loader/s", RoleARN: roleARN, Account: account2}
	}
	ctx.Set("aws:SecureTransport", "true")
	owner := d.of(account1, account2)
	f := doctor.Facts{Request: policy.Request{Principal: p, Action: "s3:GetObject", Resource: "arn:aws:s3:::drop/in/a.csv", ResourceAccount: owner, Context: ctx}, Keeper: doctor.Keeper{Account: owner}}
	for i := range d.IntN(3) {
		f.Set.Identity = append(f.Set.Identity, d.document(t, policy.Identity, fmt.Sprint("inline policy P", i)))
	}
	if d.IntN(2) == 0 {
		f.Set.Identity = append(f.Set.Identity, d.document(t, policy.Identity, "arn:aws:iam::aws:policy/Given"))
	}
	if d.IntN(3) == 0 {
		f.Set.Boundary = []*policy.Document{d.document(t, policy.Boundary, "arn:aws:iam::222222222222:policy/Edge")}
	}
	if d.IntN(3) == 0 {
		f.Set.Session = []*policy.Document{d.document(t, policy.SessionPolicy, "session policy"), d.document(t, policy.SessionPolicy, "session policy")}
	}
	if d.IntN(4) > 0 {
		f.Set.Resource = d.document(t, policy.Bucket, "bucket policy of drop")
	}
	f.Said = policy.Explain(f.Request, f.Set)
	return f
}

// TestMendAnything mends calls that random documents refuse: whatever stands
// there, the hop that refuses lets the call pass with what was found.
func TestMendAnything(t *testing.T) {
	refused := 0
	for seed := range uint64(600) {
		d := dice{rand.New(rand.NewPCG(seed, 1))}
		f := d.facts(t)
		if f.Said.Effect == policy.Allow {
			continue
		}
		refused++
		r := doctor.Examine("R", []doctor.Facts{f})
		if r.Findings[0].NoMend != "" {
			t.Errorf("seed %d: no mend at %s: %s\n%+v", seed, r.Findings[0].Hop, r.Findings[0].NoMend, r.Findings[0])
			continue
		}
		for _, m := range r.Mends {
			if m.Command == "" || len(m.Document) > 0 && !strings.Contains(m.Command, string(m.Document)) {
				t.Errorf("seed %d: %+v", seed, m)
			}
		}
		var text strings.Builder
		if _, err := r.WriteTo(&text); err != nil {
			t.Fatal(err)
		}
	}
	if refused < 300 {
		t.Errorf("only %d of the calls were refused", refused)
	}
}
