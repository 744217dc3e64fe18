package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/flow/replication"
)

// LogPage is a part of a replication task's log. Next asks for what follows; it stays
// the same while there is nothing new.
type LogPage struct {
	Group  string   `json:"group"`
	Stream string   `json:"stream"`
	Lines  []string `json:"lines"`
	Next   string   `json:"next"`
}

// taskLog answers /_inlet/logs?task=NAME&next=TOKEN. Lines can tell of data, so it is
// for those alone who may read node.json.
func (n *Node) taskLog(w http.ResponseWriter, r *http.Request) {
	if !n.trusted(w, r) {
		return
	}
	page, err := n.TaskLog(r.Context(), r.FormValue("task"), r.FormValue("next"))
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusNotFound)
		message, hint := Explain(err)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": message, "hint": hint}) // A caller that went away does not matter.
		return
	}
	_ = json.NewEncoder(w).Encode(page)
}

// TaskLog reads a replication task's log from its beginning, or from where a page ended.
func (n *Node) TaskLog(ctx context.Context, task, next string) (LogPage, error) {
	var missing *fault.Error
	for _, account := range n.identities.Accounts() {
		by := n.root(account.ID)
		by.Request.Region = ""
		found, err := n.replication.As(by).FindLog(ctx, task)
		if err != nil {
			if f, ok := errors.AsType[*fault.Error](err); ok && (missing == nil || f.Hint != "") {
				missing = f
			}
			continue
		}
		by.Request.Region = found.Region
		read, err := n.logs.As(by).Get(ctx, logs.GetInput{Group: found.Group, Stream: found.Stream, Token: next, Head: true})
		if err != nil {
			return LogPage{}, noLog(found, err)
		}
		page := LogPage{Group: found.Group, Stream: found.Stream, Next: read.Forward, Lines: make([]string, len(read.Events))}
		for i, e := range read.Events {
			page.Lines[i] = e.Message
		}
		return page, nil
	}
	if missing == nil {
		return LogPage{}, fmt.Errorf("no account has a task %s", task)
	}
	return LogPage{}, missing
}

// noLog says why a task has no log.
func noLog(l replication.TaskLog, err error) error {
	f := &fault.Error{Kind: fault.NotFound, Code: "NoLog", On: l.Task, Message: fmt.Sprintf("task %s has no log", l.Task), Err: err,
		Hint: "It was not started, or DMS may not write: create the role dms-cloudwatch-logs-role with the policy AmazonDMSCloudWatchLogsRole, trusting dms.amazonaws.com."}
	if !l.Enabled {
		f.Hint = `Its settings keep no log: {"Logging":{"EnableLogging":true}}`
	}
	return f
}

// TaskLog asks the running node for a part of a replication task's log.
func (i *Info) TaskLog(ctx context.Context, task, next string) (*LogPage, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, i.AWS+"/_inlet/logs?"+url.Values{"task": {task}, "next": {next}}.Encode(), nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+i.Token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, fmt.Errorf("ask the node for the log of %s: %w", task, err)
	}
	defer res.Body.Close()
	var answer struct {
		LogPage
		Error, Hint string
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 64<<20)).Decode(&answer); err != nil {
		return nil, fmt.Errorf("ask the node for the log of %s: %s: %w", task, res.Status, err)
	}
	if answer.Error != "" {
		return nil, &fault.Error{Kind: fault.NotFound, Code: "NoLog", Message: answer.Error, Hint: answer.Hint}
	}
	return &answer.LogPage, nil
}
