package load

import (
	"errors"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// A role is usable a moment after it was attached; a COPY that comes before is refused
// as if it were not attached, and told to try again.
func TestTrapRoleIsBeingAttached(t *testing.T) {
	const role = "arn:aws:iam::222222222222:role/r"
	for kind, want := range map[warehouse.NamespaceKind]struct{ message, code string }{
		warehouse.Provisioned: {"User arn:aws:redshift:us-east-1:222222222222:dbuser:c/bob is not authorized to assume IAM Role " + role, "code:      8001"},
		warehouse.Serverless:  {"The requested role " + role + " is not associated to cluster, should retry : 0", "code:      30000"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			n := &warehouse.Namespace{Kind: kind, Account: "222222222222", Region: "us-east-1", Cluster: "c", Name: "n",
				Roles: []warehouse.AttachedRole{{ARN: role, Status: warehouse.RoleAdding}}}
			if !n.Attaching(role) || n.Attached(role) {
				t.Error("a role that is being attached counts as attached")
			}
			err := (&run{Request: Request{Copy: &dialect.Copy{Auth: dialect.Auth{Roles: []string{role}}}, User: warehouse.User{Name: "bob"}}, loader: &Loader{}, ns: n}).assume(t.Context())
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || !strings.Contains(f.Message, want.message) || !strings.Contains(f.Detail, want.code) || !strings.Contains(f.Hint, "being attached") {
				t.Errorf("got %v, detail %q, hint %q", err, f.Detail, f.Hint)
			}
		})
	}
}
