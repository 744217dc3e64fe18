package dialect

import "strings"

func (r *copyReader) iamRole(token) {
	if r.accept("default") {
		r.c.Auth.DefaultRole = true
		return
	}
	at := r.peek()
	r.roles(at, r.str())
}

// roles splits a chain of role ARNs, which has no blanks.
func (r *copyReader) roles(at token, chain string) {
	if r.err != nil {
		return
	}
	if chain == "default" { // The keyword is meant, but some tools write it quoted.
		r.c.Auth.DefaultRole = true
		return
	}
	for arn := range strings.SplitSeq(chain, ",") {
		if !strings.HasPrefix(arn, "arn:") || !strings.Contains(arn, ":role/") || strings.ContainsAny(arn, " \t\n") {
			r.fail(at, codeInvalidValue, `Invalid IAM_ROLE "%s": it must be the ARN of a role, or a chain of them separated by commas`, chain)
			return
		}
		r.c.Auth.Roles = append(r.c.Auth.Roles, arn)
	}
}

const invalidCredentials = "Invalid credentials. Must be of the format: credentials 'aws_access_key_id=<access-key-id>;" +
	"aws_secret_access_key=<secret-access-key>[;token=<temporary-session-token>]'"

// credentials reads CREDENTIALS [AS] 'key=value;…', or aws_iam_role=….
func (r *copyReader) credentials(token) {
	r.accept("as")
	at := r.peek()
	a := &r.c.Auth
	for part := range strings.SplitSeq(strings.TrimSuffix(r.str(), ";"), ";") {
		key, value, _ := strings.Cut(part, "=")
		switch {
		case r.err != nil:
			return
		case value == "" || strings.ContainsAny(part, " \t\r\n"):
			r.fail(at, codeEngine, "%s", invalidCredentials)
		case key == "aws_iam_role":
			r.roles(at, value)
		case key == "aws_access_key_id":
			a.AccessKey = value
		case key == "aws_secret_access_key":
			a.SecretKey = value
		case key == "token":
			a.Token = value
		case key == "master_symmetric_key":
			r.unknown(token{kind: tokenWord, val: key, start: at.start, end: at.end})
		default:
			r.fail(at, codeEngine, "%s", invalidCredentials)
		}
	}
	keys := a.AccessKey != "" && a.SecretKey != ""
	if r.err == nil && keys == (len(a.Roles) > 0 || a.DefaultRole) {
		r.fail(at, codeEngine, "%s", invalidCredentials)
	}
}

// checkAuth refuses families of authorization that exclude each other.
func (r *copyReader) checkAuth() {
	_, role := r.given["iam_role"]
	_, creds := r.given["credentials"]
	key, hasKey := r.given["access_key_id"]
	secret, hasSecret := r.given["secret_access_key"]
	session, hasToken := r.given["session_token"]
	switch {
	case role && creds:
		r.conflict(r.given["credentials"], "credentials", "iam_role")
	case hasKey && (role || creds):
		r.conflict(key, "access_key_id", map[bool]string{true: "iam_role", false: "credentials"}[role])
	case hasSecret && (role || creds):
		r.conflict(secret, "secret_access_key", map[bool]string{true: "iam_role", false: "credentials"}[role])
	case hasToken && (role || creds):
		r.conflict(session, "session_token", map[bool]string{true: "iam_role", false: "credentials"}[role])
	case hasKey && !hasSecret:
		r.fail(key, codeSyntax, "%s option ACCESS_KEY_ID needs SECRET_ACCESS_KEY", r.verb)
	case hasSecret && !hasKey:
		r.fail(secret, codeSyntax, "%s option SECRET_ACCESS_KEY needs ACCESS_KEY_ID", r.verb)
	case hasToken && !hasKey:
		r.fail(session, codeSyntax, "%s option SESSION_TOKEN needs ACCESS_KEY_ID and SECRET_ACCESS_KEY", r.verb)
	case !role && !creds && !hasKey:
		r.fail(r.toks[len(r.toks)-1], codeSyntax, "%s needs an authorization clause: IAM_ROLE, CREDENTIALS or ACCESS_KEY_ID", r.verb)
	}
}
