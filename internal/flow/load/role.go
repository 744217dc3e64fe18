package load

import (
	"context"
	"fmt"
)

// assume takes the rights the command names.
func (r *run) assume(ctx context.Context) (err error) {
	a := &r.Copy.Auth
	if a.AccessKey != "" {
		r.objects, err = r.loader.credentials.Keys(ctx, a.AccessKey, a.SecretKey, a.Token)
		if err != nil {
			return &sourceError{location: "s3_utility.cpp:568", err: err}
		}
		return nil
	}
	roles := a.Roles
	if a.DefaultRole {
		if r.ns.DefaultRole == "" {
			return r.boxed(boxed{message: "The default IAM role is not set for the warehouse " + r.ns.Label(),
				hint: "Name a role in IAM_ROLE, or set the default with: aws redshift modify-cluster-iam-roles --cluster-identifier " + r.ns.Cluster + " --default-iam-role-arn ROLE-ARN"})
		}
		roles = []string{r.ns.DefaultRole}
	}
	if len(roles) == 0 {
		return r.boxed(boxed{message: "COPY needs IAM_ROLE or access keys"})
	}
	if !r.ns.Attached(roles[0]) {
		return r.notAttached(ctx, roles[0])
	}
	dbUser := r.ns.DBUser(r.User.Name)
	var at string
	r.objects, at, err = r.loader.credentials.Assume(ctx, r.ns, roles, dbUser)
	if err != nil {
		return r.notAssumed(at, err)
	}
	return nil
}

// attachCommand is the command that attaches a role.
func (r *run) attachCommand(role string) string {
	if r.ns.Kind == serverless {
		return fmt.Sprintf("aws redshift-serverless update-namespace --namespace-name %s --iam-roles %s", r.ns.Name, role)
	}
	return fmt.Sprintf("aws redshift modify-cluster-iam-roles --cluster-identifier %s --add-iam-roles %s", r.ns.Cluster, role)
}
