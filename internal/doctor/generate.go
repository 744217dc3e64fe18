package doctor

import (
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
)

// Needs are what a pipeline does, and where.
type Needs struct {
	Region       string
	Account      string // of the warehouse
	Namespace    string // ARN, or a variable that stands for it
	Cluster      string // identifier, or a variable
	User         string // that creates the integrations, in each bucket's account
	Loads        []Load
	Integrations []Integration
	Profiles     map[string]string
	// Plain leaves aws:SourceAccount and aws:SourceArn out of bucket policies: AWS's
	// guide has them, but creations were seen to fail with them.
	Plain bool
}

// Load is one COPY: the roles it takes one after the other, and what it reads.
type Load struct {
	Roles  []string // ARNs
	Bucket string
	Owner  string // account of the bucket
	Prefix string // of the keys
}

// Integration tells a warehouse of new files in a bucket.
type Integration struct {
	Account string // of the bucket
	Bucket  string
}

// Grant is one policy of one account, with the command that applies it.
type Grant struct {
	Account  string    `json:"account"`
	Kind     string    `json:"kind"`           // "role trust", "role policy", "bucket policy", "namespace policy", "user policy" or "attachment"
	On       string    `json:"on"`             // name of the user, role or bucket, or the namespace's ARN
	Name     string    `json:"name,omitempty"` // of an inline policy
	Document *Document `json:"document,omitempty"`
	Command  string    `json:"command"`
}

// The names of the inline policies.
const (
	loadPolicy        = "LoadFiles"
	integrationPolicy = "CreateIntegrations"
)

// Generate writes the smallest policies with which a pipeline works, for every
// account, in an order in which they can be applied.
func Generate(n *Needs) []Grant {
	g := generation{needs: n, f: &Facts{Profiles: n.Profiles}}
	g.roles()
	for _, b := range g.buckets() {
		g.bucket(b)
	}
	g.namespace()
	g.users()
	return g.grants
}

// generation is a Generate under way.
type generation struct {
	needs  *Needs
	f      *Facts
	grants []Grant
}

// with ends a command with a document. A namespace that only the shell knows is put in by it.
func (g *generation) with(command, flag, document string) string {
	if variable(g.needs.Namespace) && strings.Contains(document, g.needs.Namespace) {
		return expanding(command, flag, document)
	}
	return heredoc(command, flag, document)
}

func (g *generation) add(x Grant) { g.grants = append(g.grants, x) }

func accountOf(s string) string {
	a, err := arn.Parse(s)
	if err != nil {
		return ""
	}
	return a.Account
}

// roles writes the trust and the policy of each role, and attaches the first of each chain.
func (g *generation) roles() {
	var done, attached []string
	for _, l := range g.needs.Loads {
		for i, role := range l.Roles {
			if i == 0 && !slices.Contains(attached, role) {
				attached = append(attached, role)
			}
			if !slices.Contains(done, role) {
				done = append(done, role)
				g.role(role)
			}
		}
	}
	for _, role := range attached {
		g.add(Grant{Account: g.needs.Account, Kind: "attachment", On: role,
			Command: g.f.aws(g.needs.Account, "redshift", "modify-cluster-iam-roles", "--cluster-identifier", g.needs.Cluster, "--add-iam-roles", role)})
	}
}

func (g *generation) role(role string) {
	a, name := accountOf(role), lastPart(role)
	trust, rights := &Document{Version: policyVersion}, &Document{Version: policyVersion}
	for _, l := range g.needs.Loads {
		switch i := slices.Index(l.Roles, role); {
		case i < 0:
			continue
		case i == 0:
			trust.addOnce(Statement{Sid: "RedshiftTakesTheRole", Effect: "Allow", Principal: service("redshift.amazonaws.com"), Action: Values{"sts:AssumeRole"}})
		default:
			trust.addOnce(Statement{Sid: "TheRoleBeforeTakesIt", Effect: "Allow", Principal: account(l.Roles[i-1]), Action: Values{"sts:AssumeRole"}})
		}
		if i := slices.Index(l.Roles, role); i == len(l.Roles)-1 {
			rights.addReads(&l, nil)
		} else {
			rights.addOnce(Statement{Sid: "TakeTheNextRole", Effect: "Allow", Action: Values{"sts:AssumeRole"}, Resource: Values{l.Roles[i+1]}})
		}
	}
	create := []string{"iam", "create-role", "--role-name", name}
	if parsed, err := arn.Parse(role); err == nil {
		if path, _ := splitPath(strings.TrimPrefix(parsed.Resource, "role")); path != "/" {
			create = append(create, "--path", path)
		}
	}
	g.add(Grant{Account: a, Kind: "role trust", On: name, Document: trust, Command: g.with(g.f.aws(a, create...), "--assume-role-policy-document", trust.String())})
	g.add(Grant{Account: a, Kind: "role policy", On: name, Name: loadPolicy, Document: rights,
		Command: g.with(g.f.aws(a, "iam", "put-role-policy", "--role-name", name, "--policy-name", loadPolicy), "--policy-document", rights.String())})
}

// addReads allows what COPY does with a bucket; a principal is named in bucket policies.
func (d *Document) addReads(l *Load, who *Principals) {
	list := Statement{Sid: "ListFiles", Effect: "Allow", Principal: who, Action: Values{"s3:ListBucket"}, Resource: Values{arn.Bucket(l.Bucket)}}
	if l.Prefix != "" {
		list.condition("StringLike", "s3:prefix", l.Prefix+"*")
	}
	d.addOnce(list)
	d.addOnce(Statement{Sid: "ReadFiles", Effect: "Allow", Principal: who, Action: Values{"s3:GetObject"}, Resource: Values{arn.Object(l.Bucket, l.Prefix+"*")}})
}

// addOnce adds a statement unless one says the same already.
func (d *Document) addOnce(st Statement) {
	id := st.Sid
	for _, other := range d.Statements {
		st.Sid = other.Sid
		if st.text() == other.text() {
			return
		}
	}
	st.Sid = freeSid(d, id)
	d.Statements = append(d.Statements, st)
}

func service(name string) *Principals {
	return &Principals{ByKind: map[string]Values{"Service": {name}}}
}
func account(name string) *Principals { return &Principals{ByKind: map[string]Values{"AWS": {name}}} }

// buckets are those that are read or watched, with their accounts.
func (g *generation) buckets() []Integration {
	var all []Integration
	for _, l := range g.needs.Loads {
		all = append(all, Integration{l.Owner, l.Bucket})
	}
	all = append(all, g.needs.Integrations...)
	slices.SortFunc(all, func(a, b Integration) int { return strings.Compare(a.Account+a.Bucket, b.Account+b.Bucket) })
	return slices.Compact(all)
}

// bucket lets the service watch a bucket and roles of other accounts read it.
func (g *generation) bucket(b Integration) {
	d := &Document{Version: policyVersion}
	if slices.Contains(g.needs.Integrations, b) {
		st := Statement{Sid: "RedshiftWatchesTheBucket", Effect: "Allow", Principal: service("redshift.amazonaws.com"),
			Action: Values{"s3:GetBucketLocation", "s3:GetBucketNotification", "s3:PutBucketNotification"}, Resource: Values{arn.Bucket(b.Bucket)}}
		if !g.needs.Plain {
			st.condition("StringEquals", "aws:SourceAccount", b.Account)
			st.condition("ArnLike", "aws:SourceArn", arn.Integration(g.needs.Region, b.Account, "*"))
		}
		d.addOnce(st)
	}
	for _, l := range g.needs.Loads {
		if l.Bucket == b.Bucket && len(l.Roles) > 0 && accountOf(l.Roles[len(l.Roles)-1]) != b.Account {
			d.addReads(&l, account(l.Roles[len(l.Roles)-1]))
		}
	}
	if len(d.Statements) == 0 {
		return // The role is of the same account: its own policy is enough.
	}
	g.add(Grant{Account: b.Account, Kind: "bucket policy", On: b.Bucket, Document: d,
		Command: g.with(g.f.aws(b.Account, "s3api", "put-bucket-policy", "--bucket", b.Bucket), "--policy", d.String())})
}

// namespace lets accounts and the service bring events of the buckets.
func (g *generation) namespace() {
	d := &Document{Version: policyVersion}
	for _, in := range g.needs.Integrations {
		d.addOnce(Statement{Sid: "TheAccountIntegrates", Effect: "Allow", Principal: account(arn.Root(in.Account)),
			Action: Values{"redshift:CreateInboundIntegration"}, Resource: Values{g.needs.Namespace}})
		st := Statement{Sid: "RedshiftBringsEvents", Effect: "Allow", Principal: service("redshift.amazonaws.com"),
			Action: Values{"redshift:AuthorizeInboundIntegration"}, Resource: Values{g.needs.Namespace}}
		st.condition("StringEquals", "aws:SourceAccount", in.Account)
		st.condition("ArnEquals", "aws:SourceArn", arn.Bucket(in.Bucket))
		d.addOnce(st)
	}
	if len(d.Statements) == 0 {
		return
	}
	g.add(Grant{Account: g.needs.Account, Kind: "namespace policy", On: g.needs.Namespace, Document: d,
		Command: g.with(g.f.aws(g.needs.Account, "redshift", "put-resource-policy", "--resource-arn", g.needs.Namespace), "--policy", d.String())})
}

// users lets a user of each bucket's account create the integrations.
func (g *generation) users() {
	var accounts []string
	for _, in := range g.needs.Integrations {
		if !slices.Contains(accounts, in.Account) {
			accounts = append(accounts, in.Account)
		}
	}
	for _, a := range accounts {
		d := &Document{Version: policyVersion}
		for _, in := range g.needs.Integrations {
			if in.Account != a {
				continue
			}
			st := Statement{Sid: "CreateTheIntegration", Effect: "Allow", Action: Values{"redshift:CreateIntegration"}, Resource: Values{arn.Integration(g.needs.Region, a, "*")}}
			st.condition("StringEquals", "redshift:IntegrationSourceArn", arn.Bucket(in.Bucket))
			st.condition("StringEquals", "redshift:IntegrationTargetArn", g.needs.Namespace)
			d.addOnce(st)
		}
		g.add(Grant{Account: a, Kind: "user policy", On: g.needs.User, Name: integrationPolicy, Document: d,
			Command: g.with(g.f.aws(a, "iam", "put-user-policy", "--user-name", g.needs.User, "--policy-name", integrationPolicy), "--policy-document", d.String())})
	}
}
