package doctor

import (
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// smallest is the smallest statement that allows the call in a document of kind k.
func (f *Facts) smallest(k policy.Kind) Statement {
	st := Statement{Sid: sid("Allow", f.Request.Action), Effect: "Allow", Action: Values{f.Request.Action}}
	if onResource(k) {
		st.Principal = f.principal()
	}
	switch k {
	case policy.Trust:
	case policy.Key:
		st.Resource = Values{"*"}
	default:
		st.Resource = Values{f.resource()}
	}
	if f.Request.Principal.Type == policy.Service && (k == policy.Bucket || k == policy.Namespace) {
		f.onlyFor(&st)
	}
	if service := f.key("iam:PassedToService"); service != "" {
		st.condition("StringEquals", "iam:PassedToService", service)
	}
	return st
}

// onResource reports whether documents of the kind name principals.
func onResource(k policy.Kind) bool {
	switch k {
	case policy.Trust, policy.Bucket, policy.Namespace, policy.Key, policy.Resource, policy.RCP, policy.VPCEndpoint:
		return true
	}
	return false
}

// onlyFor keeps other accounts from using the service to get at the resource.
func (f *Facts) onlyFor(st *Statement) {
	if a := f.key("aws:SourceAccount"); a != "" {
		st.condition("StringEquals", "aws:SourceAccount", a)
	}
}

func (s *Statement) condition(operator, key string, values ...string) {
	if s.Condition == nil {
		s.Condition = map[string]map[string]Values{}
	}
	if s.Condition[operator] == nil {
		s.Condition[operator] = map[string]Values{}
	}
	s.Condition[operator][key] = append(s.Condition[operator][key], values...)
}

// principal names the caller and nobody else.
func (f *Facts) principal() *Principals {
	p := &f.Request.Principal
	switch p.Type {
	case policy.Anonymous:
		return &Principals{Everyone: true}
	case policy.Service:
		return &Principals{ByKind: map[string]Values{"Service": {p.ARN}}}
	case policy.WebIdentity:
		return &Principals{ByKind: map[string]Values{"Federated": {p.ARN}}}
	}
	return &Principals{ByKind: map[string]Values{"AWS": {f.caller()}}}
}

// resource is the call's resource; of an object, its folder, for the next file has another name.
func (f *Facts) resource() string {
	on := f.Request.Resource
	if f.service() != "s3" || !strings.Contains(strings.TrimPrefix(on, "arn:aws:s3:::"), "/") {
		return on
	}
	return on[:strings.LastIndexByte(on, '/')+1] + "*"
}

// sid makes a statement id of letters and digits.
func sid(prefix, action string) string {
	service, name, _ := strings.Cut(action, ":")
	var b strings.Builder
	b.WriteString(prefix)
	for part := range strings.SplitSeq(service+"-"+name, "-") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, b.String())
}

// dropDead takes out principals that are bare unique ids: they stand for users
// and roles that were deleted, and AWS takes no document that names them.
func dropDead(d *Document) {
	kept := d.Statements[:0]
	for _, st := range d.Statements {
		if st.Principal != nil && len(st.Principal.ByKind["AWS"]) > 0 {
			st.Principal = st.Principal.living()
			if st.Principal == nil {
				continue
			}
		}
		kept = append(kept, st)
	}
	d.Statements = kept
}

func (p *Principals) living() *Principals {
	out := &Principals{ByKind: map[string]Values{}}
	for kind, names := range p.ByKind {
		for _, n := range names {
			if dead := kind == "AWS" && (strings.HasPrefix(n, "AROA") || strings.HasPrefix(n, "AIDA")); !dead {
				out.ByKind[kind] = append(out.ByKind[kind], n)
			}
		}
	}
	if len(out.ByKind) == 0 {
		return nil
	}
	return out
}

// integrations stands for every integration of the account that owns s.
func integrations(s string) (pattern string, ok bool) {
	a, err := arn.Parse(s)
	if err != nil || a.Service != "redshift" || !strings.HasPrefix(a.Resource, "integration:") {
		return "", false
	}
	return arn.Integration(a.Region, a.Account, "*"), true
}
