package warehouse

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// How long temporary credentials may hold, in seconds.
const (
	minDuration = 900
	maxDuration = 3600
)

// ClusterCredentialsInput asks for a login as a database user of a provisioned
// cluster. Seconds 0 means 900.
type ClusterCredentialsInput struct {
	Cluster, DBUser, DBName string
	AutoCreate              bool
	Groups                  []string
	Seconds                 int
}

// ClusterCredentials gives a temporary login as the database user that the caller names.
func (v *NamespaceView) ClusterCredentials(ctx context.Context, in ClusterCredentialsInput) (Credential, error) {
	in.Seconds = cmp.Or(in.Seconds, minDuration)
	if err := v.mayLogIn(ctx, in); err != nil {
		return Credential{}, err
	}
	if err := in.check(); err != nil {
		return Credential{}, err
	}
	n, err := v.store.Cluster(v.by.Account, v.by.Request.Region, in.Cluster)
	if err != nil {
		return Credential{}, err
	}
	c := Credential{Namespace: n.ARN(), Login: "IAM:" + in.DBUser, User: in.DBUser, Create: in.AutoCreate, Groups: in.Groups, Database: in.DBName}
	if in.AutoCreate {
		c.Login = "IAMA:" + in.DBUser
	}
	return v.store.issue(c, in.Seconds)
}

func (in *ClusterCredentialsInput) check() error {
	if err := checkDuration(in.Seconds); err != nil {
		return err
	}
	if err := checkUserName("DbUser", in.DBUser); err != nil {
		return err
	}
	for _, g := range in.Groups {
		if err := checkUserName("DbGroups", g); err != nil {
			return err
		}
	}
	return nil
}

func checkDuration(seconds int) error {
	if seconds < minDuration || seconds > maxDuration {
		return badParameter("InvalidParameterValue", "The value %d for DurationSeconds is not valid: it must be between %d and %d.", seconds, minDuration, maxDuration)
	}
	return nil
}

// checkUserName holds the name of a database user or group to the rules of GetClusterCredentials.
func checkUserName(parameter, name string) error {
	if len(name) < 1 || len(name) > 64 || !letter(name[0]) || strings.EqualFold(name, "public") {
		return badParameter("InvalidParameterValue", "The value %q for %s is not valid: it must have 1 to 64 characters, begin with a letter and not be PUBLIC.", name, parameter)
	}
	for i := range len(name) {
		if c := name[i]; !letter(c) && (c < '0' || c > '9') && strings.IndexByte("_+.@-", c) < 0 {
			return badParameter("InvalidParameterValue", "The value %q for %s is not valid: it may have letters, digits and _ + . @ - only.", name, parameter)
		}
	}
	return nil
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// mayLogIn asks for the user, for the database, for making the user, and for each group.
func (v *NamespaceView) mayLogIn(ctx context.Context, in ClusterCredentialsInput) error {
	facts := map[string][]string{"redshift:DbUser": {in.DBUser}, "redshift:DurationSeconds": {strconv.Itoa(in.Seconds)}}
	if in.DBName != "" {
		facts["redshift:DbName"] = []string{in.DBName}
	}
	ask := func(action, kind, name string) error {
		return v.ask(ctx, question{action: "redshift:" + action, on: v.redshift(kind + ":" + in.Cluster + "/" + name), facts: facts})
	}
	if err := ask("GetClusterCredentials", "dbuser", in.DBUser); err != nil {
		return err
	}
	if in.DBName != "" {
		if err := ask("GetClusterCredentials", "dbname", in.DBName); err != nil {
			return err
		}
	}
	if in.AutoCreate {
		if err := ask("CreateClusterUser", "dbuser", in.DBUser); err != nil {
			return err
		}
	}
	for _, g := range in.Groups {
		if err := ask("JoinGroup", "dbgroup", g); err != nil {
			return err
		}
	}
	return nil
}

// redshift is the ARN of a thing in the caller's account and region.
func (v *NamespaceView) redshift(resource string) string {
	return redshiftARN(v.by.Request.Region, v.by.Account, resource)
}

// IAMCredentialsInput asks for a login as the database user that stands for
// the caller itself. Seconds 0 means 900; Name is a cluster or a workgroup.
type IAMCredentialsInput struct {
	Name, DBName string
	Seconds      int
}

// ClusterCredentialsWithIAM gives a temporary login to a provisioned cluster as the caller itself.
func (v *NamespaceView) ClusterCredentialsWithIAM(ctx context.Context, in IAMCredentialsInput) (Credential, error) {
	in.Seconds = cmp.Or(in.Seconds, minDuration)
	n, missing := v.store.Cluster(v.by.Account, v.by.Request.Region, in.Name)
	database := in.DBName
	if database == "" && n != nil {
		database = n.DBName
	}
	facts := map[string][]string{"redshift:DbName": {database}, "redshift:DurationSeconds": {strconv.Itoa(in.Seconds)}}
	err := v.ask(ctx, question{action: "redshift:GetClusterCredentialsWithIAM", on: v.redshift("dbname:" + in.Name + "/" + database), facts: facts})
	if err != nil {
		return Credential{}, err
	}
	if missing != nil {
		return Credential{}, missing
	}
	return v.own(n, in)
}

// WorkgroupCredentials gives a temporary login to a Serverless workgroup as the caller itself.
func (v *NamespaceView) WorkgroupCredentials(ctx context.Context, in IAMCredentialsInput) (Credential, error) {
	in.Seconds = cmp.Or(in.Seconds, minDuration)
	n, missing := v.store.ByWorkgroup(v.by.Account, v.by.Request.Region, in.Name)
	q := question{action: "redshift-serverless:GetCredentials", on: v.serverless("workgroup/*")}
	if n != nil {
		q.on, q.tags = n.WorkgroupARN(), n.Group.Tags
	}
	if err := v.ask(ctx, q); err != nil {
		return Credential{}, err
	}
	if missing != nil {
		return Credential{}, missing
	}
	return v.own(n, in)
}

func (v *NamespaceView) serverless(resource string) string {
	return serverlessARN(v.by.Request.Region, v.by.Account, resource)
}

// own is a login under the caller's own name, which Redshift makes when it is first used.
func (v *NamespaceView) own(n *Namespace, in IAMCredentialsInput) (Credential, error) {
	if err := checkDuration(in.Seconds); err != nil {
		return Credential{}, err
	}
	name := v.identityUser()
	return v.store.issue(Credential{Namespace: n.ARN(), Login: name, User: name, Create: true, Database: in.DBName}, in.Seconds)
}

// identityUser is the database user that stands for the caller.
func (v *NamespaceView) identityUser() string {
	switch v.by.Type {
	case policy.AssumedRole:
		return "IAMR:" + v.by.Name
	case policy.Root:
		return "IAM:RootIdentity"
	}
	return "IAM:" + v.by.Name
}

// NextRefresh is when a client should ask for new credentials.
func (c *Credential) NextRefresh() time.Time { return c.Expires.Add(-refreshAhead) }

// refreshAhead leaves time to connect with credentials that are about to be replaced.
const refreshAhead = 5 * time.Minute
