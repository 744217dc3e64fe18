package node_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/node"
)

// open are the operations that need no permission, and why.
var open = map[string]string{
	"sts/GetCallerIdentity": "AWS lets everybody ask who he is, even if a policy denies it",
	"sts/GetSessionToken":   "AWS gives every user a token with the user's own rights",
}

// denials are the codes by which services refuse who may not.
var denials = []string{"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}

// TestStranger calls every operation of every service but S3, whose own test does
// it, as a user of account 1 without a policy: each is denied.
func TestStranger(t *testing.T) {
	n := start(t, options(t.TempDir()))
	id, secret := n.AdminKey(node.Account1)
	known := furnish(t, &caller{n, id, secret})
	by := stranger(t, n)
	for _, svc := range n.Doors() {
		svc, ok := svc.(tabled)
		if !ok {
			continue
		}
		for _, op := range svc.Operations() {
			name := svc.Name() + "/" + op.Name
			t.Run(name, func(t *testing.T) { by.denied(t, svc, op, known) })
		}
	}
}

func (c *caller) denied(t *testing.T, svc tabled, op aws.Operation, known parameters) {
	if !op.Supported() {
		if got := c.call(t, svc, op.Name, nil); got.status/100 != 4 {
			t.Errorf("not supported, but the answer is %d: %s", got.status, got.body)
		}
		return
	}
	in := known.of(svc, op)
	got := c.call(t, svc, op.Name, in)
	if open[svc.Name()+"/"+op.Name] != "" {
		if got.status != 200 {
			t.Errorf("everybody may, but the answer is %d: %s", got.status, got.body)
		}
		return
	}
	if got.status/100 != 4 || !slices.Contains(denials, got.code) {
		t.Errorf("%v is answered with %d %s: %s", in, got.status, got.code, strings.TrimSpace(got.body))
	}
}

// stranger makes a user of account 1 without a policy, with an access key.
func stranger(t *testing.T, n *running) *caller {
	t.Helper()
	view := n.Identities().As(n.Root(node.Account1))
	if _, err := view.CreateUser(t.Context(), identity.CreateUserInput{Name: "stranger"}); err != nil {
		t.Fatal(err)
	}
	key, err := view.CreateAccessKey(t.Context(), "stranger")
	if err != nil {
		t.Fatal(err)
	}
	return &caller{n, key.ID, key.Secret}
}

// made is a resource that account 1 has when the stranger comes: what the call
// answers under a name becomes a parameter.
type made struct {
	service, operation string
	in                 map[string]any
	keep               map[string]string // element of the answer to parameter
}

// furnish makes one of everything in account 1, so that the stranger meets things that are there.
func furnish(t *testing.T, admin *caller) parameters {
	t.Helper()
	known := parameters{}
	for name, v := range fixed {
		known[name] = v
	}
	services := map[string]tabled{}
	for _, svc := range admin.node.Doors() {
		if svc, ok := svc.(tabled); ok {
			services[svc.Name()] = svc
		}
	}
	for _, m := range furniture {
		svc := services[m.service]
		if svc == nil {
			continue
		}
		got := admin.call(t, svc, m.operation, m.in)
		if got.status != 200 {
			t.Fatalf("%s: %d %s", m.operation, got.status, got.body)
		}
		for element, parameter := range m.keep {
			known[parameter] = elementOf(t, got.body, element)
		}
	}
	return known
}
