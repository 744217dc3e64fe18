// Package node joins the parts into one running process: it opens what keeps
// data, joins it to the doors, runs them, and stops them in order.
package node

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/flow/statement"
	"github.com/inlet-data/inlet/internal/flow/topic"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/secret"
)

// Node is a running node, for what happens in its own process.
type Node struct {
	Info Info

	log          *slog.Logger
	guard        *guard.Guard
	identities   *identity.Store
	buckets      *bucket.Store
	secrets      *secret.Store
	namespaces   *warehouse.Namespaces
	fleet        *fleet
	integrations *arrival.Integrations
	statements   *statement.Store
	topics       *topic.Topics
	logs         *logs.Store
	replication  *replication.Store
	board        board
	scraping     sync.Mutex
}

// Run runs a node until ctx ends or a part of it fails.
func Run(ctx context.Context, o Options) (err error) {
	started := time.Now()
	if o, err = o.withDefaults(); err != nil {
		return err
	}

	// Open: the directory first, for this process alone, then what keeps data.
	files := layout(o.Data)
	if err := files.make(); err != nil {
		return err
	}
	held, err := lock(ctx, files)
	if err != nil {
		return err
	}
	defer closing(&err, held.Close)
	db, err := bbolt.Open(files.control(), 0o600, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return fmt.Errorf("open %s: %w", files.control(), err)
	}
	defer closing(&err, db.Close)
	known, err := openMemory(db)
	if err != nil {
		return err
	}
	n := &Node{log: o.Log}
	if n.identities, err = identity.Open(db); err != nil {
		return err
	}
	denials, err := guard.OpenJournal(db)
	if err != nil {
		return err
	}
	n.guard = guard.New(n.identities)
	n.guard.Keep(denials)
	n.identities.SetChecker(n.guard)
	if err := createAccounts(n.identities); err != nil {
		return err
	}
	if n.namespaces, err = warehouse.OpenNamespaces(db, n.guard); err != nil {
		return err
	}
	if n.secrets, err = secret.Open(db); err != nil {
		return err
	}
	n.secrets.SetChecker(n.guard)
	region, err := firstStart(known, n.namespaces, passwords{n.secrets}, cmp.Or(o.Pipeline.Region, config.DefaultRegion))
	if err != nil {
		return err
	}
	n.buckets, err = bucket.Open(bucket.Config{Dir: files.objects(), Guard: n.guard, Region: region, Principals: n.identities, Now: o.Between.Clock})
	if err != nil {
		return err
	}
	defer closing(&err, n.buckets.Close)

	// Join: COPY reads buckets as roles, COPY JOB loads with COPY, arrivals wake COPY JOB.
	certificate, err := serverTLS(files)
	if err != nil {
		return err
	}
	n.fleet = &fleet{
		files: files, memory: known, namespaces: n.namespaces, loader: load.New(o.Between.credentials(&rights{n.identities, n.buckets, n.guard}), o.Log),
		password: passwords{n.secrets}.of, tls: certificate, log: o.Log, engine: o.Between.engine,
		engineMemory: o.Memory,
	}
	n.namespaces.SetHost(n.fleet)
	n.namespaces.SetPrincipals(n.identities)
	n.namespaces.SetSecrets(passwords{n.secrets})
	if n.integrations, err = arrival.Open(db, n.guard, n.buckets, n.namespaces, o.Between.sink(n.fleet)); err != nil {
		return err
	}
	n.statements, err = statement.Open(db, statement.Config{Dir: files.results(), Guard: n.guard, Namespaces: n.namespaces, Sessions: n.fleet,
		Secrets: passwords{n.secrets}, Log: o.Log})
	if err != nil {
		return err
	}
	n.topics, err = topic.Open(db, topic.Config{Guard: n.guard, Principals: n.identities, Dir: files.notifications(), Region: region, Log: o.Log})
	if err != nil {
		return err
	}
	n.fleet.notifier = n.topics
	if n.logs, err = logs.Open(db, logs.Config{Guard: n.guard, Dir: files.logs(), Region: region}); err != nil {
		return err
	}
	if n.replication, err = n.openReplication(db, region); err != nil {
		return err
	}
	awsDoor := aws.NewHTTPServer(aws.New(aws.Config{Credentials: n.identities, Services: n.doors(), Inlet: n.pages(), Log: o.Log}), o.Log)

	// Start: both ports are taken before anything runs, so that a port in use changes nothing.
	awsPort, err := listen(o.AWSListen, "--aws-listen")
	if err != nil {
		return err
	}
	defer awsPort.Close() // Mostly closed by its server already.
	sqlPort, err := listen(o.SQLListen, "--sql-listen")
	if err != nil {
		return err
	}
	p := newParts()
	journal := p.start("journal of denials", denials.Run)
	defer closing(&err, journal.end)
	n.fleet.begin(sqlPort, p)
	defer closing(&err, n.fleet.close)
	if err := n.namespaces.StartAll(ctx); err != nil {
		o.Log.Error("not every warehouse could be started", "error", err) // The others can do without it.
	}
	if n.Info, err = n.describe(files, region, awsPort.Addr()); err != nil {
		return err
	}
	n.Info.Started, n.Info.Token = started.UTC(), rand.Text()
	n.topics.SetEndpoint(n.Info.AWS)
	topics := p.start("notifications", n.topics.Run)
	integrations := p.start("event integrations", n.integrations.Run)
	statements := p.start("Data API statements", n.statements.Run)
	lines := p.start("logs", n.logs.Run)
	replicas := p.start("replication", n.replication.Run)
	awsPart := p.start("AWS port", func(ctx context.Context) error { return serveHTTP(ctx, awsDoor, awsPort) })
	err = n.announce(ctx, o)

	// Wait: for the end of ctx, or of the first part.
	var tasks *part
	if err == nil {
		tasks = p.start("tasks of the pipeline file", n.runTasks(o.Pipeline.Tasks))
		o.Log.Info("ready", "aws", n.Info.AWS, "sql", sqlPort.Addr().String(), "took", time.Since(started).Round(time.Millisecond))
		o.Ready(n)
		select {
		case <-ctx.Done():
		case <-p.ended: // Its error comes out when it is stopped.
		}
	}

	// Stop: clients before what serves them. SQL goes before the AWS port since a
	// COPY may run as long as it likes; the loaders and engines, which the deferred
	// call ends, go last, after what feeds them.
	gone := os.Remove(files.info())
	if errors.Is(gone, os.ErrNotExist) {
		gone = nil
	}
	return errors.Join(err, gone, tasks.end(), replicas.end(), n.fleet.endSQL(), awsPart.end(), integrations.end(), statements.end(), topics.end(), lines.end())
}

// announce makes what the pipeline file asks for and writes the files by which others find the node.
func (n *Node) announce(ctx context.Context, o Options) error {
	files := layout(o.Data)
	if err := writeProfiles(files, n.Info.Region, n.Info.AWS, n.identities); err != nil {
		return err
	}
	if err := n.Apply(ctx, o.Pipeline); err != nil {
		return err
	}
	if err := n.Info.write(); err != nil {
		return fmt.Errorf("write %s: %w", files.info(), err)
	}
	return nil
}

// reachable is how a client on this machine names a listener.
func reachable(a net.Addr) (host string, port int) {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return a.String(), 0
	}
	if t.IP.IsUnspecified() {
		return "127.0.0.1", t.Port
	}
	return t.IP.String(), t.Port
}

// stopTimeout is how long calls that run may go on when the AWS port stops.
const stopTimeout = 10 * time.Second

// serveHTTP answers until ctx ends, then lets running calls finish.
func serveHTTP(ctx context.Context, s *http.Server, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := s.Shutdown(last); err != nil {
		return errors.Join(err, s.Close())
	}
	return nil
}

// closing closes something at the end of a function and adds what fails to its error.
func closing(err *error, f func() error) {
	*err = errors.Join(*err, f())
}
