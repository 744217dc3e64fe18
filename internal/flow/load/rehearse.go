package load

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/load/infer"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
)

// rehearsal is a run that reads everything and writes nothing: no table is
// locked or filled, no identity value is used, and the ledger hears of nothing.
type rehearsal struct {
	run
	limit   int
	out     *Rehearsal
	tallies []infer.Tally // by column
}

// Rehearse reads the files of a COPY with its role's rights and says what it
// would do. What would make the COPY fail is in the report; the error is of what made the rehearsal fail.
func (l *Loader) Rehearse(ctx context.Context, c *warehouse.Client, req RehearseRequest) (*Rehearsal, error) {
	cp := *req.Copy
	cp.Job = nil
	r := &rehearsal{limit: req.Limit, out: &Rehearsal{Source: cp.Source, Exists: true, Access: []Access{}, FileList: []RehearsedFile{}, Rejections: []Rejection{}, Columns: []ColumnFinding{}},
		run: run{Request: Request{Copy: &cp, User: req.User, PID: req.PID}, loader: l, client: c, ns: c.Database().Namespace(), started: time.Now().UTC()}}
	query, err := c.Database().NextQuery(ctx)
	if err != nil {
		return nil, err
	}
	r.query, r.out.Query = query, query
	ctx = guard.Within(ctx, fmt.Sprint(query), fmt.Sprint("pid=", req.PID))
	r.plan()
	if err := r.attempt(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		r.fail(err)
	}
	r.judge()
	return r.out, nil
}

// attempt does what a COPY does, up to the point where it would write.
func (r *rehearsal) attempt(ctx context.Context) error {
	if err := r.target(ctx); err != nil {
		return err
	}
	if err := r.assume(ctx); err != nil {
		return err
	}
	r.reached(assumed)
	if err := r.find(ctx); err != nil {
		return err
	}
	r.reached(listed)
	r.out.Files = len(r.files)
	for _, o := range r.files {
		r.out.Bytes += o.Size
	}
	r.doubtNames()
	if err := r.read(ctx); err != nil {
		if _, ok := errors.AsType[*delimited.FileError](r.explain(err)); ok {
			r.reached(readAll) // What is wrong is in the file: it could be opened.
		}
		return err
	}
	r.reached(readAll)
	return nil
}

// target finds the table and the columns to fill. Where there is none, the files will tell.
func (r *rehearsal) target(ctx context.Context) (err error) {
	name := r.Copy.Table
	r.out.Table = strings.TrimPrefix(name.Schema+"."+name.Name, ".")
	r.table, err = r.client.Table(ctx, name.Schema, name.Name)
	if fault.KindOf(err) == fault.NotFound {
		r.out.Exists = false
		r.table = &warehouse.Table{Schema: name.Schema, Name: name.Name, Kind: "r"}
		return r.noteSchema(ctx)
	}
	if err != nil {
		return err
	}
	if r.table.Kind == "v" {
		return &fault.Error{Kind: fault.Invalid, Code: "42809", Op: "COPY", On: name.Name, Message: fmt.Sprintf("cannot copy to view %q", name.Name)}
	}
	r.columns, err = r.fields()
	return err
}

// read looks at all that is in the files.
func (r *rehearsal) read(ctx context.Context) error {
	if len(r.files) == 0 {
		r.note("No file has any data.")
		return nil
	}
	if r.columnar() {
		return r.readColumnar(ctx)
	}
	var names []string
	if !r.out.Exists {
		var err error
		if names, err = r.discover(ctx); err != nil {
			return err
		}
	}
	surveyed := r.survey(ctx)
	if len(r.tallies) == 0 || ctx.Err() != nil {
		return surveyed // Nothing could be read.
	}
	if !r.out.Exists {
		if err := r.suggest(names); err != nil {
			return err
		}
	}
	if err := r.count(ctx); err != nil { // Also what stands before a file that cannot be read on.
		return err
	}
	return surveyed
}

// count reads the files as the COPY would.
func (r *rehearsal) count(ctx context.Context) error {
	opt, err := r.scanOptions(ctx)
	if err != nil {
		return err
	}
	opt.KeptErrors = max(1, r.limit)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	scan, err := delimited.New(ctx, r.inputs(), r.columns, opt)
	if err != nil {
		return err
	}
	r.scan = scan
	began := time.Now()
	err = drain(scan, func() visitor { return visitor{see: func(*warehouse.Chunk) error { return nil }, end: func() {}} }, cancel)
	r.out.Seconds = time.Since(began).Seconds()
	if e := scan.Close(); err == nil {
		err = e
	}
	r.counted(scan)
	return err
}

// counted puts what a scan found into the report.
func (r *rehearsal) counted(scan *delimited.Scan) {
	for i, f := range scan.Files() {
		r.out.Rows += f.Rows
		r.out.Rejected += f.Errors
		r.out.RawBytes += f.RawBytes
		if i < r.limit {
			r.out.FileList = append(r.out.FileList, RehearsedFile{URL: f.Name, Bytes: r.files[i].Size, Rows: f.Rows, Rejected: f.Errors})
		}
	}
	errs := scan.Errors()
	for _, e := range errs[:min(len(errs), r.limit)] {
		r.out.Rejections = append(r.out.Rejections, Rejection{URL: e.File, Line: e.Line, Column: e.Column, Position: e.Position, Code: e.Code,
			Reason: e.Reason, Value: shown(e.RawField)})
	}
}

// fail writes into the report why the COPY would fail.
func (r *rehearsal) fail(err error) {
	if _, ok := errors.AsType[*noPrefix](err); ok {
		r.reached(listed)
	}
	told := r.explain(err)
	if bad, ok := errors.AsType[*BadFiles](told); ok {
		told = bad.Err
	}
	r.out.Error = told.Error()
	if f, ok := errors.AsType[*fault.Error](told); ok {
		r.out.Error, r.out.Hint = f.Message, f.Hint
	}
	r.refused(told)
}
