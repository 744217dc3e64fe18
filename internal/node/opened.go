package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/sysview"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
)

// opened is a namespace's database while its engine runs.
type opened struct {
	engine   *duckdb.Engine
	database *warehouse.Database
	jobs     *copyjob.Jobs
	sessions *session.Manager
	loading  *part // runs jobs

	making sync.Mutex // held while a user is made at its first login
}

// open opens the database of a namespace and starts its COPY JOBs.
func (f *fleet) open(ctx context.Context, ns *warehouse.Namespace) (_ *opened, err error) {
	path, err := f.files.database(ns.ID, ns.DBName)
	if err != nil {
		return nil, err
	}
	o := &opened{}
	if o.engine, err = f.openEngine(path, ns); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.engine.Close())
		}
	}()
	o.database = warehouse.NewDatabase(func() *warehouse.Namespace { return current(f.namespaces, ns) }, ns.DBName, f.engine(o.engine))
	if err := f.admit(ctx, o.database, ns); err != nil {
		return nil, err
	}
	if o.jobs, err = copyjob.Open(ctx, o.database, f.loader, f.log); err != nil {
		return nil, err
	}
	o.sessions = session.NewManager(session.Config{Database: o.database, Loader: f.loader, Jobs: o.jobs, Files: o.jobs, SystemColumns: f.columns, Log: f.log})
	o.jobs.Use(copyjob.Services{Notifier: f.notifier, Queries: o.sessions})
	o.loading = f.parts.start("COPY JOBs of "+ns.Label(), o.jobs.Run)
	return o, nil
}

// admit makes the administrator in a database that has none.
func (f *fleet) admit(ctx context.Context, db *warehouse.Database, ns *warehouse.Namespace) error {
	if _, ok, err := db.User(ctx, ns.AdminUser); err != nil || ok {
		return err
	}
	digest := ns.AdminPassword
	if digest == "" {
		password, err := f.password(ns)
		if err != nil {
			return fmt.Errorf("create user %s: %w", ns.AdminUser, err)
		}
		digest = warehouse.PasswordDigest(password, ns.AdminUser)
	}
	return putUser(ctx, db, warehouse.User{Name: ns.AdminUser, Password: digest, Superuser: true, CreateDB: true})
}

// idle reports whether no file waits for a job that loads by itself, and none lists its prefix by the clock.
func (o *opened) idle() bool {
	now, cancel := context.WithCancel(context.Background())
	cancel() // What is settled is so without waiting.
	return o.jobs.Settled(now, "") == nil && !o.jobs.Timed()
}

// close ends the COPY JOBs, then the engine.
func (o *opened) close() error { return errors.Join(o.loading.end(), o.engine.Close()) }

// putUser stores a database user over a connection of its own.
func putUser(ctx context.Context, db *warehouse.Database, u warehouse.User) error {
	c, err := db.Client(ctx)
	if err != nil {
		return err
	}
	return errors.Join(c.PutUser(ctx, &u), c.Close())
}

// current is a namespace as it is now, or as it was last when it is gone.
func current(all *warehouse.Namespaces, ns *warehouse.Namespace) *warehouse.Namespace {
	if now, err := all.ByARN(ns.ARN()); err == nil {
		return now
	}
	return ns
}

// openEngine opens a database with the catalog, the ledger, the macros and the system views.
func (f *fleet) openEngine(path string, ns *warehouse.Namespace) (*duckdb.Engine, error) {
	log := f.log.With("namespace", ns.Label())
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the warehouse's directory: %w", err)
	}
	setup := func(exec func(string) error) error {
		for _, sql := range append([]string{warehouse.Schema(), ledger.Schema}, dialect.Macros()...) {
			if err := exec(sql); err != nil {
				return err
			}
		}
		if ns.Kind == warehouse.Serverless {
			return sysview.InstallServerless(exec, ns.DBName)
		}
		return sysview.Install(exec, ns.DBName)
	}
	return duckdb.Open(duckdb.Config{Path: path, MemoryLimit: f.engineMemory, Setup: setup, Changed: func(health error) {
		if health != nil {
			log.Error("the engine failed and reopens", "error", health)
			return
		}
		log.Info("the engine works again")
	}})
}
