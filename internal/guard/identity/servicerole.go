package identity

import (
	"context"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// linkedPath begins the path of roles that belong to a service.
const linkedPath = "/aws-service-role/"

// linkedRole is the role that a service wants to have in an account, and AWS's policy for it.
type linkedRole struct{ name, policy string }

// linkedRoles are the service-linked roles of the services of this node.
var linkedRoles = map[string]linkedRole{
	"redshift.amazonaws.com": {"AWSServiceRoleForRedshift", "AmazonRedshiftServiceLinkedRolePolicy"},
	"dms.amazonaws.com":      {"AWSServiceRoleForDMSServerless", "AWSDMSServerlessServiceRolePolicy"},
}

// protected refuses to change a role that belongs to a service.
func (b *Bearer) protected() error {
	if !strings.HasPrefix(b.Path, linkedPath) || b.ARN != roleARN(b.Account, b.Path, b.Name) {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Code: "UnmodifiableEntity", On: b.ARN, Message: fmt.Sprintf(
		"Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", b.Name)}
}

// LinkedRoleInput says which service's role to make.
type LinkedRoleInput struct{ Service, Description, Suffix string }

func (v *View) linkedRole(in LinkedRoleInput) Role {
	linked := linkedRoles[in.Service]
	r := Role{
		Bearer: v.bearer(linkedPath+in.Service+"/", linked.name, ofRole), MaxSession: DefaultMaxSession,
		Description: in.Description,
		Trust:       `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + in.Service + `"},"Action":"sts:AssumeRole"}]}`,
	}
	r.Attached = []string{"arn:aws:iam::aws:policy" + linkedPath + linked.policy}
	return r
}

// CreateServiceLinkedRole makes the role of a service.
func (v *View) CreateServiceLinkedRole(ctx context.Context, in LinkedRoleInput) (Role, error) {
	r := v.linkedRole(in)
	return r, v.store.update(func(s *state, c *change) error {
		a := asked{action: "CreateServiceLinkedRole", on: r.ARN, facts: map[string][]string{"iam:AWSServiceName": {in.Service}}}
		if err := v.check(ctx, a); err != nil {
			return err
		}
		if _, known := linkedRoles[in.Service]; !known {
			return invalidInput("Service Linked Role not supported for %s.", in.Service)
		}
		if in.Suffix != "" {
			return invalidInput("Custom suffix is not allowed for %s", in.Service)
		}
		if _, taken := ofRole.find(s, r.Account, r.Name); taken {
			return invalidInput("Service role name %s has been taken in this account, please try a different suffix.", r.Name)
		}
		kept := r
		kept.Bearer = r.copy()
		c.putRole(&kept)
		return nil
	})
}

// DeleteServiceLinkedRole removes the role of a service at once and returns the id of the task that AWS would make of it.
func (v *View) DeleteServiceLinkedRole(ctx context.Context, name string) (task string, err error) {
	err = v.store.update(func(s *state, c *change) error {
		b, ok := ofRole.find(s, v.by.Account, name)
		if err := v.check(ctx, asked{action: "DeleteServiceLinkedRole", on: b.ARN, tags: b.Tags}); err != nil {
			return err
		}
		if !ok {
			return noSuchEntity(ofRole.word, name)
		}
		if b.protected() == nil {
			return invalidInput("%s is not a service-linked role.", name)
		}
		r := s.roles[nameKey(b.Account, b.Name)]
		task = "task" + b.Path + b.Name + "/" + strings.TrimPrefix(b.ID, idPrefix[ofRole.word])
		c.put(roleTable, nameKey(b.Account, b.Name), nil, func(s *state) error { s.dropRole(r); return nil })
		return nil
	})
	return task, err
}

// LinkedRoleGone answers for a deletion task: it is done when no role has the id it names.
func (v *View) LinkedRoleGone(ctx context.Context, task string) error {
	if err := v.check(ctx, asked{action: "GetServiceLinkedRoleDeletionStatus", on: "*"}); err != nil {
		return err
	}
	steps := strings.Split(task, "/")
	if len(steps) != 5 || !strings.HasPrefix(task, "task"+linkedPath) || len(steps[4]) != 17 {
		return invalidInput("The deletion task id %s is not valid.", task)
	}
	var there bool
	v.store.read(func(s *state) {
		r := s.roles[nameKey(v.by.Account, steps[3])]
		there = r != nil && strings.HasSuffix(r.ID, steps[4])
	})
	if there {
		return noSuchEntityText("The deletion task %s cannot be found.", task)
	}
	return nil
}
