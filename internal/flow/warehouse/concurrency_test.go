package warehouse_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
)

// everyone may do everything, and engines are always there.
type everyone struct{ started atomic.Int32 }

func (*everyone) Check(context.Context, guard.Call) error { return nil }

func (e *everyone) Start(context.Context, *warehouse.Namespace) (string, int, error) {
	e.started.Add(1)
	return "127.0.0.1", 5440, nil
}

func (e *everyone) Stop(context.Context, string, bool) error {
	e.started.Add(-1)
	return nil
}

// Of many callers one makes the cluster, and what they change meanwhile is all kept.
func TestManyAtOnce(t *testing.T) {
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "control"), 0o600, &bbolt.Options{NoSync: true})
	must(t, err)
	defer db.Close()
	e := &everyone{}
	s, err := warehouse.OpenNamespaces(db, e)
	must(t, err)
	s.SetHost(e)
	view := s.As(session("ann"))
	in := warehouse.CreateClusterInput{Identifier: "wh", AdminUser: "awsuser", Password: password}
	in.NodeType = ptr("ra3.xlplus")
	var made atomic.Int32
	together(8, func(int) {
		if _, err := view.CreateCluster(t.Context(), in); err == nil {
			made.Add(1)
		} else if fault.CodeOf(err) != "ClusterAlreadyExists" {
			t.Error(err)
		}
	})
	if made.Load() != 1 || e.started.Load() != 1 {
		t.Errorf("%d made, %d started", made.Load(), e.started.Load())
	}
	together(8, func(i int) {
		_, err := view.ModifyClusterRoles(t.Context(), warehouse.ModifyClusterRolesInput{Identifier: "wh", Add: []string{fmt.Sprint(role, i)}})
		if err != nil {
			t.Error(err)
		}
		_, err = view.ClusterCredentials(t.Context(), warehouse.ClusterCredentialsInput{Cluster: "wh", DBUser: fmt.Sprint("u", i)})
		if err != nil {
			t.Error(err)
		}
		must(t, view.CreateTags(t.Context(), "arn:aws:redshift:us-east-1:222222222222:cluster:wh", map[string]string{fmt.Sprint(i): ""}))
	})
	n, err := s.Cluster(account2, region, "wh")
	must(t, err)
	if len(n.Roles) != 8 || len(n.Tags) != 8 {
		t.Errorf("kept %d roles and %d tags", len(n.Roles), len(n.Tags))
	}
}

func together(n int, f func(int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}
