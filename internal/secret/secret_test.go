package secret_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/secret"
)

func TestStages(t *testing.T) {
	w := newWorld(t)
	first := w.create(secret.CreateInput{Name: "s", Value: text("one")}).Version
	put := func(value string, stages ...string) string {
		r, err := w.view.Put(w.ctx, secret.PutInput{ID: "s", Value: text(value), Stages: stages})
		w.ok(err)
		return r.Version.ID
	}
	second := put("two")
	third := put("three", "AWSPENDING")
	if got := w.value(secret.GetInput{ID: "s"}); got != "two" {
		t.Errorf("the current value is %s", got)
	}
	_, err := w.view.UpdateStage(w.ctx, secret.StageInput{ID: "s", Stage: "AWSCURRENT", MoveTo: third})
	w.refused(err, "InvalidParameterException")
	_, err = w.view.UpdateStage(w.ctx, secret.StageInput{ID: "s", Stage: "AWSCURRENT", MoveTo: third, RemoveFrom: second})
	w.ok(err)
	_, err = w.view.UpdateStage(w.ctx, secret.StageInput{ID: "s", Stage: "AWSPENDING", RemoveFrom: third})
	w.ok(err)
	for stage, want := range map[string]string{"AWSCURRENT": "three", "AWSPREVIOUS": "two"} {
		if got := w.value(secret.GetInput{ID: "s", Stage: stage}); got != want {
			t.Errorf("%s is %s, want %s", stage, got, want)
		}
	}
	if got := w.value(secret.GetInput{ID: "s", Version: first}); got != "one" {
		t.Errorf("the first version is %s", got)
	}
	_, labelled, _, err := w.view.Versions(w.ctx, "s", false, secret.Page{})
	w.ok(err)
	_, all, _, err := w.view.Versions(w.ctx, "s", true, secret.Page{})
	w.ok(err)
	if len(labelled) != 2 || len(all) != 3 || all[0].ID != third {
		t.Errorf("%d labelled versions of %d", len(labelled), len(all))
	}
}

func TestOldVersionsGo(t *testing.T) {
	w := newWorld(t)
	w.create(secret.CreateInput{Name: "s", Value: text("0")})
	for i := range 99 {
		_, err := w.view.Put(w.ctx, secret.PutInput{ID: "s", Value: text(fmt.Sprint(i + 1))})
		w.ok(err)
	}
	_, err := w.view.Put(w.ctx, secret.PutInput{ID: "s", Value: text("too many in a day")})
	w.refused(err, "LimitExceededException")
	w.clock = w.clock.Add(25 * time.Hour)
	_, err = w.view.Put(w.ctx, secret.PutInput{ID: "s", Value: text("a day later")})
	w.ok(err)
	e, err := w.view.Describe(w.ctx, "s")
	w.ok(err)
	if len(e.Versions) != 100 || w.value(secret.GetInput{ID: "s", Stage: "AWSPREVIOUS"}) != "99" {
		t.Errorf("%d versions", len(e.Versions))
	}
}

func TestDeletion(t *testing.T) {
	w := newWorld(t)
	old := w.create(secret.CreateInput{Name: "s", Value: text("one")})
	seven := 7
	_, at, err := w.view.Delete(w.ctx, secret.DeleteInput{ID: "s", Window: &seven})
	w.ok(err)
	if want := w.clock.AddDate(0, 0, 7); !at.Equal(want) {
		t.Errorf("gone at %s, want %s", at, want)
	}
	w.open()
	list, _, err := w.view.List(w.ctx, secret.ListInput{})
	w.ok(err)
	waiting, _, err := w.view.List(w.ctx, secret.ListInput{Deleted: true})
	w.ok(err)
	if len(list) != 0 || len(waiting) != 1 {
		t.Errorf("listed %d, with those that wait %d", len(list), len(waiting))
	}
	w.clock = at
	_, err = w.view.Describe(w.ctx, "s")
	w.refused(err, "ResourceNotFoundException")
	made := w.create(secret.CreateInput{Name: "s"})
	if made.ARN == old.ARN {
		t.Error("the new secret has the ARN of the old one")
	}
	_, err = w.view.Value(w.ctx, secret.GetInput{ID: old.ARN})
	w.refused(err, "ResourceNotFoundException")
	_, _, err = w.view.Delete(w.ctx, secret.DeleteInput{ID: "s", Force: true})
	w.ok(err)
	w.create(secret.CreateInput{Name: "s"})
	_, _, err = w.view.Delete(w.ctx, secret.DeleteInput{ID: "s"})
	w.ok(err)
	w.clock = w.clock.AddDate(0, 0, 31)
	w.ok(w.store.Sweep())
	w.ok(w.db.View(func(tx *bbolt.Tx) error {
		for _, table := range []string{"secretsmanager", "secretsmanager values"} {
			if k, _ := tx.Bucket([]byte(table)).Cursor().First(); k != nil {
				t.Errorf("%s still holds %s", table, k)
			}
		}
		return nil
	}))
}

// A name may look as if it ended in an ARN's six characters.
func TestNamesLikeARNs(t *testing.T) {
	w := newWorld(t)
	plain := w.create(secret.CreateInput{Name: "db", Value: text("short")})
	long := w.create(secret.CreateInput{Name: "db-secret", Value: text("long")})
	partial := strings.TrimSuffix(long.ARN, long.ARN[len(long.ARN)-7:])
	for id, want := range map[string]string{"db": "short", "db-secret": "long", plain.ARN: "short", long.ARN: "long", partial: "long"} {
		if got := w.value(secret.GetInput{ID: id}); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

func TestFilters(t *testing.T) {
	w := newWorld(t)
	w.create(secret.CreateInput{Name: "prod/db", Description: "The Database", Tags: []secret.Tag{{Key: "Team", Value: "data"}}})
	w.create(secret.CreateInput{Name: "prod/web", Tags: []secret.Tag{{Key: "Team", Value: "web"}}})
	w.create(secret.CreateInput{Name: "test/db", Description: "another"})
	for _, c := range []struct {
		filters []secret.Filter
		want    []string
	}{
		{nil, []string{"prod/db", "prod/web", "test/db"}},
		{[]secret.Filter{{"name", []string{"prod"}}}, []string{"prod/db", "prod/web"}},
		{[]secret.Filter{{"name", []string{"Prod"}}}, nil},
		{[]secret.Filter{{"name", []string{"!prod"}}}, []string{"test/db"}},
		{[]secret.Filter{{"name", []string{"prod/w", "test"}}}, []string{"prod/web", "test/db"}},
		{[]secret.Filter{{"description", []string{"the d"}}}, []string{"prod/db"}},
		{[]secret.Filter{{"tag-key", []string{"Te"}}, {"tag-value", []string{"web"}}}, []string{"prod/web"}},
		{[]secret.Filter{{"tag-key", []string{"!Team"}}}, []string{"test/db"}},
		{[]secret.Filter{{"all", []string{"DATA prod"}}}, []string{"prod/db"}},
		{[]secret.Filter{{"owning-service", []string{"redshift"}}}, nil},
		{[]secret.Filter{{"primary-region", []string{"us-east-1"}}}, nil},
	} {
		found, _, err := w.view.List(w.ctx, secret.ListInput{Filters: c.filters, SortBy: "name"})
		w.ok(err)
		var names []string
		for _, e := range found {
			names = append(names, e.Name)
		}
		if d := cmp.Diff(c.want, names); d != "" {
			t.Errorf("%v: %s", c.filters, d)
		}
	}
	_, _, err := w.view.List(w.ctx, secret.ListInput{Filters: []secret.Filter{{"color", []string{"red"}}}})
	w.refused(err, "InvalidParameterException")
}

func TestAdministrator(t *testing.T) {
	w := newWorld(t)
	a := secret.Administrator{Account: account, Region: "us-east-1", Warehouse: "wh", User: "awsuser", Host: "127.0.0.1", Port: 5439, Database: "dev"}
	password, arn, err := w.store.Administrator(a)
	w.ok(err)
	again, sameARN, err := w.store.Administrator(a)
	w.ok(err)
	if again != password || sameARN != arn || !strings.Contains(arn, ":secret:redshift!wh-awsuser-") {
		t.Errorf("got %s and %s", arn, sameARN)
	}
	var got map[string]any
	w.ok(json.Unmarshal([]byte(w.value(secret.GetInput{ID: "redshift!wh-awsuser"})), &got))
	want := map[string]any{"engine": "redshift", "host": "127.0.0.1", "port": 5439.0, "username": "awsuser", "password": password, "dbname": "dev", "dbClusterIdentifier": "wh"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	e, err := w.view.Describe(w.ctx, arn)
	w.ok(err)
	if e.Owner != "redshift" || len(e.Versions) != 1 {
		t.Errorf("owner %q, %d versions", e.Owner, len(e.Versions))
	}
	for port := range 150 { // As a node that starts on another port again and again.
		a.Port = 40_000 + port
		_, _, err = w.store.Administrator(a)
		w.ok(err)
	}
	e, err = w.view.Describe(w.ctx, arn)
	w.ok(err)
	if v := w.value(secret.GetInput{ID: arn}); len(e.Versions) != 1 || !strings.Contains(v, "40149") {
		t.Errorf("%d versions, the last is %s", len(e.Versions), v)
	}
	a.Password = "Passw0rd"
	_, _, err = w.store.Administrator(a)
	w.ok(err)
	if v := w.value(secret.GetInput{ID: arn}); !strings.Contains(v, `"Passw0rd"`) {
		t.Errorf("the new password is missing in %s", v)
	}
	_, err = w.view.Put(w.ctx, secret.PutInput{ID: arn, Value: text("mine")})
	w.refused(err, "InvalidRequestException")
	_, _, err = w.view.Delete(w.ctx, secret.DeleteInput{ID: arn, Force: true})
	w.refused(err, "InvalidRequestException")
	w.ok(w.store.RemoveAdministrator(a))
	_, err = w.view.Describe(w.ctx, arn)
	w.refused(err, "ResourceNotFoundException")
}

// A password that a first version of inlet kept stays the password.
func TestPlainPassword(t *testing.T) {
	w := newWorld(t)
	w.ok(w.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("secrets")).Put([]byte(account+"/redshift!wh-awsuser"), []byte(`{"Account":"111111111111","Value":"Old4Password"}`))
	}))
	a := secret.Administrator{Account: account, Region: "us-east-1", Warehouse: "wh", User: "awsuser", Database: "dev"}
	if password, _, err := w.store.Administrator(a); err != nil || password != "Old4Password" {
		t.Errorf("got %q, %v", password, err)
	}
}

func TestNobodyToAsk(t *testing.T) {
	w := newWorld(t)
	closed, err := secret.Open(w.db)
	w.ok(err)
	if _, err := closed.As(guard.Session{Account: account}).Value(w.ctx, secret.GetInput{ID: "s"}); err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("got %v from a store without a guard", err)
	}
}

func TestNewPassword(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		p, err := secret.NewPassword()
		if err != nil {
			t.Fatal(err)
		}
		if len(p) < 8 || len(p) > 64 || !strings.ContainsAny(p, "ABCDEFGHJKLMNPQRSTUVWXYZ") || strings.ToUpper(p) == p || !strings.ContainsAny(p, "23456789") {
			t.Errorf("%q is not a password Redshift takes", p)
		}
		if seen[p] {
			t.Errorf("%q came twice", p)
		}
		seen[p] = true
	}
}

func TestRandomPassword(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name string
		in   secret.PasswordInput
		only string
		n    int
	}{
		{"default", secret.PasswordInput{}, "", 32},
		{"digits", secret.PasswordInput{Length: 8, NoLowercase: true, NoUppercase: true, NoPunctuation: true}, "0123456789", 8},
		{"some digits", secret.PasswordInput{Length: 8, NoLowercase: true, NoUppercase: true, NoPunctuation: true, Exclude: "0123456"}, "789", 8},
		{"one character", secret.PasswordInput{Length: 1, AnyType: true, Space: true}, "", 1},
	} {
		p, err := w.view.RandomPassword(w.ctx, c.in)
		if err != nil || len(p) != c.n || c.only != "" && strings.Trim(p, c.only) != "" {
			t.Errorf("%s: got %q, %v", c.name, p, err)
		}
	}
	_, err := w.view.RandomPassword(w.ctx, secret.PasswordInput{Length: 3})
	w.refused(err, "InvalidParameterException")
	_, err = w.view.RandomPassword(w.ctx, secret.PasswordInput{Length: 4097})
	w.refused(err, "InvalidParameterException")
}
