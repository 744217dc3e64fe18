package guard

import (
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// timeLayout is how AWS writes instants in condition keys.
const timeLayout = "2006-01-02T15:04:05Z"

// multivalued are the keys that hold lists even when one value was given.
var multivalued = map[string]bool{
	"aws:tagkeys": true, "aws:calledvia": true, "aws:principalorgpaths": true, "aws:resourceorgpaths": true,
	"aws:sourceorgpaths": true, "aws:principalservicenameslist": true, "s3:requestobjecttagkeys": true,
	"sts:transitivetagkeys": true, "iam:assumedrole": true,
}

// facts is the complete context of a call: the keys of every request, those of
// the session, and the request's own. A key that does not apply is absent.
func (g *Guard) facts(c *Call) policy.Context {
	ctx := make(policy.Context, 24+len(c.Context)+len(c.By.Tags))
	service, _, _ := strings.Cut(c.Action, ":")
	callerFacts(ctx, &c.By)
	sessionFacts(ctx, &c.By)
	g.requestFacts(ctx, &c.By.Request, service)
	resourceFacts(ctx, c, service)
	for key, values := range c.Context {
		ctx[strings.ToLower(key)] = policy.Value{
			Values: values, Multi: len(values) > 1 || multivalued[strings.ToLower(key)],
		}
	}
	return ctx
}

// callerFacts says who calls.
func callerFacts(ctx policy.Context, s *Session) {
	switch s.Type {
	case policy.Anonymous:
		ctx.Set("aws:principalaccount", "anonymous")
		ctx.Set("aws:principaltype", s.Type.String())
		ctx.Set("aws:userid", "anonymous")
		return
	case policy.Service:
		ctx.Set("aws:principalisawsservice", "true")
		ctx.Set("aws:principalservicename", s.ARN)
		ctx.SetMulti("aws:principalservicenameslist", s.ARN)
		setIf(ctx, "aws:sourcearn", s.SourceARN)
		setIf(ctx, "aws:sourceaccount", s.SourceAccount)
		return
	case policy.AssumedRole:
		// The key holds the role, not the session.
		setIf(ctx, "aws:principalarn", s.RoleARN)
	default:
		setIf(ctx, "aws:principalarn", s.ARN)
	}
	ctx.Set("aws:principalisawsservice", "false")
	setIf(ctx, "aws:principalaccount", s.Account)
	ctx.Set("aws:principaltype", s.Type.String())
	setIf(ctx, "aws:userid", s.UserID)
	if s.Type == policy.User {
		setIf(ctx, "aws:username", s.Name)
	}
}

// sessionFacts says what the caller's credentials bring along.
func sessionFacts(ctx policy.Context, s *Session) {
	for k, v := range s.Tags {
		ctx.Set("aws:principaltag/"+k, v)
	}
	setIf(ctx, "aws:sourceidentity", s.SourceIdentity)
	if s.Type == policy.Anonymous || s.Type == policy.Service {
		return
	}
	ctx.Set("aws:viaawsservice", "false")
	if !s.Issued.IsZero() {
		ctx.Set("aws:tokenissuetime", s.Issued.UTC().Format(timeLayout))
		// No device is asked for here, and for long-lived keys AWS leaves the key out.
		ctx.Set("aws:multifactorauthpresent", "false")
	}
}

// requestFacts says when, whence and how the request came.
func (g *Guard) requestFacts(ctx policy.Context, r *Request, service string) {
	at := r.Time
	if at.IsZero() {
		at = g.now()
	}
	ctx.Set("aws:currenttime", at.UTC().Format(timeLayout))
	ctx.Set("aws:epochtime", strconv.FormatInt(at.Unix(), 10))
	ctx.Set("aws:securetransport", strconv.FormatBool(r.Secure))
	setIf(ctx, "aws:sourceip", r.SourceIP)
	setIf(ctx, "aws:useragent", r.UserAgent)
	if service == "iam" {
		ctx.Set("aws:requestedregion", "us-east-1")
	} else {
		setIf(ctx, "aws:requestedregion", r.Region)
	}
	if service == "s3" && r.AuthType != "" {
		ctx.Set("s3:authtype", r.AuthType)
		ctx.Set("s3:signatureversion", "AWS4-HMAC-SHA256")
	}
}

// resourceFacts says whose the resource is.
func resourceFacts(ctx policy.Context, c *Call, service string) {
	setIf(ctx, "aws:resourceaccount", c.Owner)
	if service == "s3" {
		setIf(ctx, "s3:resourceaccount", c.Owner)
	}
}

func setIf(ctx policy.Context, key, value string) {
	if value != "" {
		ctx.Set(key, value)
	}
}
