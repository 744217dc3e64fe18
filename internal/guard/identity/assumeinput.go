package identity

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const (
	minDuration     = 900
	maxSessionText  = 2048
	maxSessionARNs  = 10
	minRoleARN      = 20
	maxRoleARN      = 2048
	repeatedTagText = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
	transitiveText  = "The specified transitive tag key must be included in the requested tags."
)

func (in *AssumeRoleInput) duration() int { return cmp.Or(in.Duration, DefaultMaxSession) }

// check does STS's parameter validation.
func (in *AssumeRoleInput) check() error {
	var bad violations
	switch {
	case len(in.RoleARN) < minRoleARN:
		bad.add(in.RoleARN, "roleArn", fmt.Sprintf("Member must have length greater than or equal to %d", minRoleARN))
	case len(in.RoleARN) > maxRoleARN:
		bad.add(in.RoleARN, "roleArn", fmt.Sprintf("Member must have length less than or equal to %d", maxRoleARN))
	}
	bad.text(sessionName, in.SessionName)
	bad.number(in.duration(), minDuration, maxSessionLimit, "durationSeconds")
	if in.ExternalID != "" {
		bad.text(externalID, in.ExternalID)
	}
	if in.SourceIdentity != "" {
		bad.text(sourceID, in.SourceIdentity)
	}
	if len(in.Policy) > maxSessionText {
		bad.add(in.Policy, "policy", fmt.Sprintf("Member must have length less than or equal to %d", maxSessionText))
	}
	if err := bad.err(); err != nil {
		return err
	}
	if a, err := arn.Parse(in.RoleARN); err != nil || a.Service != "iam" || !strings.HasPrefix(a.Resource, "role/") {
		return validationError(in.RoleARN + " is invalid")
	}
	return firstError(in.checkTags(), in.checkPolicies(), checkDevice(in.Device))
}

// checkDevice refuses a one-time code: nobody here has a device that makes them.
func checkDevice(serial string) error {
	if serial == "" {
		return nil
	}
	return &fault.Error{Kind: fault.Denied, Code: "AccessDenied", Message: "MultiFactorAuthentication failed, unable to validate MFA code. " +
		"Please verify your MFA serial number is valid and associated with this user."}
}

// firstError is the first error.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func invalidParameter(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterValue", Message: message}
}

func (in *AssumeRoleInput) checkTags() error {
	if err := checkTags(in.Tags); err != nil {
		if fault.CodeOf(err) == "InvalidInput" {
			return invalidParameter(repeatedTagText)
		}
		return err
	}
	for _, k := range in.Transitive {
		if _, ok := in.Tags[k]; !ok {
			return invalidParameter(transitiveText)
		}
	}
	return nil
}

// checkPolicies checks session policies and their packed size.
func (in *AssumeRoleInput) checkPolicies() error {
	if len(in.PolicyARNs) > maxSessionARNs {
		return invalidParameter(fmt.Sprintf("Member must have length less than or equal to %d", maxSessionARNs))
	}
	for _, p := range in.PolicyARNs {
		a, err := arn.Parse(p)
		if err != nil || a.Account != "aws" && a.Account != accountOf(in.RoleARN) {
			return validationError(p + " is invalid")
		}
	}
	if in.Policy != "" {
		if _, err := policy.Parse([]byte(in.Policy), policy.SessionPolicy); err != nil {
			return guard.Malformed(err)
		}
	}
	if n := in.packed(); n > 100 {
		return &fault.Error{Kind: fault.Invalid, Code: "PackedPolicyTooLarge", Message: fmt.Sprintf(
			"Packed policy consumes %d%% of allotted space, please use smaller policy.", n)}
	}
	return nil
}

// packed estimates the packed size in percent. AWS's packing is not documented.
func (in *AssumeRoleInput) packed() int {
	size := solidSize(in.Policy)
	for _, p := range in.PolicyARNs {
		size += len(p) / 2
	}
	for k, v := range in.Tags {
		size += len(k) + len(v)
	}
	if size == 0 {
		return 0
	}
	return 1 + size*100/(2*maxSessionText)
}

// dropExpired forgets sessions that ended long ago.
func (s *Store) dropExpired(st *state, c *change) {
	for id, x := range st.sessions {
		if x.Expires.Add(keptExpired).Before(s.now()) {
			c.put(sessionTable, id, nil, func(st *state) error { delete(st.sessions, id); return nil })
		}
	}
}

// keptExpired is how long an expired session is remembered, so that its user
// is told that it expired and not that it never was.
const keptExpired = 24 * time.Hour
