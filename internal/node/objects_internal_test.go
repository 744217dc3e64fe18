package node

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

const (
	trustRedshift = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	trustFirst    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:role/first"},"Action":"sts:AssumeRole"}]}`
	allowAssume   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}`
	allowRead     = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"*"}]}`
)

var cluster = &warehouse.Namespace{ID: "n", Kind: warehouse.Provisioned, Account: Account2, Region: "us-east-1", Cluster: clusterName}

func newRights(t *testing.T) *rights {
	t.Helper()
	dir := t.TempDir()
	db, err := bbolt.Open(filepath.Join(dir, "control"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := identity.Open(db)
	if err != nil {
		t.Fatal(err)
	}
	if err := createAccounts(ids); err != nil {
		t.Fatal(err)
	}
	g := guard.New(ids)
	store, err := bucket.Open(bucket.Config{Dir: filepath.Join(dir, "s3"), Guard: g, Principals: ids})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	return &rights{ids, store, g}
}

// fill makes bucket b of an account with n small objects.
func (r *rights) fill(t *testing.T, account string, n int) {
	t.Helper()
	view := r.store.As(r.ids.Root(account))
	if _, err := view.CreateBucket(t.Context(), bucket.CreateBucketInput{Bucket: "files"}); err != nil {
		t.Fatal(err)
	}
	var puts sync.WaitGroup
	for i := range n {
		puts.Go(func() {
			body := fmt.Sprint(i)
			if _, err := view.Put(t.Context(), bucket.PutInput{Bucket: "files", Key: fmt.Sprintf("in/%05d", i), Body: strings.NewReader(body), Size: int64(len(body))}); err != nil {
				t.Error(err)
			}
		})
	}
	puts.Wait()
}

func (r *rights) role(t *testing.T, name, trust, allows string) {
	t.Helper()
	view := r.ids.As(r.ids.Root(Account2))
	if _, err := view.CreateRole(t.Context(), identity.CreateRoleInput{Name: name, Trust: trust}); err != nil {
		t.Fatal(err)
	}
	if err := view.PutRolePolicy(t.Context(), name, "p", allows); err != nil {
		t.Fatal(err)
	}
}

// TestObjects lists more than a page and reads, as a role taken through another.
func TestObjects(t *testing.T) {
	r := newRights(t)
	r.fill(t, Account2, 1001)
	r.role(t, "first", trustRedshift, allowAssume)
	r.role(t, "second", trustFirst, allowRead)
	const first, second = "arn:aws:iam::222222222222:role/first", "arn:aws:iam::222222222222:role/second"
	objects, _, err := r.Assume(t.Context(), cluster, []string{first, second}, cluster.DBUser("awsuser"))
	if err != nil {
		t.Fatal(err)
	}
	var all []load.Object
	if err := objects.List(t.Context(), "files", "in/", func(o load.Object) error { all = append(all, o); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(all) != 1001 || all[1000].Key != "in/01000" || all[1000].Size != 4 {
		t.Errorf("%d objects, the last is %+v", len(all), all[len(all)-1])
	}
	head, err := objects.Head(t.Context(), "files", "in/01000")
	if err != nil || head.ETag != all[1000].ETag || head.Size != 4 {
		t.Errorf("head %+v, %v", head, err)
	}
	body, err := objects.Open(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(body)
	if err := body.Close(); err != nil {
		t.Error(err)
	}
	if string(text) != "1000" || err != nil {
		t.Errorf("read %q, %v", text, err)
	}
	if _, at, err := r.Assume(t.Context(), cluster, []string{second}, cluster.DBUser("awsuser")); err == nil || at != second {
		t.Errorf("Redshift took a role that does not trust it: at %q, %v", at, err)
	}
	alone, _, err := r.Assume(t.Context(), cluster, []string{first}, cluster.DBUser("awsuser"))
	if err != nil {
		t.Fatal(err)
	}
	if err := alone.List(t.Context(), "files", "", func(load.Object) error { return nil }); err == nil {
		t.Error("the first role alone could list the bucket")
	}
}

func TestKeys(t *testing.T) {
	r := newRights(t)
	r.fill(t, Account1, 1)
	key, ok := r.ids.AdminKey(Account1, admin)
	if !ok {
		t.Fatal("no key")
	}
	objects, err := r.Keys(t.Context(), key.ID, key.Secret, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := objects.Head(t.Context(), "files", "in/00000"); err != nil {
		t.Error(err)
	}
	tests := []struct{ name, id, secret, token, code string }{
		{"wrong secret", key.ID, "x", "", "SignatureDoesNotMatch"},
		{"token nobody gave", key.ID, key.Secret, "x", "InvalidToken"},
		{"unknown key", "AKIAXXXXXXXXXXXXXXXX", "x", "", "InvalidAccessKeyId"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := r.Keys(t.Context(), tt.id, tt.secret, tt.token); fault.CodeOf(err) != tt.code {
				t.Errorf("got %v, want %s", err, tt.code)
			}
		})
	}
}
