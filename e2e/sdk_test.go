package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/dataapi"
	"github.com/inlet-data/inlet/internal/front/aws/dmsapi"
	"github.com/inlet-data/inlet/internal/front/aws/iamapi"
	"github.com/inlet-data/inlet/internal/front/aws/logsapi"
	"github.com/inlet-data/inlet/internal/front/aws/redshiftapi"
	"github.com/inlet-data/inlet/internal/front/aws/s3api"
	"github.com/inlet-data/inlet/internal/front/aws/secretsapi"
	"github.com/inlet-data/inlet/internal/front/aws/serverlessapi"
	"github.com/inlet-data/inlet/internal/front/aws/snsapi"
	"github.com/inlet-data/inlet/internal/front/aws/stsapi"
)

// doors are the services of a node, for their tables: nothing stands behind them.
func doors() []aws.Service {
	return []aws.Service{
		s3api.New(nil), iamapi.New(nil), stsapi.New(nil), redshiftapi.New(redshiftapi.Config{}),
		serverlessapi.New(nil), dataapi.New(nil), secretsapi.New(nil), snsapi.New(nil), dmsapi.New(nil), logsapi.New(nil),
	}
}

// tabled are the services of which all operations are of one kind.
type tabled interface {
	aws.Service
	Operations() []aws.Operation
}

// supported are the names of what a service answers.
func supported(s aws.Service) []string {
	var names []string
	switch s := s.(type) {
	case *s3api.Service:
		for _, op := range s.Operations() {
			if op.Supported() {
				names = append(names, op.Name)
			}
		}
	case tabled:
		for _, op := range s.Operations() {
			if op.Supported() {
				names = append(names, op.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestDoorsComplete compares the doors with the reference, which is made of a node's own.
func TestDoorsComplete(t *testing.T) {
	text, err := os.ReadFile("../docs/reference/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Count(string(text), "\n## "); len(doors()) != want {
		t.Errorf("%d services are tested, the reference has %d", len(doors()), want)
	}
}

// sdk is the verb that calls, for each service, every operation by a script of
// its own: one that misses an operation fails.
func sdk(python interpreter) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) > 0 {
			ts.Fatalf("usage: sdk")
		}
		scripts, err := filepath.Abs("sdk")
		ts.Check(err)
		ts.Setenv("PYTHONDONTWRITEBYTECODE", "1")
		for _, door := range doors() {
			ts.Setenv("SDK_OPERATIONS", strings.Join(supported(door), ","))
			python.verb(ts, false, []string{filepath.Join(scripts, strings.ReplaceAll(door.Name(), "-", "_")+".py")})
		}
	}
}
