package doctor

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Mend is one change that lets the call pass its hop: a command, and for
// policies the whole document that the command applies.
type Mend struct {
	What     string          `json:"what"`
	Document json.RawMessage `json:"document,omitempty"`
	Command  string          `json:"command"`
}

// change is a mend that puts a document in its place: the command's flag takes it.
func change(what, command, flag, document string) Mend {
	return Mend{what, json.RawMessage(document), heredoc(command, flag, document)}
}

// shell joins words to a command; what is no plain word is quoted.
func shell(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(w)
	}
	return strings.Join(quoted, " ")
}

// quote writes a word so that a shell takes it as it is.
func quote(w string) string {
	plain := strings.IndexFunc(w, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=,@+", r))
	}) < 0
	switch {
	case plain && w != "":
		return w
	case variable(w):
		return `"` + w + `"`
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}

// variable reports whether a word is ${NAME}: a value that only the user's shell knows.
func variable(w string) bool {
	name, ok := strings.CutPrefix(w, "${")
	name, closed := strings.CutSuffix(name, "}")
	return ok && closed && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// heredoc ends a command with a document that the shell takes word for word.
func heredoc(command, flag, document string) string {
	return command + " " + flag + " \"$(cat <<'POLICY'\n" + document + "\nPOLICY\n)\""
}

// expanding is heredoc with a document in which the shell puts its variables' values.
func expanding(command, flag, document string) string {
	return strings.Replace(heredoc(command, flag, document), "<<'POLICY'", "<<POLICY", 1)
}

// aws begins a command of an account's administrator.
func (f *Facts) aws(account string, words ...string) string {
	return shell(append(append([]string{"aws"}, words...), "--profile", f.profile(account))...)
}

// bearer says whether the caller is a user or a role, and its name.
func (f *Facts) bearer() (word, name string) {
	if r, ok := f.role(); ok {
		return "role", lastPart(r)
	}
	return "user", lastPart(f.Request.Principal.ARN)
}

// apply is the command that puts a changed document in its place.
func (f *Facts) apply(s slot, doc *policy.Document) Mend {
	text := pretty(doc.Text())
	switch s.kind {
	case policy.Identity:
		return f.applyIdentity(doc, text)
	case policy.Boundary, policy.SessionPolicy:
		return f.applyLimit(s.kind, doc, text)
	case policy.SCP, policy.RCP:
		return change("Change the organization's policy "+doc.Name(), f.aws(f.Request.Principal.Account, "organizations", "update-policy", "--policy-id", doc.Name()), "--content", text)
	case policy.VPCEndpoint:
		return change("Change the policy of the VPC endpoint", f.aws(f.Request.Principal.Account, "ec2", "modify-vpc-endpoint", "--vpc-endpoint-id", f.key("aws:SourceVpce")), "--policy-document", text)
	}
	return f.applyResource(s.kind, text)
}

// applyLimit changes what limits the caller's own policies.
func (f *Facts) applyLimit(k policy.Kind, doc *policy.Document, text string) Mend {
	switch {
	case isPolicyARN(doc.Name()) && !awsManaged(doc):
		return f.newVersion(doc.Name(), text)
	case k == policy.Boundary:
		return f.newBoundary(text)
	}
	session := lastPart(f.Request.Principal.ARN)
	return change("Take the role again with this session policy",
		f.aws(f.Request.Principal.Account, "sts", "assume-role", "--role-arn", f.caller(), "--role-session-name", session), "--policy", text)
}

// applyIdentity changes a policy of the caller; one without a name yet is a new inline policy.
func (f *Facts) applyIdentity(doc *policy.Document, text string) Mend {
	if isPolicyARN(doc.Name()) {
		return f.newVersion(doc.Name(), text)
	}
	word, bearer := f.bearer()
	policyName, mine := inline(doc)
	what := "Change the policy " + policyName + " of " + word + " " + bearer
	if !f.had(doc) {
		what = "Give " + word + " " + bearer + " the policy " + policyName
	} else if group, ok := ofGroup(doc.Name()); !mine && ok {
		word, bearer = "group", group
		policyName = strings.TrimPrefix(strings.TrimSuffix(doc.Name(), " of group "+group), "inline policy ")
		what = "Change the policy " + policyName + " of group " + group
	}
	return change(what, f.aws(f.Request.Principal.Account, "iam", "put-"+word+"-policy", "--"+word+"-name", bearer, "--policy-name", policyName), "--policy-document", text)
}

// had reports whether the caller has a policy of that name already.
func (f *Facts) had(doc *policy.Document) bool {
	return slices.ContainsFunc(f.Set.Identity, func(d *policy.Document) bool { return d.Name() == doc.Name() })
}

func ofGroup(name string) (string, bool) {
	_, group, ok := strings.Cut(name, " of group ")
	return group, ok
}

func isPolicyARN(s string) bool {
	a, err := arn.Parse(s)
	return err == nil && a.Service == "iam" && strings.HasPrefix(a.Resource, "policy/")
}

func (f *Facts) newVersion(policyARN, text string) Mend {
	return change("Change the managed policy "+policyARN,
		f.aws(f.Request.Principal.Account, "iam", "create-policy-version", "--policy-arn", policyARN, "--set-as-default"), "--policy-document", text)
}

// newBoundary makes a policy of the account's own and sets it as the boundary.
func (f *Facts) newBoundary(text string) Mend {
	word, bearer := f.bearer()
	own, name := f.Request.Principal.Account, bearer+"-boundary"
	m := change("Make a permission boundary of your own", f.aws(own, "iam", "create-policy", "--policy-name", name), "--policy-document", text)
	m.Command += "\n" + f.aws(own, "iam", "put-"+word+"-permissions-boundary", "--"+word+"-name", bearer, "--permissions-boundary", "arn:aws:iam::"+own+":policy/"+name)
	return m
}

// applyResource changes the policy of a resource.
func (f *Facts) applyResource(k policy.Kind, text string) Mend {
	on, owner := f.Request.Resource, f.Keeper.Account
	switch k {
	case policy.Trust:
		return change("Change the trust policy of role "+lastPart(on), f.aws(owner, "iam", "update-assume-role-policy", "--role-name", lastPart(on)), "--policy-document", text)
	case policy.Bucket:
		return change("Change the bucket policy of "+f.bucket(), f.aws(owner, "s3api", "put-bucket-policy", "--bucket", f.bucket()), "--policy", text)
	case policy.Namespace:
		return change("Change the resource policy of the namespace", f.aws(owner, "redshift", "put-resource-policy", "--resource-arn", on), "--policy", text)
	case policy.Key:
		return change("Change the key policy", f.aws(owner, "kms", "put-key-policy", "--key-id", on, "--policy-name", "default"), "--policy", text)
	}
	switch f.service() {
	case "sns":
		return change("Change the policy of the topic", f.aws(owner, "sns", "set-topic-attributes", "--topic-arn", on, "--attribute-name", "Policy"), "--attribute-value", text)
	case "secretsmanager":
		return change("Change the policy of the secret", f.aws(owner, "secretsmanager", "put-resource-policy", "--secret-id", on), "--resource-policy", text)
	}
	return Mend{What: "Change the resource policy of " + on, Document: json.RawMessage(text)}
}

// remove is the command that takes a document away.
func (f *Facts) remove(r removal) Mend {
	word, bearer := f.bearer()
	own := f.Request.Principal.Account
	name, isInline := strings.CutPrefix(r.name, "inline policy ")
	switch {
	case r.kind == policy.Bucket:
		return Mend{What: "Remove the bucket policy of " + f.bucket(), Command: f.aws(f.Keeper.Account, "s3api", "delete-bucket-policy", "--bucket", f.bucket())}
	case r.kind == policy.Namespace:
		return Mend{What: "Remove the resource policy of the namespace", Command: f.aws(f.Keeper.Account, "redshift", "delete-resource-policy", "--resource-arn", f.Request.Resource)}
	case r.kind == policy.Identity && isInline:
		return Mend{What: "Remove the policy " + name + " of " + word + " " + bearer, Command: f.aws(own, "iam", "delete-"+word+"-policy", "--"+word+"-name", bearer, "--policy-name", name)}
	case r.kind == policy.Identity:
		return Mend{What: "Take the policy " + r.name + " off " + word + " " + bearer, Command: f.aws(own, "iam", "detach-"+word+"-policy", "--"+word+"-name", bearer, "--policy-arn", r.name)}
	}
	return Mend{What: "Remove " + r.name}
}

// pretty prints a document as it would be after a change.
func pretty(text string) string {
	d, err := read(text)
	if err != nil {
		return text
	}
	return d.String()
}
