package logs_test

import (
	"errors"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// TestTaggingResource asks for tags on the group's own ARN, as policies name it for these actions alone.
func TestTaggingResource(t *testing.T) {
	w := newWorld(t)
	v := w.ids.As(w.by)
	_, err := v.CreateUser(w.ctx, identity.CreateUserInput{Name: "tagger"})
	w.ok(err)
	const group = "arn:aws:logs:us-east-1:222222222222:log-group:g"
	w.ok(v.PutUserPolicy(w.ctx, "tagger", "p", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"`+group+`"}]}`))
	key, err := v.CreateAccessKey(w.ctx, "tagger")
	w.ok(err)
	_, _, by, err := w.ids.Credential(key.ID)
	w.ok(err)
	tagger := w.store.As(by)
	w.ok(tagger.Tag(w.ctx, "TagResource", group, map[string]string{"a": "1"}))
	if err := tagger.Tag(w.ctx, "TagLogGroup", "g", map[string]string{"a": "1"}); !denied(err) {
		t.Errorf("the older action answers %v", err)
	}
	_, err = tagger.Tags(w.ctx, "ListTagsForResource", group)
	w.ok(err)
	w.ok(tagger.Untag(w.ctx, "UntagResource", group, []string{"a"}))
	if err := tagger.SetRetention(w.ctx, "g", 7); !denied(err) {
		t.Errorf("the retention is set with %v", err)
	}
}

// TestOtherAccounts lists nothing of accounts that are linked to none.
func TestOtherAccounts(t *testing.T) {
	w := newWorld(t)
	for account, want := range map[string]int{account: 1, "333333333333": 0} {
		all, _, err := w.view.Groups(w.ctx, logs.GroupsInput{Action: "DescribeLogGroups", Accounts: []string{account}, Page: logs.Page{Max: 50}})
		w.ok(err)
		if len(all) != want {
			t.Errorf("%s: %d groups, want %d", account, len(all), want)
		}
	}
}

// denied reports whether an error is a decision of the guard.
func denied(err error) bool {
	_, ok := errors.AsType[*guard.Denied](err)
	return ok
}
