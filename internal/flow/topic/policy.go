package topic

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// defaultPolicy lets the services that act for a topic's own account use it,
// which say so by aws:SourceOwner.
func defaultPolicy(topic, account string) string {
	statement := map[string]any{
		"Sid": "__default_statement_ID", "Effect": "Allow", "Principal": map[string]string{"AWS": "*"}, "Resource": topic,
		"Action": []string{"SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission",
			"SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish"},
		"Condition": map[string]any{"StringEquals": map[string]string{"AWS:SourceOwner": account}},
	}
	return encode(map[string]any{"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": []any{statement}})
}

func encode(v any) string {
	text, _ := json.Marshal(v) // Maps of texts always marshal.
	return string(text)
}

// document is the topic's policy, its principals bound to whom they meant when it was put.
func (t *Topic) document() (*policy.Document, error) {
	doc, err := policy.Read([]byte(t.Policy), policy.Resource)
	if err != nil {
		return nil, fmt.Errorf("policy of topic %s: %w", t.ARN, err)
	}
	return doc.Named("policy of topic " + t.ARN).Bind(t.PolicyIDs), nil
}

func (t *Topics) setPolicy(one *Topic, text string) error {
	if text == "" {
		one.Policy, one.PolicyIDs = defaultPolicy(one.ARN, one.Account), nil
		return nil
	}
	doc, err := policy.Parse([]byte(text), policy.Resource)
	if err == nil && t.Principals != nil {
		one.PolicyIDs, err = t.Principals.Resolve(doc)
	}
	if err != nil {
		return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameter", Message: "Invalid parameter: Policy Error: " + err.Error(), Err: err}
	}
	one.Policy = text
	return nil
}

// Permission is a statement that AddPermission makes.
type Permission struct {
	Label             string
	Accounts, Actions []string
}

var (
	validLabel = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)
	// grantable are the actions that can be given by AddPermission.
	grantable = []string{"Publish", "RemovePermission", "SetTopicAttributes", "DeleteTopic", "ListSubscriptionsByTopic", "GetTopicAttributes", "AddPermission", "Subscribe"}
)

// AddPermission adds a statement that lets other accounts do things to the topic's policy.
func (v *View) AddPermission(ctx context.Context, topic string, p Permission) error {
	if err := checkARN(topic); err != nil {
		return err
	}
	if _, err := v.ask(ctx, "AddPermission", topic, nil); err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return err
	}
	return v.t.repolicy(topic, func(statements []any) ([]any, error) {
		if slices.ContainsFunc(statements, labelled(p.Label)) {
			return nil, invalid("Statement already exists")
		}
		return append(statements, p.statement(topic)), nil
	})
}

func (p *Permission) check() error {
	if !validLabel.MatchString(p.Label) {
		return invalid("Label")
	}
	if len(p.Accounts) == 0 || slices.ContainsFunc(p.Accounts, func(a string) bool { return !arn.ValidAccount(a) }) {
		return invalid("AWSAccountId")
	}
	if len(p.Actions) == 0 || slices.ContainsFunc(p.Actions, func(a string) bool { return !slices.Contains(grantable, a) }) {
		return invalid("ActionName")
	}
	return nil
}

func (p *Permission) statement(topic string) any {
	principals, actions := make([]string, len(p.Accounts)), make([]string, len(p.Actions))
	for i, account := range p.Accounts {
		principals[i] = arn.Root(account)
	}
	for i, action := range p.Actions {
		actions[i] = "SNS:" + action
	}
	return map[string]any{"Sid": p.Label, "Effect": "Allow", "Principal": map[string]any{"AWS": principals}, "Action": actions, "Resource": topic}
}

// RemovePermission removes the statement of a label from the topic's policy.
func (v *View) RemovePermission(ctx context.Context, topic, label string) error {
	if err := checkARN(topic); err != nil {
		return err
	}
	if _, err := v.ask(ctx, "RemovePermission", topic, nil); err != nil {
		return err
	}
	return v.t.repolicy(topic, func(statements []any) ([]any, error) {
		return slices.DeleteFunc(statements, labelled(label)), nil
	})
}

func labelled(label string) func(any) bool {
	return func(s any) bool {
		m, ok := s.(map[string]any)
		return ok && m["Sid"] == label
	}
}

// repolicy changes the statements of a topic's policy. Without any left the policy is the default one.
func (t *Topics) repolicy(topic string, change func([]any) ([]any, error)) error {
	return t.change(topic, func(one *Topic) error {
		var doc map[string]any
		if err := json.Unmarshal([]byte(one.Policy), &doc); err != nil {
			return fmt.Errorf("policy of topic %s: %w", topic, err)
		}
		statements, many := doc["Statement"].([]any)
		if !many {
			statements = []any{doc["Statement"]}
		}
		statements, err := change(statements)
		if err != nil {
			return err
		}
		if len(statements) == 0 {
			return t.setPolicy(one, "")
		}
		doc["Statement"] = statements
		return t.setPolicy(one, encode(doc))
	})
}
