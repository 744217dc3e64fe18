package node

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/statement"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/pg"
)

// fleet runs what answers SQL for the namespaces of the node. Each stands
// alone: one whose engine fails holds up no other.
type fleet struct {
	files      layout
	memory     *memory
	namespaces *warehouse.Namespaces
	loader     *load.Loader
	notifier   copyjob.Notifier
	columns    func(string) ([]dialect.Column, bool)
	password   func(*warehouse.Namespace) (string, error) // of an administrator whose record has none
	tls        *tls.Config
	engine     func(warehouse.Engine) warehouse.Engine // what stands between
	parts      *parts
	log        *slog.Logger

	engineMemory int64 // bytes

	mu    sync.Mutex
	all   map[string]*compute // by namespace ARN
	main  string              // the address of the first cluster
	taken net.Listener        // on main, until the first cluster starts

	untold  notes
	outages outages

	life  context.Context // of what runs behind the back of clients
	die   context.CancelFunc
	works sync.WaitGroup
	pids  atomic.Int32
}

var (
	_ warehouse.Host           = (*fleet)(nil)
	_ warehouse.Administrators = (*fleet)(nil)
	_ statement.Sessions       = (*fleet)(nil)
)

// begin prepares the fleet. The listener is for the first cluster.
func (f *fleet) begin(l net.Listener, p *parts) {
	f.parts = p
	f.all, f.main, f.taken = map[string]*compute{}, l.Addr().String(), l
	f.life, f.die = context.WithCancel(context.Background())
	f.columns = systemColumns()
	f.pids.Store(firstPID)
}

// firstPID is where the process ids of sessions without a connection start, far above those of connections.
const firstPID = 1 << 30 / 2 * 3

// Start opens the port of a namespace. Its engine stays closed until it is used.
func (f *fleet) Start(_ context.Context, ns *warehouse.Namespace) (host string, port int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c := f.all[ns.ARN()]; c != nil {
		return c.host, c.port, nil
	}
	known, err := f.memory.compute(ns.ID)
	if err != nil {
		return "", 0, err
	}
	l, err := f.listen(ns, known)
	if err != nil {
		return "", 0, err
	}
	c := &compute{fleet: f, first: ns}
	c.host, c.port = reachable(l.Addr())
	if err := f.memory.remember(ns.ID, func(r *remembered) { r.Host, r.Port, r.Asked = c.host, c.port, ns.Port }); err != nil {
		return "", 0, errors.Join(err, l.Close())
	}
	door := pg.New(pg.Config{Backend: c, TLS: f.tls, Logger: f.log.With("namespace", ns.Label())})
	c.sql = f.parts.start("SQL port of "+ns.Label(), func(ctx context.Context) error { return door.Serve(ctx, l) })
	f.all[ns.ARN()] = c
	if known.Busy || f.waits(ns.ID) {
		c.wake()
	}
	return c.host, c.port, nil
}

// listen takes the port of a namespace: the first cluster's is given, others
// keep the one they had, or get the one they ask for, or a free one.
func (f *fleet) listen(ns *warehouse.Namespace, known remembered) (net.Listener, error) {
	if ns.Kind == warehouse.Provisioned && !f.answers(f.main) {
		if l := f.taken; l != nil {
			f.taken = nil
			return l, nil
		}
		if l, err := net.Listen("tcp", f.main); err == nil {
			return l, nil
		}
	}
	host, _, err := net.SplitHostPort(f.main)
	if err != nil {
		return nil, err
	}
	for _, address := range addresses(host, ns, known) {
		l, listenErr := net.Listen("tcp", address)
		if listenErr == nil {
			return l, nil
		}
		err = listenErr
	}
	return nil, fmt.Errorf("find a port for %s: %w", ns.Label(), err)
}

// answers reports whether a namespace runs on an address. It needs fleet.mu.
func (f *fleet) answers(address string) bool {
	host, port, err := net.SplitHostPort(address)
	every := net.ParseIP(host).IsUnspecified()
	for _, c := range f.all {
		if err == nil && strconv.Itoa(c.port) == port && (every || c.host == host) {
			return true
		}
	}
	return false
}

// Stop ends the sessions and the port of a namespace; with drop its data goes, too.
func (f *fleet) Stop(_ context.Context, arn string, drop bool) error {
	f.mu.Lock()
	c := f.all[arn]
	delete(f.all, arn)
	f.mu.Unlock()
	if c != nil {
		if err := c.end(); err != nil {
			return err
		}
	}
	if !drop {
		return nil
	}
	ns, err := f.namespaces.ByARN(arn)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(f.files.namespace(ns.ID)); err != nil {
		return fmt.Errorf("remove the data of %s: %w", ns.Label(), err)
	}
	f.outages.forget(ns.ID)
	return f.memory.forget(ns.ID)
}

// SetAdminPassword gives the administrator of a namespace another password.
func (f *fleet) SetAdminPassword(ctx context.Context, ns *warehouse.Namespace, digest string) error {
	db, err := f.use(ctx, ns.ARN())
	if err != nil {
		return err
	}
	u, ok, err := db.database.User(ctx, ns.AdminUser)
	if err != nil {
		return err
	}
	if !ok {
		return warehouse.NoUser(ns.AdminUser)
	}
	u.Password = digest
	return putUser(ctx, db.database, u)
}

// Session opens a session in a namespace for a client without a connection.
func (f *fleet) Session(ctx context.Context, namespace string, o session.Options) (*session.Session, error) {
	c, err := f.find(namespace)
	if err != nil {
		return nil, err
	}
	if o.PID == 0 {
		o.PID = f.pids.Add(1)
	}
	return c.session(ctx, o)
}

// Password returns what is stored for a database user of a namespace.
func (f *fleet) Password(ctx context.Context, namespace, user string) (stored string, ok bool, err error) {
	c, err := f.find(namespace)
	if err != nil {
		return "", false, err
	}
	return c.Password(ctx, user)
}

func (f *fleet) use(ctx context.Context, namespace string) (*opened, error) {
	c, err := f.find(namespace)
	if err != nil {
		return nil, err
	}
	return c.use(ctx)
}

// find returns what runs a namespace.
func (f *fleet) find(namespace string) (*compute, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c := f.all[namespace]; c != nil {
		return c, nil
	}
	return nil, &fault.Error{Kind: fault.Unavailable, Code: "57P03", On: namespace, Message: "the warehouse is not available: it is paused, or has no workgroup"}
}

// computes lists what runs, by port.
func (f *fleet) computes() []*compute {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []*compute
	for _, c := range f.all {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *compute) int { return cmp.Compare(a.port, b.port) })
	return all
}

// each does something with all that runs, side by side.
func (f *fleet) each(do func(*compute) error) error {
	all := f.computes()
	failed := make([]error, len(all))
	var wait sync.WaitGroup
	for i, c := range all {
		wait.Go(func() { failed[i] = do(c) })
	}
	wait.Wait()
	return errors.Join(failed...)
}

// endSQL closes the ports, when the statements that run are over.
func (f *fleet) endSQL() error {
	f.mu.Lock()
	spare := f.taken
	f.taken = nil
	f.mu.Unlock()
	if spare != nil {
		spare.Close() // Nobody was ever answered there.
	}
	return f.each(func(c *compute) error { return c.sql.end() })
}

// close ends COPY JOBs and engines, and ports that are open still. Nothing arrives any more.
func (f *fleet) close() error {
	f.die()
	f.works.Wait()
	return errors.Join(f.endSQL(), f.each((*compute).end))
}
