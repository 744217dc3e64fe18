package replication

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/guard"
)

// The roles that DMS looks for by their names.
const (
	vpcRole      = "dms-vpc-role"
	logsRole     = "dms-cloudwatch-logs-role"
	endpointRole = "dms-access-for-endpoint"
)

// Service is the principal that roles of DMS trust.
const Service = "dms.amazonaws.com"

// vpcActions are what DMS does in a network as dms-vpc-role.
var vpcActions = []string{
	"ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeAvailabilityZones", "ec2:DescribeInternetGateways",
	"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute",
}

// checkVPCRole refuses as DMS does while dms-vpc-role is absent, trusts somebody else or may too little.
func (v *View) checkVPCRole(ctx context.Context, resource string) error {
	role := arn.Role(v.by.Account, "/", vpcRole)
	refused := func(err error) error {
		return notConfigured(role, "The IAM Role "+role+" is not configured properly.", err)
	}
	s, err := v.take(ctx, Assumption{Role: role, Service: Service, For: resource})
	if err != nil {
		return refused(err)
	}
	for _, action := range vpcActions {
		if err := v.store.Guard.Check(ctx, guard.Call{By: s, Action: action, On: "*", Owner: v.by.Account}); err != nil {
			return refused(err)
		}
	}
	return nil
}

// take assumes a role for the caller's request, so that a refusal is found by the request's id.
func (v *View) take(ctx context.Context, a Assumption) (guard.Session, error) {
	a.Request = v.by.Request
	s, err := v.store.Roles.Take(ctx, a)
	s.Request = v.by.Request
	return s, err
}

// ServiceRole is the ARN of the role as which a Redshift target is loaded.
func (e *Endpoint) ServiceRole() string {
	if e.ServiceAccessRole != "" {
		return e.ServiceAccessRole
	}
	if r := e.Redshift; r != nil && r.ServiceAccessRole != nil && *r.ServiceAccessRole != "" {
		return *r.ServiceAccessRole
	}
	return arn.Role(e.Account, "/", endpointRole)
}

// checkServiceRole refuses as DMS does when it cannot take the role of a Redshift target. It is
// asked when the connection is tested, as the console does, which makes an endpoint by testing it.
func (v *View) checkServiceRole(ctx context.Context, e *Endpoint) error {
	if !e.isRedshift() {
		return nil
	}
	role := e.ServiceRole()
	if _, err := v.take(ctx, Assumption{Role: role, Service: Service, For: e.ARN}); err != nil {
		return endpointRoleFault(role, err)
	}
	return nil
}

func endpointRoleFault(role string, cause error) error {
	name := role
	if a, err := arn.Parse(role); err == nil && role == arn.Role(a.Account, "/", endpointRole) {
		name = endpointRole
	}
	return notConfigured(role, fmt.Sprintf("Role '%s' is not configured properly.", name), cause)
}
