package policy

import "strings"

// decision applies the rules of evaluation to what the policies said.
func (e *evaluation) decision() Decision {
	d := Decision{CrossAccount: e.crossed, Grade: e.resource.best}
	if e.alwaysAllowed() {
		d.Effect, d.By = Allow, Identity
		return d
	}
	if by, public, denied := e.explicit(); denied {
		d.Effect, d.By, d.Public = ExplicitDeny, by, public
		return d
	}
	by, allowed := e.implicit()
	d.By = by
	if allowed {
		d.Effect = Allow
	}
	return d
}

// alwaysAllowed is the one question that AWS answers to every signed caller.
func (e *evaluation) alwaysAllowed() bool {
	return e.Principal.Type != Anonymous && strings.EqualFold(e.Action, "sts:GetCallerIdentity")
}

// explicit finds the explicit deny that is reported: where several deny, always the same one.
func (e *evaluation) explicit() (by Kind, public, denied bool) {
	switch {
	case e.scp.deny:
		return SCP, false, true
	case e.rcp.deny:
		return RCP, false, true
	case e.endpoint.deny:
		return VPCEndpoint, false, true
	case e.resource.deny && !e.keepsPolicy():
		return e.resourceKind(), false, true
	case e.barred():
		return e.resourceKind(), true, true
	case e.session.deny:
		return SessionPolicy, false, true
	case e.boundary.deny:
		return Boundary, false, true
	}
	return Identity, false, e.identity.deny
}

// keepsPolicy is S3's way out of a lock-out: whatever the bucket policy says,
// the root of the owning account may read, replace and delete it.
func (e *evaluation) keepsPolicy() bool {
	if e.Principal.Type != Root || e.crossed || !strings.EqualFold(e.service, "s3") {
		return false
	}
	for _, a := range [...]string{"GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"} {
		if strings.EqualFold(a, e.action) {
			return true
		}
	}
	return false
}

// barred applies RestrictPublicBuckets: a public policy serves the owner's account and AWS services only.
func (e *evaluation) barred() bool {
	stranger := e.Principal.Type == Anonymous || e.crossed
	return e.RestrictPublic && stranger && e.set.Resource != nil && e.set.Resource.Public()
}

// resourceKind is how the resource's side is reported, also when it has no policy.
func (e *evaluation) resourceKind() Kind {
	switch {
	case e.set.Resource != nil:
		return e.set.Resource.kind
	case e.assumes():
		return Trust
	}
	return Resource
}

// assumes reports whether a role is asked for.
func (e *evaluation) assumes() bool {
	if !strings.EqualFold(e.service, "sts") {
		return false
	}
	for _, a := range [...]string{"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "TagSession", "SetSourceIdentity"} {
		if strings.EqualFold(a, e.action) {
			return true
		}
	}
	return false
}

// mustName reports whether the resource policy itself has to allow: role trust and key policies.
func (e *evaluation) mustName() bool {
	key := strings.EqualFold(e.service, "kms") && e.on.isARN && strings.HasPrefix(e.on.fields[5], "key/")
	return e.MustName || key || e.assumes()
}

// implicit decides when nothing denies outright, and names the kind of policy that is silent.
func (e *evaluation) implicit() (Kind, bool) {
	switch {
	case !e.scp.allow:
		return SCP, false
	case !e.rcp.allow:
		return RCP, false
	case e.set.Endpoint != nil && !e.endpoint.allow:
		return VPCEndpoint, false
	case !e.Principal.Type.account():
		return e.resourceKind(), e.resource.best == Direct
	case e.crossed:
		return e.across()
	}
	return e.atHome()
}

// across is a caller of another account: both sides have to allow.
func (e *evaluation) across() (Kind, bool) {
	switch {
	case !e.identityAllows() && !e.leftToNamespace():
		return Identity, false
	case !e.boundaryAllows():
		return Boundary, false
	case !e.sessionAllows():
		return SessionPolicy, false
	}
	return e.resourceKind(), e.resource.allow
}

// leftToNamespace is where AWS's example and the zero-ETL guide differ: the
// namespace's policy alone may let another account create an integration.
func (e *evaluation) leftToNamespace() bool {
	return strings.EqualFold(e.Action, "redshift:CreateInboundIntegration") && e.resource.allow
}

// atHome is a caller of the resource's own account.
func (e *evaluation) atHome() (Kind, bool) {
	if e.resource.best == Direct {
		return e.resourceKind(), true
	}
	if e.mustName() && e.resource.best < FederatingUser && !e.resource.account {
		return e.resourceKind(), false
	}
	byRole := e.resource.best >= FederatingUser
	switch {
	case !byRole && !e.identityAllows():
		return Identity, false
	case !e.boundaryAllows():
		return Boundary, false
	case !e.sessionAllows():
		return SessionPolicy, false
	case byRole:
		return e.resourceKind(), true
	}
	return Identity, true
}

// identityAllows counts a root user as allowed everything, and gives a
// federated session nothing that no session policy hands down.
func (e *evaluation) identityAllows() bool {
	switch e.Principal.Type {
	case Root:
		return true
	case FederatedUser:
		return e.identity.allow && e.set.Session != nil
	}
	return e.identity.allow
}

func (e *evaluation) boundaryAllows() bool { return e.set.Boundary == nil || e.boundary.allow }

func (e *evaluation) sessionAllows() bool {
	if e.set.Session == nil {
		return e.Principal.Type != FederatedUser
	}
	return e.session.allow
}
