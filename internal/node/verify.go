package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/flow/verify"
)

// comparison is the answer of /_inlet/verify.
type comparison struct {
	Tables []verify.Report `json:"tables"`
	Error  string          `json:"error,omitempty"`
	Hint   string          `json:"hint,omitempty"`
}

// verify answers /_inlet/verify?task=NAME&most=ROWS. It names rows, so it is for those
// alone who may read node.json.
func (n *Node) verify(w http.ResponseWriter, r *http.Request) {
	if !n.trusted(w, r) {
		return
	}
	var c comparison
	most, err := strconv.Atoi(r.FormValue("most"))
	if err == nil {
		c.Tables, err = n.Verify(r.Context(), r.FormValue("task"), most)
	}
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		c.Error, c.Hint = Explain(err)
	}
	_ = json.NewEncoder(w).Encode(c) // A caller that went away does not matter.
}

// Verify compares the tables of a replication task with their source, and names at most
// so many rows of each that differ.
func (n *Node) Verify(ctx context.Context, name string, most int) ([]verify.Report, error) {
	j, err := n.findJob(ctx, name)
	if err != nil {
		return nil, err
	}
	src, err := openSource(j.Source, j.Task.ID())
	if err != nil {
		return nil, err
	}
	defer src.Close()
	c, err := replicas{n}.configure(ctx, j, src)
	if err != nil {
		return nil, err
	}
	return task.Compare(ctx, c, most)
}

// findJob looks for a task in all accounts.
func (n *Node) findJob(ctx context.Context, name string) (j replication.Job, err error) {
	missing := fmt.Errorf("no account has a task %s", name)
	for _, account := range n.identities.Accounts() {
		by := n.root(account.ID)
		by.Request.Region = ""
		if j, err = n.replication.As(by).FindJob(ctx, name); err == nil {
			return j, nil
		}
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Hint != "" {
			missing = err
		}
	}
	return j, missing
}

// Verify asks the running node to compare a replication task's tables with their source.
func (i *Info) Verify(ctx context.Context, name string, most int) ([]verify.Report, error) {
	query := url.Values{"task": {name}, "most": {strconv.Itoa(most)}}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, i.AWS+"/_inlet/verify?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+i.Token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, fmt.Errorf("ask the node to compare %s: %w", name, err)
	}
	defer res.Body.Close()
	var c comparison
	if err := json.NewDecoder(res.Body).Decode(&c); err != nil {
		return nil, fmt.Errorf("ask the node to compare %s: %s: %w", name, res.Status, err)
	}
	if c.Error != "" {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "NotCompared", Message: c.Error, Hint: c.Hint}
	}
	return c.Tables, nil
}
