package warehouse_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const (
	account1 = "111111111111"
	account2 = "222222222222"
	region   = "us-east-1"
	password = "Passw0rd1"
)

// judge allows what is not refused and remembers what it was asked.
type judge struct {
	refuse map[string]bool // by action
	asked  []guard.Call
}

var errRefused = errors.New("refused")

func (j *judge) Check(_ context.Context, c guard.Call) error {
	j.asked = append(j.asked, c)
	if j.refuse[c.Action] || j.refuse["*"] {
		return errRefused
	}
	return nil
}

func (j *judge) actions() (all []string) {
	for _, c := range j.asked {
		all = append(all, c.Action+" "+c.On)
	}
	j.asked = nil
	return all
}

// host starts and stops nothing, and remembers.
type host struct {
	running map[string]*warehouse.Namespace
	dropped []string
	digests map[string]string
	fail    error
	port    int
}

func (h *host) Start(_ context.Context, n *warehouse.Namespace) (string, int, error) {
	if h.fail != nil {
		return "", 0, h.fail
	}
	h.running[n.ARN()] = n
	h.port++
	return "127.0.0.1", 5439 + h.port, nil
}

func (h *host) Stop(_ context.Context, arn string, drop bool) error {
	delete(h.running, arn)
	if drop {
		h.dropped = append(h.dropped, arn)
	}
	return nil
}

func (h *host) SetAdminPassword(_ context.Context, n *warehouse.Namespace, digest string) error {
	h.digests[n.Cluster+n.Name] = digest
	return nil
}

// vault keeps managed passwords.
type vault struct {
	kept map[string]string
	fail error
}

func (k *vault) PutAdminPassword(_ context.Context, n *warehouse.Namespace, password, _ string) (string, error) {
	if k.fail != nil {
		return "", k.fail
	}
	k.kept[n.Label()] = password
	return "arn:aws:secretsmanager:us-east-1:222222222222:secret:redshift!" + n.Cluster + n.Name, nil
}

func (k *vault) DeleteAdminPassword(_ context.Context, n *warehouse.Namespace) error {
	delete(k.kept, n.Label())
	return nil
}

// world is a store of namespaces with everything around it.
type world struct {
	*warehouse.Namespaces
	path  string
	judge *judge
	host  *host
	vault *vault
	clock time.Time
	view  *warehouse.NamespaceView
	shut  func() error
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{path: filepath.Join(t.TempDir(), "control"), judge: &judge{}, clock: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
		host: &host{running: map[string]*warehouse.Namespace{}, digests: map[string]string{}}, vault: &vault{kept: map[string]string{}}}
	return w.open(t)
}

// open reads the file anew, as a node that starts again does.
func (w *world) open(t *testing.T) *world {
	t.Helper()
	db, err := bbolt.Open(w.path, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	next := *w
	if next.Namespaces, err = warehouse.OpenNamespaces(db, w.judge); err != nil {
		t.Fatal(err)
	}
	next.SetHost(w.host)
	next.SetSecrets(w.vault)
	next.SetClock(func() time.Time { return next.clock })
	next.shut = db.Close
	next.view = next.As(session("ann"))
	return &next
}

// again is the same world after a restart.
func (w *world) again(t *testing.T) *world {
	t.Helper()
	if err := w.shut(); err != nil {
		t.Fatal(err)
	}
	return w.open(t)
}

func session(name string) guard.Session {
	return guard.Session{Type: policy.User, ARN: "arn:aws:iam::222222222222:user/" + name, Account: account2, Name: name, UserID: "AIDA" + name,
		Request: guard.Request{Region: region}}
}

func (w *world) cluster(t *testing.T, id string, change func(*warehouse.CreateClusterInput)) *warehouse.Namespace {
	t.Helper()
	nodeType := "ra3.xlplus"
	in := warehouse.CreateClusterInput{Identifier: id, AdminUser: "awsuser", Password: password}
	in.NodeType = &nodeType
	if change != nil {
		change(&in)
	}
	n, err := w.view.CreateCluster(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func ptr[T any](v T) *T { return &v }
