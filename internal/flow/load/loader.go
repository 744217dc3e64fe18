package load

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load/avro"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
)

// Loader runs COPY.
type Loader struct {
	credentials Credentials
	log         *slog.Logger
}

// New makes a loader.
func New(c Credentials, log *slog.Logger) *Loader { return &Loader{c, log} }

// run is one COPY on its way.
type run struct {
	Request
	loader  *Loader
	client  *warehouse.Client
	ns      *warehouse.Namespace
	table   *warehouse.Table
	columns []delimited.Column
	query   int64
	started time.Time
	objects Objects
	files   []Object
	scan    source
	rows    int64
	xid     int64
	broken  *delimited.FileError // a file with a record no scanner can read
}

// source is what reads the files, and tells afterwards what was in them.
type source interface {
	Files() []delimited.FileStat
	Errors() []delimited.RowError
	Replacements() []delimited.Replacement
}

// Copy loads files into a table, all or nothing, in c's open transaction or in
// its own. What happened is in the ledger either way; after a failure in a
// transaction of its own, so that it outlives the rollback.
func (l *Loader) Copy(ctx context.Context, c *warehouse.Client, r Request) (Outcome, error) {
	ru := &run{Request: r, loader: l, client: c, ns: c.Database().Namespace(), started: time.Now().UTC()}
	if err := ru.prepare(ctx); err != nil {
		return Outcome{}, err
	}
	out := Outcome{Query: ru.query, Table: ru.table.Name}
	ctx = guard.Within(ctx, fmt.Sprint(ru.query), fmt.Sprint("pid=", ru.PID)) // A refusal is found by both.
	if err := ru.load(ctx); err != nil {
		if err := ru.recordFailure(ctx, ru.explain(err)); err != nil {
			return out, err
		}
	}
	out.Rows, out.Errors = ru.rows, ru.rejected()
	return out, nil
}

// prepare settles what needs no file: the table, the columns, what is supported.
func (r *run) prepare(ctx context.Context) (err error) {
	if r.table, err = r.client.Table(ctx, r.Copy.Table.Schema, r.Copy.Table.Name); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return &fault.Error{Kind: fault.NotFound, Code: "XX000", Op: "COPY", On: r.Copy.Table.Name,
				Message: "Cannot COPY into nonexistent table " + r.Copy.Table.Name,
				Hint:    "Create the table first: COPY appends to a table that exists."}
		}
		return err
	}
	if r.table.Kind == "v" {
		return &fault.Error{Kind: fault.Invalid, Code: "42809", Op: "COPY", On: r.table.Name, Message: fmt.Sprintf("cannot copy to view %q", r.table.Name)}
	}
	if err := r.permitted(ctx); err != nil {
		return err
	}
	if r.columns, err = r.fields(); err != nil {
		return err
	}
	r.query, err = r.client.Database().NextQuery(ctx)
	return err
}

// permitted asks for the rights of who loads; a job's owner may have lost them since it was made.
// Source: Redshift Database Developer Guide, "COPY" and "Data load operations", STATUPDATE.
func (r *run) permitted(ctx context.Context) error {
	if err := r.client.May(ctx, r.User, r.table, warehouse.Insert); err != nil || r.Copy.Options.StatUpdate != "on" {
		return err
	}
	err := r.client.May(ctx, r.User, r.table, warehouse.Owner)
	if err != nil && fault.KindOf(err) == fault.Denied {
		return &fault.Error{Kind: fault.Denied, Code: "42501", Op: "COPY", On: r.table.Name, Message: "STATUPDATE: must be owner of relation " + r.table.Name,
			Hint: "Leave STATUPDATE out: without it COPY needs no more than INSERT."}
	}
	return err
}

// load acts as the role, finds the files and loads them.
func (r *run) load(ctx context.Context) error {
	if err := r.assume(ctx); err != nil {
		return err
	}
	if err := r.find(ctx); err != nil {
		return err
	}
	// The lock comes before the transaction: what it sees is what it finds once it has the table.
	mode := warehouse.LockAppend
	if r.Ordered {
		mode = warehouse.LockExclusive
	}
	if err := r.client.Lock(ctx, r.table, mode); err != nil {
		return err
	}
	defer r.client.Unlock()
	own := !r.client.InTransaction()
	return r.client.Atomically(ctx, func() error {
		r.xid = r.client.XID()
		if err := r.insert(ctx); err != nil {
			return err
		}
		return r.record(ctx, own)
	})
}

// insert reads the files through the engine into the table.
func (r *run) insert(ctx context.Context) (err error) {
	if kind := r.Copy.Format.Kind; kind == "parquet" || kind == "orc" {
		return r.insertColumnar(ctx)
	}
	opt := r.options()
	if r.Copy.Format.Kind == "avro" {
		opt.Transcode = func(in io.Reader) io.Reader { return avro.NewReader(in) }
	}
	if opt.Layout, err = r.layout(ctx); err != nil {
		return err
	}
	scan, err := delimited.New(ctx, r.inputs(), r.columns, opt)
	if err != nil {
		return err
	}
	r.scan = scan
	defer scan.Close()
	from, release := r.client.Database().Engine().Register(scan)
	defer release()
	if r.Copy.Options.NoLoad {
		return warehouse.EachRow(ctx, r.client.Conn(), func(*warehouse.Chunk, int) error { return nil }, "SELECT count(*) FROM "+from)
	}
	r.rows, err = r.client.Conn().Exec(ctx, "INSERT INTO "+r.table.SQL()+" ("+r.columnList()+") SELECT * FROM "+from)
	return err
}

// record writes the load into the transaction that holds its rows.
func (r *run) record(ctx context.Context, own bool) error {
	l := r.entry(ledger.Completed, "")
	if err := ledger.Record(ctx, r.client, l, r.fileEntries()); err != nil {
		return err
	}
	if errs := r.errorEntries(); len(errs) > 0 {
		if own {
			if err := ledger.RecordErrors(ctx, r.client, l, errs); err != nil {
				return err
			}
		} else if err := r.apart(ctx, func(c *warehouse.Client) error { return ledger.RecordErrors(ctx, c, l, errs) }); err != nil {
			return err // Rejected rows stay visible even if the client rolls back.
		}
	}
	if replaced := r.replacementEntries(); len(replaced) > 0 {
		if err := ledger.RecordReplacements(ctx, r.client, l, replaced); err != nil {
			return err
		}
	}
	if r.With != nil {
		return r.With(ctx, r.query)
	}
	return nil
}

// recordFailure writes what failed, apart from the transaction that is rolled
// back, and returns what the caller is told. A job's load whose failure stands
// nowhere did not end: it is tried again, however often, for it is the ledger that failed.
// It returns nil for a load that the ledger has: that was committed, and only the answer to the commit was lost.
func (r *run) recordFailure(ctx context.Context, cause error) error {
	ctx = context.WithoutCancel(ctx)
	committed := false
	err := r.apart(ctx, func(c *warehouse.Client) (err error) {
		if committed, err = ledger.Recorded(ctx, c.Conn(), r.query); err != nil || committed {
			return err
		}
		l := r.entry(ledger.Aborted, message(cause))
		if err := ledger.Record(ctx, c, l, r.fileEntries()); err != nil {
			return err
		}
		return ledger.RecordErrors(ctx, c, l, r.errorEntries())
	})
	switch {
	case err == nil && committed:
		return nil
	case err == nil:
		return cause
	}
	r.loader.log.Error("a failed load could not be recorded", "query", r.query, "table", r.table.Name, "error", err)
	if r.JobID == 0 {
		return cause
	}
	return &fault.Error{Kind: fault.Internal, Code: "58030", Op: "COPY", On: r.table.Name, Err: err,
		Message: "A failed load could not be recorded: " + message(cause)}
}

// apart runs f in a transaction of another connection.
func (r *run) apart(ctx context.Context, f func(c *warehouse.Client) error) error {
	c, err := r.client.Database().Client(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Atomically(ctx, func() error { return f(c) })
}
