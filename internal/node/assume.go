package node

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// Keys are temporary credentials.
type Keys struct {
	AccessKeyID     string    `json:"access_key_id"`
	SecretAccessKey string    `json:"secret_access_key"`
	SessionToken    string    `json:"session_token"`
	Expires         time.Time `json:"expires"`
}

// replicator is the service that tasks take roles as.
const replicator = "dms.amazonaws.com"

// assume answers /_inlet/assume?role=ARN with credentials of a role that the node took
// as DMS does, by the role's trust alone. It is for those alone who may read node.json.
func (n *Node) assume(w http.ResponseWriter, r *http.Request) {
	if !n.trusted(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	keys, err := n.AssumeAsDMS(r.Context(), r.FormValue("role"))
	if err != nil {
		w.WriteHeader(http.StatusForbidden)
		message, hint := Explain(err)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": message, "hint": hint}) // A caller that went away does not matter.
		return
	}
	_ = json.NewEncoder(w).Encode(keys)
}

// AssumeAsDMS takes a role in the name of DMS.
func (n *Node) AssumeAsDMS(ctx context.Context, role string) (Keys, error) {
	a, err := arn.Parse(role)
	if err != nil {
		return Keys{}, &fault.Error{Kind: fault.Invalid, Code: "InvalidRole", Message: fmt.Sprintf("%q is not the ARN of a role", role)}
	}
	c, err := n.identities.AssumeRoleAsService(ctx, nil, identity.ServiceAssumption{
		Services: []string{replicator}, RoleARN: role, SessionName: "dms-session", SourceAccount: a.Account, Request: inside(n.Info.Region),
	})
	return Keys{c.AccessKeyID, c.SecretAccessKey, c.SessionToken, c.Expiration}, err
}

// AssumeAsDMS asks the running node for a session of a role, taken in the name of DMS.
func (i *Info) AssumeAsDMS(ctx context.Context, role string) (Keys, error) {
	body := strings.NewReader(url.Values{"role": {role}}.Encode())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, i.AWS+"/_inlet/assume", body)
	if err != nil {
		return Keys{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+i.Token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return Keys{}, fmt.Errorf("ask the node for role %s: %w", role, err)
	}
	defer res.Body.Close()
	var answer struct {
		Keys
		Error string `json:"error"`
		Hint  string `json:"hint"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&answer); err != nil {
		return Keys{}, fmt.Errorf("ask the node for role %s: %s: %w", role, res.Status, err)
	}
	if res.StatusCode != http.StatusOK {
		return Keys{}, &fault.Error{Kind: fault.Denied, Code: "AccessDenied", Op: "sts:AssumeRole", On: role,
			Message: cmp.Or(answer.Error, res.Status), Hint: answer.Hint}
	}
	return answer.Keys, nil
}
