package statement

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
)

// View is the statements as one session sees them: every method asks the guard first.
type View struct {
	store *Store
	by    guard.Session
}

// As binds the store to a session.
func (s *Store) As(by guard.Session) *View { return &View{s, by} }

func (v *View) ask(ctx context.Context, action, on string, facts map[string][]string) error {
	return v.store.cfg.Guard.Check(ctx, guard.Call{By: v.by, Action: "redshift-data:" + action, On: on, Owner: v.by.Account, Context: facts})
}

// found is the warehouse a caller named.
type found struct {
	ns      *warehouse.Namespace // nil when there is none
	on      string               // ARN of the cluster or workgroup
	missing error
}

// find looks for the warehouse among those of the caller's account.
func (v *View) find(p Place) found {
	region := v.by.Request.Region
	if p.Workgroup == "" {
		ns, err := v.store.cfg.Namespaces.Cluster(v.by.Account, region, p.Cluster)
		on := arn.ARN{Partition: arn.Partition, Service: "redshift", Region: region, Account: v.by.Account, Resource: "cluster:" + p.Cluster}
		return found{ns, on.String(), err}
	}
	ns, err := v.workgroup(p.Workgroup)
	if err != nil {
		on := arn.ARN{Partition: arn.Partition, Service: "redshift-serverless", Region: region, Account: v.by.Account, Resource: "workgroup/" + p.Workgroup}
		return found{nil, on.String(), err}
	}
	return found{ns, ns.WorkgroupARN(), nil}
}

// workgroup finds a workgroup by its name or its ARN.
func (v *View) workgroup(name string) (*warehouse.Namespace, error) {
	if !strings.HasPrefix(name, "arn:") {
		return v.store.cfg.Namespaces.ByWorkgroup(v.by.Account, v.by.Request.Region, name)
	}
	for _, ns := range v.store.cfg.Namespaces.All() {
		if ns.Workgroup != "" && ns.Account == v.by.Account && ns.WorkgroupARN() == name {
			return ns, nil
		}
	}
	return nil, &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundException", On: name, Message: "The workgroup does not exist."}
}

// login is as whom a statement runs.
type login struct {
	ns     *warehouse.Namespace
	user   string // of the database
	digest string // of the password to be compared, "" when IAM vouches for the user
}

// enter decides whether the caller may do an action in a warehouse, and as which database user.
func (v *View) enter(ctx context.Context, action string, p Place) (login, error) {
	f := v.find(p)
	if err := v.ask(ctx, action, f.on, nil); err != nil {
		return login{}, err
	}
	if err := p.check(); err != nil {
		return login{}, err
	}
	if f.missing != nil {
		return login{}, noEndpoint(f.missing)
	}
	l, err := v.authenticate(ctx, p)
	l.ns = f.ns
	return l, err
}

// check refuses combinations that name no warehouse or no user.
func (p Place) check() error {
	switch {
	case p.Cluster == "" && p.Workgroup == "":
		return invalid("Either ClusterIdentifier or WorkgroupName must be specified.")
	case p.Cluster != "" && p.Workgroup != "":
		return invalid("Only one of ClusterIdentifier and WorkgroupName can be specified.")
	case p.Database == "":
		return invalid("Database name is required.")
	case p.DBUser != "" && p.SecretARN != "":
		return invalid("Only one of DbUser and SecretArn can be specified.")
	case p.DBUser != "" && p.Workgroup != "":
		return invalid("DbUser can't be specified with WorkgroupName.")
	}
	return nil
}

// authenticate finds the database user: that of a secret, the one the caller
// names, or the one that stands for the caller.
func (v *View) authenticate(ctx context.Context, p Place) (login, error) {
	if p.SecretARN != "" {
		return v.bySecret(ctx, p)
	}
	ns := v.store.cfg.Namespaces.As(v.by)
	var c warehouse.Credential
	var err error
	switch {
	case p.DBUser != "":
		c, err = ns.ClusterCredentials(ctx, warehouse.ClusterCredentialsInput{Cluster: p.Cluster, DBUser: p.DBUser, DBName: p.Database})
	case p.Workgroup != "":
		c, err = ns.WorkgroupCredentials(ctx, warehouse.IAMCredentialsInput{Name: v.workgroupName(p.Workgroup), DBName: p.Database})
	default:
		c, err = ns.ClusterCredentialsWithIAM(ctx, warehouse.IAMCredentialsInput{Name: p.Cluster, DBName: p.Database})
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Invalid {
		return login{}, invalid("%s", f.Message)
	}
	return login{user: c.User}, err
}

func (v *View) workgroupName(name string) string {
	if ns, err := v.workgroup(name); err == nil {
		return ns.Workgroup
	}
	return name
}

// bySecret takes user and password out of a secret, which the caller has to be able to read.
func (v *View) bySecret(ctx context.Context, p Place) (login, error) {
	text, err := v.store.cfg.Secrets.Current(ctx, v.by, p.SecretARN)
	if err != nil {
		return login{}, err
	}
	var s struct {
		Username string `json:"username"`
		Password string `json:"password"`
		Cluster  string `json:"dbClusterIdentifier"`
	}
	if json.Unmarshal([]byte(text), &s) != nil || s.Username == "" || s.Password == "" { // The text of the error would quote the secret.
		return login{}, invalid("The secret doesn't hold the keys username and password.")
	}
	if p.Cluster != "" && cmp.Or(s.Cluster, p.Cluster) != p.Cluster {
		return login{}, invalid("The cluster identifier in the secret doesn't match the specified ClusterIdentifier.")
	}
	return login{user: s.Username, digest: warehouse.PasswordDigest(s.Password, s.Username)}, nil
}
