package doctor_test

import (
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/doctor"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const (
	account1  = "111111111111"
	account2  = "222222222222"
	bucketARN = "arn:aws:s3:::drop"
	roleARN   = "arn:aws:iam::222222222222:role/etl/Loader"
	userARN   = "arn:aws:iam::111111111111:user/ann"
	namespace = "arn:aws:redshift:us-east-1:222222222222:namespace:n1"
	made      = "arn:aws:redshift:us-east-1:111111111111:integration:i1"
)

// world is two accounts as far as the chains need them.
type world struct {
	testing.TB
	attached, hasRole, hasBucket      bool
	trust, bucket, namespace          string
	user, role                        map[string]string // inline policies by name
	boundary, boundaryName, sessional string
	key                               string
	scp                               map[string]string
	serverless                        bool
}

// complete lets both chains through.
func complete(t testing.TB) *world {
	return &world{TB: t, attached: true, hasRole: true, hasBucket: true,
		trust: doc(`{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":"sts:AssumeRole"}`),
		bucket: doc(`{"Sid":"Service","Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":["s3:GetBucketLocation","s3:GetBucketNotification","s3:PutBucketNotification"],"Resource":"arn:aws:s3:::drop"}`,
			`{"Sid":"Role","Effect":"Allow","Principal":{"AWS":"`+roleARN+`"},"Action":["s3:ListBucket","s3:GetObject"],"Resource":["arn:aws:s3:::drop","arn:aws:s3:::drop/*"]}`),
		namespace: doc(`{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":"redshift:AuthorizeInboundIntegration","Resource":"`+namespace+`"}`,
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"redshift:CreateInboundIntegration","Resource":"`+namespace+`"}`),
		user: map[string]string{"Integrate": doc(`{"Effect":"Allow","Action":"redshift:CreateIntegration","Resource":"*"}`)},
		role: map[string]string{"S3": doc(`{"Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":["arn:aws:s3:::drop","arn:aws:s3:::drop/*"]}`)},
	}
}

// empty has accounts, a user, and nothing else.
func empty(t testing.TB) *world {
	return &world{TB: t, user: map[string]string{}, role: map[string]string{}}
}

func doc(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func (w *world) read(text string, k policy.Kind, name string) *policy.Document {
	w.Helper()
	if text == "" {
		return nil
	}
	d, err := policy.Parse([]byte(text), k) // As the services would take it.
	if err != nil {
		w.Fatalf("%s: %v\n%s", name, err, text)
	}
	return d.Named(name)
}

func (w *world) inline(all map[string]string) []*policy.Document {
	out := []*policy.Document{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, w.read(all[name], policy.Identity, "inline policy "+name))
	}
	return out
}

// ask decides a call, and returns its facts when it is refused.
func (w *world) ask(f doctor.Facts) *doctor.Facts {
	w.Helper()
	for _, name := range slices.Sorted(maps.Keys(w.scp)) {
		f.Set.SCP = append(f.Set.SCP, policy.Level{Target: name, Policies: []*policy.Document{w.read(w.scp[name], policy.SCP, "p-"+name)}})
	}
	if w.boundary != "" {
		f.Set.Boundary = []*policy.Document{w.read(w.boundary, policy.Boundary, w.boundaryName)}
	}
	if w.sessional != "" && f.Request.Principal.Type == policy.AssumedRole {
		f.Set.Session = []*policy.Document{w.read(w.sessional, policy.SessionPolicy, "session policy")}
	}
	f.At, f.Region, f.Profiles = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC), "us-east-1", map[string]string{account1: "account1", account2: "account2"}
	f.Said = policy.Explain(f.Request, f.Set)
	if f.Missing == "" && f.Said.Effect == policy.Allow {
		return nil
	}
	return &f
}

func service(source string) policy.Context {
	ctx := policy.Context{}
	ctx.Set("aws:SourceArn", source)
	ctx.Set("aws:SourceAccount", account1)
	ctx.Set("aws:PrincipalIsAWSService", "true")
	return ctx
}

var redshift = policy.Principal{Type: policy.Service, ARN: "redshift.amazonaws.com"}

// copy is COPY's way to a file: the first refusal, or nil.
func (w *world) copy() *doctor.Facts {
	w.Helper()
	assume := doctor.Facts{Request: policy.Request{Principal: redshift, Action: "sts:AssumeRole", Resource: roleARN, ResourceAccount: account2, MustName: true,
		Context: policy.Context{}}, Set: policy.Set{Resource: w.read(w.trust, policy.Trust, "trust policy of "+roleARN)}, Keeper: doctor.Keeper{Account: account2, Cluster: "wh"}}
	if w.serverless {
		assume.Keeper.Cluster, assume.Keeper.Namespace, assume.Keeper.Attached = "", "ns", []string{"arn:aws:iam::222222222222:role/Other"}
	}
	switch {
	case !w.attached:
		assume.Missing = doctor.Attachment
	case !w.hasRole:
		assume.Missing = doctor.Role
	}
	if f := w.ask(assume); f != nil {
		return f
	}
	p := policy.Principal{Type: policy.AssumedRole, ARN: "arn:aws:sts::222222222222:assumed-role/Loader/RedshiftIamRoleSession", RoleARN: roleARN, Account: account2, ID: "AROA1:RedshiftIamRoleSession"}
	for _, c := range []struct{ action, on string }{{"s3:ListBucket", bucketARN}, {"s3:GetObject", bucketARN + "/in/a.csv"}} {
		ctx := policy.Context{}
		ctx.Set("aws:PrincipalArn", roleARN)
		ctx.Set("s3:prefix", "in/")
		ctx.Set("aws:SecureTransport", "true")
		f := doctor.Facts{Request: policy.Request{Principal: p, Action: c.action, Resource: c.on, ResourceAccount: account1, Context: ctx},
			Set: policy.Set{Identity: w.inline(w.role), Resource: w.read(w.bucket, policy.Bucket, "bucket policy of drop")}, Keeper: doctor.Keeper{Account: account1}}
		if !w.hasBucket {
			f.Missing = doctor.Bucket
		}
		if f := w.ask(f); f != nil {
			return f
		}
	}
	return nil
}

// integrate is CreateIntegration's way: the refusals of one step, none when it passes.
func (w *world) integrate() []doctor.Facts {
	w.Helper()
	ann := policy.Principal{Type: policy.User, ARN: userARN, Account: account1, ID: "AIDA1"}
	ends := service(bucketARN)
	delete(ends, "aws:principalisawsservice")
	set := policy.Set{Identity: w.inline(w.user)}
	if f := w.ask(doctor.Facts{Request: policy.Request{Principal: ann, Action: "redshift:CreateIntegration", Resource: "arn:aws:redshift:us-east-1:111111111111:integration:*", ResourceAccount: account1, Context: policy.Context{}}, Set: set, Keeper: doctor.Keeper{Account: account1}}); f != nil {
		return []doctor.Facts{*f}
	}
	set.Resource = w.read(w.namespace, policy.Namespace, "resource policy of "+namespace)
	if f := w.ask(doctor.Facts{Request: policy.Request{Principal: ann, Action: "redshift:CreateInboundIntegration", Resource: namespace, ResourceAccount: account2, Context: ends}, Set: set, Keeper: doctor.Keeper{Account: account2}}); f != nil {
		return []doctor.Facts{*f}
	}
	var refused []doctor.Facts
	set.Identity = nil
	if f := w.ask(doctor.Facts{Request: policy.Request{Principal: redshift, Action: "redshift:AuthorizeInboundIntegration", Resource: namespace, ResourceAccount: account2, Context: service(bucketARN)}, Set: set, Keeper: doctor.Keeper{Account: account2}}); f != nil {
		refused = append(refused, *f)
	}
	set.Resource = w.read(w.bucket, policy.Bucket, "bucket policy of drop")
	for _, action := range []string{"s3:GetBucketLocation", "s3:GetBucketNotification", "s3:PutBucketNotification"} {
		if f := w.ask(doctor.Facts{Request: policy.Request{Principal: redshift, Action: action, Resource: bucketARN, ResourceAccount: account1, Context: service(made)}, Set: set, Keeper: doctor.Keeper{Account: account1}}); f != nil {
			refused = append(refused, *f)
		}
	}
	return refused
}

// shell runs a command in a real shell in which aws only tells its arguments.
func (w *world) shell(command string) {
	w.Helper()
	out, err := exec.Command("sh", "-c", "aws() { printf '%s\\0' \"$@\" --; }\n"+command).Output()
	if err != nil {
		w.Fatalf("%v\n%s", err, command)
	}
	for _, one := range strings.Split(strings.TrimSuffix(string(out), "--\x00"), "--\x00") {
		w.aws(strings.Split(strings.TrimSuffix(one, "\x00"), "\x00"))
	}
}

// aws does what the real one would.
func (w *world) aws(args []string) {
	w.Helper()
	flag := map[string]string{}
	for i := 2; i+1 < len(args); i++ {
		if strings.HasPrefix(args[i], "--") {
			flag[args[i]] = args[i+1]
		}
	}
	w.profile(args, flag["--profile"])
	switch name := args[0] + " " + args[1]; name {
	case "s3api put-bucket-policy":
		w.bucket = flag["--policy"]
	case "s3api delete-bucket-policy":
		w.bucket = ""
	case "s3api create-bucket":
		w.hasBucket = flag["--bucket"] == "drop"
	case "redshift put-resource-policy":
		w.namespace = flag["--policy"]
	case "redshift modify-cluster-iam-roles":
		w.attached = flag["--add-iam-roles"] == roleARN && flag["--cluster-identifier"] == "wh"
	case "redshift-serverless update-namespace":
		w.attached = slices.Contains(args, roleARN) && slices.Contains(args, "arn:aws:iam::222222222222:role/Other")
	case "iam create-role":
		w.hasRole, w.trust = flag["--role-name"] == "Loader" && flag["--path"] == "/etl/", flag["--assume-role-policy-document"]
	case "iam update-assume-role-policy":
		w.trust = flag["--policy-document"]
	case "iam put-user-policy":
		w.user[flag["--policy-name"]] = flag["--policy-document"]
	case "iam put-role-policy":
		w.role[flag["--policy-name"]] = flag["--policy-document"]
	case "iam delete-role-policy":
		delete(w.role, flag["--policy-name"])
	case "iam delete-user-policy":
		delete(w.user, flag["--policy-name"])
	case "iam create-policy-version":
		w.boundary = flag["--policy-document"]
	case "iam create-policy":
		w.boundary, w.boundaryName = flag["--policy-document"], "arn:aws:iam::"+account2+":policy/"+flag["--policy-name"]
	case "iam put-role-permissions-boundary", "redshift delete-integration":
	case "sts assume-role":
		w.sessional = flag["--policy"]
	case "organizations update-policy":
		w.scp[strings.TrimPrefix(flag["--policy-id"], "p-")] = flag["--content"]
	case "kms put-key-policy":
		w.key = flag["--policy"]
	default:
		w.Fatalf("unknown command %q", args)
	}
}

// profile checks that a command goes to the account that keeps the document.
func (w *world) profile(args []string, got string) {
	w.Helper()
	want := "account2"
	if strings.Contains(args[1], "user") || args[0] == "s3api" || args[1] == "delete-integration" || strings.Contains(fmt.Sprint(args), account1+":key") {
		want = "account1"
	}
	if got != want && args[0] != "organizations" {
		w.Errorf("%q uses profile %s, want %s", args, got, want)
	}
}
