// Package node joins the parts into one running process: it opens what keeps
// data, joins it to the doors, runs them, and stops them in order.
package node

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/sysview"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/s3api"
	"github.com/inlet-data/inlet/internal/front/aws/stsapi"
	"github.com/inlet-data/inlet/internal/front/pg"
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
	namespaces   *warehouse.Namespaces
	engine       *duckdb.Engine
	jobs         *copyjob.Jobs
	integrations *arrival.Integrations
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
	held, err := lock(files)
	if err != nil {
		return err
	}
	defer closing(&err, held.Close)
	db, err := bbolt.Open(files.control(), 0o600, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return fmt.Errorf("open %s: %w", files.control(), err)
	}
	defer closing(&err, db.Close)
	n := &Node{log: o.Log}
	if n.identities, err = identity.Open(db); err != nil {
		return err
	}
	n.guard = guard.New(n.identities)
	n.identities.SetChecker(n.guard)
	if err := createAccounts(n.identities); err != nil {
		return err
	}
	if n.namespaces, err = warehouse.OpenNamespaces(db, n.guard); err != nil {
		return err
	}
	cluster, err := createNamespaces(n.namespaces, cmp.Or(o.Pipeline.Region, config.DefaultRegion))
	if err != nil {
		return err
	}
	secrets, err := secret.Open(db)
	if err != nil {
		return err
	}
	password, err := adminPassword(secrets, cluster)
	if err != nil {
		return err
	}
	n.buckets, err = bucket.Open(bucket.Config{Dir: files.objects(), Guard: n.guard, Region: cluster.Region, Principals: n.identities})
	if err != nil {
		return err
	}
	defer closing(&err, n.buckets.Close)
	if n.engine, err = openEngine(files.database(cluster.ID, cluster.DBName), o.Log); err != nil {
		return err
	}
	defer closing(&err, n.engine.Close)

	// Join: COPY reads buckets as roles, COPY JOB loads with COPY, arrivals wake COPY JOB.
	database := warehouse.NewDatabase(func() *warehouse.Namespace { return current(n.namespaces, cluster) }, cluster.DBName, n.engine)
	if err := createUser(ctx, database, cluster.AdminUser, password); err != nil {
		return fmt.Errorf("create user %s: %w", cluster.AdminUser, err)
	}
	loader := load.New(&rights{n.identities, n.buckets}, o.Log)
	if n.jobs, err = copyjob.Open(ctx, database, loader, o.Log); err != nil {
		return err
	}
	n.integrations, err = arrival.Open(db, n.guard, n.buckets, n.namespaces, &arrivals{n.jobs, database})
	if err != nil {
		return err
	}
	sessions := session.NewManager(session.Config{Database: database, Loader: loader, Jobs: n.jobs, SystemColumns: systemColumns(), Log: o.Log})
	certificate, err := serverTLS(files)
	if err != nil {
		return err
	}
	sql := pg.New(pg.Config{Backend: &backend{sessions}, TLS: certificate, Logger: o.Log})
	awsDoor := aws.NewHTTPServer(aws.New(aws.Config{
		Credentials: n.identities,
		Services:    []aws.Service{s3api.New(n.buckets), stsapi.New()},
		Inlet:       n.pages(),
		Log:         o.Log,
	}), o.Log)

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
	defer sqlPort.Close()
	n.Info = n.describe(files, cluster, awsPort.Addr(), sqlPort.Addr())
	n.Info.Password, n.Info.Started = password, started.UTC()
	p := newParts()
	jobs := p.start("COPY JOB", n.jobs.Run)
	integrations := p.start("event integrations", n.integrations.Run)
	awsPart := p.start("AWS port", func(ctx context.Context) error { return serveHTTP(ctx, awsDoor, awsPort) })
	sqlPart := p.start("SQL port", func(ctx context.Context) error { return sql.Serve(ctx, sqlPort) })
	err = n.announce(ctx, o)

	// Wait: for the end of ctx, or of the first part.
	if err == nil {
		o.Log.Info("ready", "aws", n.Info.AWS, "sql", sqlPort.Addr().String(), "took", time.Since(started).Round(time.Millisecond))
		o.Ready(n)
		select {
		case <-ctx.Done():
		case <-p.ended: // Its error comes out when it is stopped.
		}
	}

	// Stop: clients before what serves them, and the engine, which the deferred calls
	// close, only when nobody has a statement left. SQL goes before the AWS port since
	// a COPY may run as long as it likes; the loaders go last, after what feeds them.
	gone := os.Remove(files.info())
	if errors.Is(gone, os.ErrNotExist) {
		gone = nil
	}
	return errors.Join(err, gone, sqlPart.end(), awsPart.end(), integrations.end(), jobs.end())
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

// describe is what others may know of the node.
func (n *Node) describe(files layout, cluster *warehouse.Namespace, awsAddr, sqlAddr net.Addr) Info {
	host, port := reachable(sqlAddr)
	awsHost, awsPort := reachable(awsAddr)
	return Info{
		PID: os.Getpid(), Data: string(files), Region: cluster.Region, AWS: fmt.Sprintf("http://%s", net.JoinHostPort(awsHost, fmt.Sprint(awsPort))),
		SQLHost: host, SQLPort: port, Cluster: cluster.Cluster, Namespace: cluster.ARN(), Database: cluster.DBName, User: cluster.AdminUser,
	}
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

// current is a namespace as it is now; it was there when the node opened and nothing removes it.
func current(all *warehouse.Namespaces, ns *warehouse.Namespace) *warehouse.Namespace {
	if now, err := all.ByARN(ns.ARN()); err == nil {
		return now
	}
	return ns
}

// openEngine opens a database with the catalog, the ledger, the macros and the system views.
func openEngine(path string, log *slog.Logger) (*duckdb.Engine, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the warehouse's directory: %w", err)
	}
	setup := func(exec func(string) error) error {
		for _, sql := range append([]string{warehouse.Schema(), ledger.Schema}, dialect.Macros()...) {
			if err := exec(sql); err != nil {
				return err
			}
		}
		return sysview.Install(exec, databaseName)
	}
	return duckdb.Open(duckdb.Config{Path: path, Setup: setup, Changed: func(health error) {
		if health != nil {
			log.Error("the engine failed and reopens", "error", health)
			return
		}
		log.Info("the engine works again")
	}})
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
