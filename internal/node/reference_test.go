package node_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/s3api"
	"github.com/inlet-data/inlet/internal/node"
)

var rewrite = flag.Bool("rewrite", false, "write docs/reference/operations.md")

const reference = "../../docs/reference/operations.md"

// TestReference compares the committed reference with the tables of operations.
func TestReference(t *testing.T) {
	want := referenceOf(new(node.Node).Doors())
	if *rewrite {
		if err := os.WriteFile(reference, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not current; go test ./internal/node -run TestReference -rewrite writes it:\n%s", reference, diff)
	}
}

// row is an operation in the reference.
type row struct {
	name, action string
	supported    bool
}

const referenceHead = `# Operations

Which operations of AWS a node answers, and the IAM action each asks for first. An
operation that is not supported is refused by name, with a status that makes no
client repeat it. Operations that are not listed are unknown to inlet.

This file is written from the tables of operations:
` + "`go test ./internal/node -run TestReference -rewrite`.\n"

// titles are the services' names for people.
var titles = map[string]string{
	"s3": "Amazon S3", "iam": "AWS IAM", "sts": "AWS STS", "redshift": "Amazon Redshift", "redshift-serverless": "Amazon Redshift Serverless",
	"redshift-data": "Amazon Redshift Data API", "secretsmanager": "AWS Secrets Manager", "sns": "Amazon SNS", "dms": "AWS Database Migration Service", "logs": "Amazon CloudWatch Logs",
}

func referenceOf(doors []aws.Service) string {
	var b strings.Builder
	b.WriteString(referenceHead + "\n| service | supported | of |\n|---|---|---|\n")
	for _, svc := range doors {
		rows := rowsOf(svc)
		supported := 0
		for _, r := range rows {
			if r.supported {
				supported++
			}
		}
		fmt.Fprintf(&b, "| [%s](#%s) | %d | %d |\n", titles[svc.Name()], anchor(titles[svc.Name()]), supported, len(rows))
	}
	for _, svc := range doors {
		fmt.Fprintf(&b, "\n## %s\n\n| operation | supported | IAM action |\n|---|---|---|\n", titles[svc.Name()])
		for _, r := range rowsOf(svc) {
			supported, action := "no", ""
			if r.supported {
				supported = "yes"
			}
			if r.action != "" {
				action = "`" + r.action + "`"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", r.name, supported, action)
		}
	}
	return b.String()
}

func anchor(title string) string { return strings.ReplaceAll(strings.ToLower(title), " ", "-") }

// rowsOf lists a service's operations by name. S3 names one operation twice where two kinds of path lead to it.
func rowsOf(svc aws.Service) []row {
	var rows []row
	switch svc := svc.(type) {
	case *s3api.Service:
		for _, op := range svc.Operations() {
			rows = append(rows, row{op.Name, op.Action, op.Supported() || op.Name == "Preflight"})
		}
	case tabled:
		for _, op := range svc.Operations() {
			rows = append(rows, row{op.Name, op.Action, op.Supported()})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.name, b.name) })
	return slices.Compact(rows)
}
