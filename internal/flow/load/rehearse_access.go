package load

import (
	"errors"

	"github.com/inlet-data/inlet/internal/guard"
)

// How far a rehearsal came.
type progress int

const (
	assumed progress = iota + 1
	listed
	readAll
)

// plan lists the rights the COPY needs, in the order in which they are asked for.
func (r *rehearsal) plan() {
	add := func(action, resource string) {
		r.out.Access = append(r.out.Access, Access{Action: action, Resource: resource, State: NotReached})
	}
	a := &r.Copy.Auth
	roles := a.Roles
	if a.DefaultRole && r.ns.DefaultRole != "" {
		roles = []string{r.ns.DefaultRole}
	}
	if a.AccessKey == "" && len(roles) > 0 {
		add(attachment, roles[0])
		for _, role := range roles {
			add("sts:AssumeRole", role)
		}
	}
	bucket, prefix, err := r.location()
	if err != nil {
		return // The load says so.
	}
	arn := "arn:aws:s3:::" + bucket
	if r.Copy.Manifest {
		add("s3:GetObject", arn+"/"+prefix)
		add("s3:GetObject", "the files of the manifest")
		return
	}
	add("s3:ListBucket", arn)
	add("s3:GetObject", arn+"/"+prefix+"*")
}

// attachment stands for what is no action of IAM: that the role is attached to the warehouse.
const attachment = "attached to the warehouse"

// reached marks what must have been allowed to come this far.
func (r *rehearsal) reached(p progress) {
	for i := range r.out.Access {
		a := &r.out.Access[i]
		if p == readAll || a.Action == attachment || a.Action == "sts:AssumeRole" || p == listed && i < len(r.out.Access)-1 {
			a.State = Allowed
		}
	}
}

// refused marks the right that was refused, and those before it.
func (r *rehearsal) refused(err error) {
	all := r.out.Access
	denied, ok := errors.AsType[*guard.Denied](err)
	switch {
	case ok:
		at := missing(all, denied)
		if at < 0 {
			all = append(all, Access{Action: denied.Call.Action, Resource: denied.Call.On})
			at = len(all) - 1
		}
		all[at].Hop, all[at].Hint = denied.Hop(), denied.Hint()
		r.stopped(all, at)
	case len(all) > 0 && all[0].Action == attachment && !r.ns.Attached(all[0].Resource):
		all[0].Hop, all[0].Hint = "the warehouse "+r.ns.Label(), r.out.Hint
		r.stopped(all, 0)
	}
}

// stopped marks the right at which the COPY stops.
func (r *rehearsal) stopped(all []Access, at int) {
	for i := range all[:at] {
		all[i].State = Allowed
	}
	all[at].State = Refused
	r.out.Access = all
}

// missing finds the right that was refused, -1 when it is none of those planned.
func missing(all []Access, d *guard.Denied) int {
	for i, a := range all {
		if a.State == NotReached && a.Action == d.Call.Action && (a.Action != "sts:AssumeRole" || a.Resource == d.Call.On) {
			return i
		}
	}
	return -1
}
