package doctor

import (
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Hop is a place on the way of a call where it has to be allowed.
type Hop string

// The hops.
const (
	CallerPolicy     Hop = "caller's policy"
	BoundaryHop      Hop = "permission boundary"
	SessionHop       Hop = "session policy"
	SCPHop           Hop = "service control policy"
	RCPHop           Hop = "resource control policy"
	EndpointHop      Hop = "VPC endpoint policy"
	NamespaceForUs   Hop = "resource policy of the namespace, for the caller"
	NamespaceService Hop = "resource policy of the namespace, for the service"
	BucketForService Hop = "bucket policy for the service"
	BucketForRole    Hop = "bucket policy for the role"
	BucketForCaller  Hop = "bucket policy for the caller"
	RoleExists       Hop = "role exists"
	RoleTrust        Hop = "role trust"
	RoleAttached     Hop = "role attached"
	RolePolicy       Hop = "role's policy"
	BucketExists     Hop = "bucket exists"
	KeyPolicy        Hop = "key policy"
	ResourcePolicy   Hop = "resource policy"
	PublicAccess     Hop = "Block Public Access"
)

// The chains that have names.
var (
	copyChain        = []Hop{RoleAttached, RoleExists, RoleTrust, BucketExists, RolePolicy, BucketForRole}
	stagingChain     = []Hop{RoleExists, RoleTrust, BucketExists, RolePolicy, BucketForRole}
	integrationChain = []Hop{CallerPolicy, NamespaceForUs, NamespaceService, BucketForService}
)

// hop says where a decision was made.
func (f *Facts) hop(d *policy.Decision) Hop {
	switch f.Missing {
	case Attachment:
		return RoleAttached
	case Bucket:
		return BucketExists
	case Role:
		return RoleExists
	}
	if d.Public {
		return PublicAccess
	}
	service := f.Request.Principal.Type == policy.Service
	_, role := f.role()
	switch f.decider(d) {
	case policy.Identity:
		return pick(role, RolePolicy, CallerPolicy)
	case policy.Boundary:
		return BoundaryHop
	case policy.SessionPolicy:
		return SessionHop
	case policy.SCP:
		return SCPHop
	case policy.RCP:
		return RCPHop
	case policy.VPCEndpoint:
		return EndpointHop
	case policy.Trust:
		return RoleTrust
	case policy.Bucket:
		return pick(service, BucketForService, pick(role, BucketForRole, BucketForCaller))
	case policy.Namespace:
		return pick(service, NamespaceService, NamespaceForUs)
	case policy.Key:
		return KeyPolicy
	}
	return ResourcePolicy
}

func pick(first bool, a, b Hop) Hop {
	if first {
		return a
	}
	return b
}

// Link is one hop of a chain and how far the call came.
type Link struct {
	Hop   Hop    `json:"hop"`
	State string `json:"state"` // "passed", "refused" or "not asked yet"
}

// chain is the way of the call with its failing hop, as far as it has a name.
func (f *Facts) chain(at Hop) []Link {
	hops := []Hop{at}
	for _, known := range [][]Hop{f.copyChain(), f.integrationChain()} {
		if slices.Contains(known, at) {
			hops = known
		}
	}
	links := make([]Link, len(hops))
	for i, h := range hops {
		links[i] = Link{h, "not asked yet"}
		switch j := slices.Index(hops, at); {
		case i < j:
			links[i].State = "passed"
		case i == j:
			links[i].State = "refused"
		}
	}
	return links
}

// copyChain is COPY's way to a file, or DMS's to its staging bucket, when the call belongs to one.
func (f *Facts) copyChain() []Hop {
	p := &f.Request.Principal
	if p.ARN == "dms.amazonaws.com" || strings.Contains(p.ARN, "/dms-session") && f.service() == "s3" {
		return stagingChain
	}
	assumes := p.Type == policy.Service && f.service() == "sts"
	reads := strings.HasSuffix(p.ARN, "/RedshiftIamRoleSession") && f.service() == "s3"
	if !assumes && !reads && f.Missing == "" {
		return nil
	}
	return copyChain
}

func (f *Facts) integrationChain() []Hop {
	integrates := f.service() == "redshift" && strings.HasSuffix(f.Request.Action, "Integration")
	subscribes := f.Request.Principal.Type == policy.Service && f.service() == "s3"
	if !integrates && !subscribes {
		return nil
	}
	return integrationChain
}

// where names the document in plain words.
func (f *Facts) where(h Hop) string {
	switch h {
	case CallerPolicy:
		return "the policies of " + f.caller()
	case RolePolicy:
		return "the policies of role " + f.caller()
	case BoundaryHop:
		return "the permission boundary of " + f.caller()
	case SessionHop:
		return "the session policy given when " + f.Request.Principal.ARN + " was made"
	case SCPHop:
		return "the service control policies of account " + f.Request.Principal.Account
	case RCPHop:
		return "the resource control policies of account " + f.Keeper.Account
	case EndpointHop:
		return "the policy of the VPC endpoint"
	case RoleTrust:
		return "the trust policy of role " + f.Request.Resource
	case RoleExists:
		return "the roles of account " + f.Keeper.Account + ": there is no " + f.Request.Resource
	case RoleAttached:
		return "the roles attached to the warehouse " + f.warehouse()
	case BucketExists:
		return "the buckets: there is no " + f.bucket()
	case PublicAccess:
		return "Block Public Access of bucket " + f.bucket()
	case BucketForService, BucketForRole, BucketForCaller:
		return "the bucket policy of " + f.bucket()
	}
	return "the " + strings.SplitN(string(h), ",", 2)[0] + " " + f.Request.Resource
}

func (f *Facts) warehouse() string {
	if f.Keeper.Cluster != "" {
		return f.Keeper.Cluster
	}
	return f.Keeper.Namespace
}
