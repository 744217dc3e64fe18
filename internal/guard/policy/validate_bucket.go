package policy

import (
	"slices"
	"strings"
)

const (
	badActionText    = "Policy has invalid action"
	badResourceText  = "Policy has invalid resource"
	unfitText        = "Action does not apply to any resource(s) in statement"
	badKeyText       = "Policy has an invalid condition key"
	unfitKeyText     = "Conditions do not apply to combination of actions and resources in statement"
	maxBucketPolicy  = 20480
	tooLargeText     = "Policies must be 20480 bytes or less."
	globalKeyPrefix  = "aws:"
	s3KeyPrefix      = "s3:"
	s3ResourcePrefix = "arn:aws:s3:::"
)

// validateBucket checks a bucket policy as S3 does, all but which bucket it is for.
func (d *Document) validateBucket() *Error {
	if len(d.text) > maxBucketPolicy {
		return d.refuse(0, tooLargeText)
	}
	if e := d.checkParties(); e != nil {
		return e
	}
	for _, check := range []func(*statement) string{checkS3Actions, checkS3Resources, checkS3Targets, checkS3Keys} {
		if e := d.each(check); e != nil {
			return e
		}
	}
	return nil
}

// FitsBucket reports, in S3's words, a resource that is not the bucket or in it.
func (d *Document) FitsBucket(bucket string) error {
	for i := range d.statements {
		s := &d.statements[i]
		for _, r := range s.resources.list {
			rest, ok := strings.CutPrefix(r.text, s3ResourcePrefix)
			name, _, _ := strings.Cut(rest, "/")
			own := compileWildcard(wildRunes(name), false)
			if !ok || name == "*" || !own.match(bucket) {
				return d.refuse(s.line, badResourceText)
			}
		}
	}
	return nil
}

// targets is what the S3 actions under a pattern are checked against, 0 when there are none.
func (a *action) targets() s3Target {
	var t s3Target
	for n, target := range s3Actions {
		if a.match("s3", n) {
			t |= target
		}
	}
	return t
}

func checkS3Actions(s *statement) string {
	for _, a := range s.actions {
		if strings.Contains(a.text, ":") && !a.all && !strings.HasPrefix(strings.ToLower(a.text), s3KeyPrefix) || a.targets() == 0 {
			return badActionText
		}
	}
	return ""
}

func checkS3Resources(s *statement) string {
	for _, r := range s.resources.list {
		if !r.all && (r.never || !strings.HasPrefix(r.text, "arn:aws")) {
			return badResourceText
		}
	}
	return ""
}

// reach is what the statement's resources are: buckets, objects or both.
func (s *statement) reach() s3Target {
	var t s3Target
	for _, r := range s.resources.list {
		_, rest, _ := strings.Cut(r.text, ":::")
		bucket, _, isObject := strings.Cut(rest, "/")
		switch {
		case r.all || s.resources.not:
			t |= onBucket | onObject
		case isObject:
			t |= onObject
		case strings.Contains(bucket, "*"):
			t |= onBucket | onObject
		default:
			t |= onBucket
		}
	}
	return t
}

func checkS3Targets(s *statement) string {
	if s.notActions {
		return ""
	}
	reach := s.reach()
	for _, a := range s.actions {
		if a.targets()&reach == 0 {
			return unfitText
		}
	}
	return ""
}

// checkS3Keys checks that each key exists and that every action has it.
func checkS3Keys(s *statement) string {
	for i := range s.conditions {
		names, known := keyActions(s.conditions[i].lowerKey)
		if !known {
			return badKeyText
		}
		if names == nil || s.notActions {
			continue
		}
		for _, a := range s.actions {
			if !slices.ContainsFunc(names, func(n string) bool { return a.match("s3", n) && s3Actions[n]&s.reach() != 0 }) {
				return unfitKeyText
			}
		}
	}
	return ""
}

// keyActions gives the actions that have a condition key, nil for all of them.
func keyActions(key string) (names []string, known bool) {
	if global, ok := strings.CutPrefix(key, globalKeyPrefix); ok {
		kind, _, tag := strings.Cut(global, "/")
		if tag {
			return nil, kind == "principaltag" || kind == "requesttag" || kind == "resourcetag"
		}
		return nil, listed(globalKeys, global)
	}
	if !strings.HasPrefix(key, s3KeyPrefix) {
		provider, _, ok := strings.Cut(key, ":")
		return nil, ok && (strings.Contains(provider, ".") || listed("saml ec2 lambda", provider))
	}
	if kind, tag, ok := strings.Cut(key, "/"); ok {
		names, known = s3Keys[kind+"/"]
		return names, known && tag != ""
	}
	if listed(s3AnyKeys, key) {
		return nil, true
	}
	names, known = s3Keys[key]
	return names, known
}
