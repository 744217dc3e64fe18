package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// CreateClusterInput says what cluster to make. What is empty gets AWS's default.
type CreateClusterInput struct {
	ClusterChange
	Identifier, DBName  string
	AdminUser, Password string
	ManagePassword      bool // keep the password as a secret instead
	SecretKey           string
	SubnetGroup         string
	SecurityGroups      []string
	Roles               []string
	DefaultRole         string
	Tags                map[string]string
}

// CreateCluster makes a cluster and starts it. When it cannot be started nothing is left.
func (v *NamespaceView) CreateCluster(ctx context.Context, in CreateClusterInput) (*Namespace, error) {
	q := question{action: "redshift:CreateCluster", on: v.redshift("cluster:" + in.Identifier), facts: tagFacts(in.Tags)}
	if err := v.ask(ctx, q); err != nil {
		return nil, err
	}
	n, err := v.newCluster(ctx, &in)
	if err != nil {
		return nil, err
	}
	if in.ManagePassword {
		err = v.store.managing()
	} else {
		n.AdminPassword = PasswordDigest(in.Password, n.AdminUser)
	}
	n.Settings.SecretKMSKey = in.SecretKey
	if err != nil {
		return nil, err
	}
	if err := v.store.reserve(n, n.sameCluster); err != nil {
		return nil, err
	}
	return v.store.launch(ctx, n)
}

// sameCluster refuses a second cluster of the identifier.
func (n *Namespace) sameCluster(other *Namespace) error {
	if other.ID == n.ID || other.Kind != Provisioned || other.Account != n.Account || !other.in(n.Region) || other.Cluster != n.Cluster {
		return nil
	}
	return &fault.Error{Kind: fault.Exists, Code: "ClusterAlreadyExists", On: n.ClusterARN(), Message: "Cluster already exists"}
}

// newCluster is the record of a cluster that may be made.
func (v *NamespaceView) newCluster(ctx context.Context, in *CreateClusterInput) (*Namespace, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	n := &Namespace{ID: newUUID(), Kind: Provisioned, Account: v.by.Account, Region: v.by.Request.Region, Cluster: in.Identifier,
		Status: StatusCreating, DBName: in.DBName, AdminUser: in.AdminUser, Port: DefaultPort, DefaultRole: in.DefaultRole,
		Tags: in.Tags, Created: v.store.now().UTC(), Settings: defaultSettings(v.by.Request.Region)}
	n.Settings.SecurityGroups = in.SecurityGroups
	if err := in.apply(n); err != nil {
		return nil, err
	}
	if err := v.named(n, in.SubnetGroup); err != nil {
		return nil, err
	}
	if in.DefaultRole != "" && !slices.Contains(in.Roles, in.DefaultRole) {
		in.Roles = append(in.Roles, in.DefaultRole)
	}
	if err := v.passRoles(ctx, n, in.Roles); err != nil {
		return nil, err
	}
	n.attach(in.Roles, v.store.ready())
	return n, n.checkRoles()
}

// named checks what the cluster refers to by name.
func (v *NamespaceView) named(n *Namespace, subnets string) error {
	v.store.mu.RLock()
	defer v.store.mu.RUnlock()
	if subnets != "" {
		n.Settings.SubnetGroup = strings.ToLower(subnets)
		if _, ok := v.store.groups.subnets.all[shelfKey(n.Account, n.Region, n.Settings.SubnetGroup)]; !ok {
			return noSubnetGroup(subnets)
		}
	}
	return v.store.parametersExist(n)
}

// parametersExist reports whether the cluster's parameter group is there. The caller holds the lock.
func (s *Namespaces) parametersExist(n *Namespace) error {
	name := strings.ToLower(n.Settings.ParameterGroup)
	n.Settings.ParameterGroup = name
	if family, ok := strings.CutPrefix(name, "default."); ok && parameterFamily(family) {
		return nil
	}
	if _, ok := s.groups.parameters.all[shelfKey(n.Account, n.Region, name)]; !ok {
		return noParameterGroup(name)
	}
	return nil
}

func (in *CreateClusterInput) check() error {
	if err := checkIdentifier(in.Identifier); err != nil {
		return err
	}
	if in.NodeType == nil {
		return badParameter("MissingParameter", "The request must contain the parameter NodeType.")
	}
	if in.DBName == "" {
		in.DBName = DefaultDatabase
	}
	if err := checkDatabase("InvalidParameterValue", "DBName", in.DBName); err != nil {
		return err
	}
	if err := checkAdmin("InvalidParameterValue", "MasterUsername", in.AdminUser); err != nil {
		return err
	}
	if err := checkTags(nil, in.Tags); err != nil {
		return err
	}
	switch {
	case in.ManagePassword && in.Password != "":
		return badParameter("InvalidParameterCombination", "You can't specify MasterUserPassword when ManageMasterPassword is true.")
	case in.ManagePassword:
		return nil
	case in.Password == "":
		return badParameter("InvalidParameterCombination", "Either MasterUserPassword or ManageMasterPassword must be specified.")
	}
	return checkPassword("InvalidParameterValue", "MasterUserPassword", in.Password)
}

// checkIdentifier holds a cluster identifier to Redshift's rules.
func checkIdentifier(id string) error {
	bad := len(id) < 1 || len(id) > 63 || id[0] < 'a' || id[0] > 'z' || strings.HasSuffix(id, "-") || strings.Contains(id, "--")
	for i := range len(id) {
		c := id[i]
		bad = bad || (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-'
	}
	if bad {
		return badParameter("InvalidParameterValue", "The parameter ClusterIdentifier is not a valid identifier. Identifiers must have 1 to 63 characters, begin with a letter, "+
			"contain only lowercase ASCII letters, digits, and hyphens, and must not end with a hyphen or contain two consecutive hyphens.")
	}
	return nil
}

// reservedNames are databases and users that Redshift keeps for itself.
var reservedNames = []string{"public", "template0", "template1", "padb_harvest", "sys", "rdsdb", "rdsadmin", "all", "user", "default"}

// checkDatabase holds the name of a database to Redshift's rules.
func checkDatabase(code, parameter, name string) error {
	bad := len(name) < 1 || len(name) > 64 || name[0] >= '0' && name[0] <= '9' || slices.Contains(reservedNames, name)
	for i := range len(name) {
		c := name[i]
		bad = bad || (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_'
	}
	if bad {
		return badParameter(code, "The parameter %s must have 1 to 64 lowercase letters, digits or underscores, not begin with a digit, and not be a reserved word.", parameter)
	}
	return nil
}

// checkAdmin holds the administrator's name to Redshift's rules.
func checkAdmin(code, parameter, name string) error {
	bad := len(name) < 1 || len(name) > 128 || name[0] < 'a' || name[0] > 'z' || slices.Contains(reservedNames, name)
	for i := range len(name) {
		c := name[i]
		bad = bad || (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte("_+.@-", c) < 0
	}
	if bad {
		return badParameter(code, "The parameter %s must begin with a letter, have 1 to 128 lowercase letters, digits or characters of _ + . @ -, and not be a reserved word.", parameter)
	}
	return nil
}

// reserve stores a new namespace in the state creating. A node that stops
// before it is launched takes it away at its next start.
func (s *Namespaces) reserve(n *Namespace, taken func(*Namespace) error) error {
	if _, err := s.hosting(); err != nil {
		return err
	}
	return s.add(n, taken)
}

// launch starts a new namespace; when that fails, what was made goes away
// again. The answer is the namespace as AWS shows it before it is available.
func (s *Namespaces) launch(ctx context.Context, n *Namespace) (*Namespace, error) {
	made := n
	var err error
	if n.AdminPassword == "" {
		made, err = s.manage(ctx, n)
	}
	if err == nil {
		err = s.start(ctx, made)
	}
	if err != nil {
		return nil, s.undo(context.WithoutCancel(ctx), made, fmt.Errorf("start %s: %w", n.Label(), err))
	}
	return made, nil
}

// undo takes a namespace away that could not be started. What fails here is
// finished at the next start of the node.
func (s *Namespaces) undo(ctx context.Context, n *Namespace, cause error) error {
	if err := s.destroy(ctx, n); err != nil {
		return fmt.Errorf("%w (and it could not be taken back: %w)", cause, err)
	}
	return cause
}
