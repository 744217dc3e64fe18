package warehouse

import (
	"context"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// ModifyClusterInput says what to change of a cluster. What is nil or empty stays.
type ModifyClusterInput struct {
	ClusterChange
	Identifier, NewIdentifier string
	Password                  string
	ManagePassword            *bool
	SecretKey                 string
	SecurityGroups            []string
}

// ModifyCluster changes a cluster at once; a new port restarts it.
func (v *NamespaceView) ModifyCluster(ctx context.Context, in ModifyClusterInput) (*Namespace, error) {
	n, err := v.cluster(ctx, "redshift:ModifyCluster", in.Identifier)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if err := v.store.wouldModify(n, &in); err != nil {
		return nil, err
	}
	if err = v.store.repassword(ctx, n, newAdmin{in.Password, in.ManagePassword}); err != nil {
		return nil, err
	}
	changed, err := v.store.update(n.ID, func(n *Namespace) error { return v.store.modify(n, &in) })
	if err != nil {
		return nil, err
	}
	if changed.Port == n.Port {
		return changed, nil
	}
	return v.store.restart(ctx, changed)
}

func (in *ModifyClusterInput) check() error {
	in.NewIdentifier = strings.ToLower(in.NewIdentifier)
	if in.NewIdentifier != "" {
		if err := checkIdentifier(in.NewIdentifier); err != nil {
			return err
		}
	}
	if in.Password == "" {
		return nil
	}
	if in.ManagePassword != nil && *in.ManagePassword {
		return badParameter("InvalidParameterCombination", "You can't specify MasterUserPassword when ManageMasterPassword is true.")
	}
	return checkPassword("InvalidParameterValue", "MasterUserPassword", in.Password)
}

// wouldModify tries a change on a copy, so that a wrong one changes nothing.
func (s *Namespaces) wouldModify(n *Namespace, in *ModifyClusterInput) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.modify(n.copy(), in)
}

// modify writes a change into a cluster's record. The caller holds the lock.
func (s *Namespaces) modify(n *Namespace, in *ModifyClusterInput) error {
	if n.Status != StatusAvailable {
		return invalidState(n)
	}
	if err := in.apply(n); err != nil {
		return err
	}
	if err := s.parametersExist(n); err != nil {
		return err
	}
	if in.SecurityGroups != nil {
		n.Settings.SecurityGroups = in.SecurityGroups
	}
	set(&n.Settings.SecretKMSKey, said(in.SecretKey))
	if in.NewIdentifier == "" || in.NewIdentifier == n.Cluster {
		return nil
	}
	n.Cluster = in.NewIdentifier
	for _, other := range s.all {
		if err := n.sameCluster(other); err != nil {
			return err
		}
	}
	return nil
}

// said is a text that was given, nil for an empty one.
func said(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// restart ends a namespace's sessions and starts it again.
func (s *Namespaces) restart(ctx context.Context, n *Namespace) (*Namespace, error) {
	if err := s.stop(ctx, n); err != nil {
		return nil, err
	}
	if err := s.start(ctx, n); err != nil {
		return nil, err
	}
	return s.ByARN(n.ARN())
}

// ModifyClusterRolesInput says which roles to attach and detach. DefaultRole nil
// leaves the default, "" takes it away.
type ModifyClusterRolesInput struct {
	Identifier  string
	Add, Remove []string
	DefaultRole *string
}

// ModifyClusterRoles attaches and detaches roles; they can be used once they are in sync.
func (v *NamespaceView) ModifyClusterRoles(ctx context.Context, in ModifyClusterRolesInput) (*Namespace, error) {
	n, err := v.cluster(ctx, "redshift:ModifyClusterIamRoles", in.Identifier)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(in.Add, func(role string) bool { return slices.Contains(in.Remove, role) }); i >= 0 {
		return nil, badParameter("InvalidParameterCombination", "The IAM role %s can't be both added and removed.", in.Add[i])
	}
	if err := v.passRoles(ctx, n, in.Add); err != nil {
		return nil, err
	}
	return v.store.update(n.ID, func(n *Namespace) error {
		if n.Status != StatusAvailable {
			return invalidState(n)
		}
		n.detach(in.Remove, v.store.ready())
		n.attach(in.Add, v.store.ready())
		set(&n.DefaultRole, in.DefaultRole)
		if slices.Contains(in.Remove, n.DefaultRole) {
			n.DefaultRole = "" // Terraform names the default once more in the call that removes it.
		}
		if n.DefaultRole != "" && !n.holds(n.DefaultRole) {
			return badParameter("InvalidParameterValue", "The default IAM role %s is not associated with the cluster.", n.DefaultRole)
		}
		return n.checkRoles()
	})
}

func invalidState(n *Namespace) error {
	return &fault.Error{Kind: fault.Conflict, Code: "InvalidClusterState", On: n.ClusterARN(),
		Message: "The cluster " + n.Cluster + " is " + string(n.Status) + ": this operation needs it to be available."}
}
