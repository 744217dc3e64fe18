package load

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
)

// Staged is what a file brings into a table, held in a temporary table.
type Staged struct {
	Query   int64
	SQL     string   // names the temporary table in the engine's SQL
	Columns []string // those that the file fills, as the target has them
	Rows    int64
}

// Look reads what the first file of a request is now, with the rights of its COPY.
func (l *Loader) Look(ctx context.Context, c *warehouse.Client, r Request) (Object, error) {
	ctx, ru, err := l.ready(ctx, c, r)
	if err != nil {
		return Object{}, err
	}
	o, err := ru.head(ctx)
	return o, ru.explained(err)
}

// Stage reads the file of a request again, which must be the version that the
// request names, into a temporary table in c's open transaction. Nothing of it
// is in the ledger: nothing is loaded.
func (l *Loader) Stage(ctx context.Context, c *warehouse.Client, r Request) (*Staged, error) {
	ctx, ru, err := l.ready(ctx, c, r)
	if err != nil {
		return nil, err
	}
	if err := ru.same(ctx); err != nil {
		return nil, ru.explained(err)
	}
	s := &Staged{Query: ru.query}
	if err := ru.aside(ctx); err != nil {
		return nil, err
	}
	if err := ru.insert(ctx); err != nil {
		return nil, ru.explained(err)
	}
	for _, col := range ru.columns {
		s.Columns = append(s.Columns, col.Name)
	}
	s.SQL, s.Rows = ru.table.SQL(), ru.rows
	return s, ru.explained(ru.same(ctx)) // It may have been replaced while it was read.
}

// ready is a run that has its role's rights and its file, and a context that names it.
func (l *Loader) ready(ctx context.Context, c *warehouse.Client, r Request) (context.Context, *run, error) {
	ru := &run{Request: r, loader: l, client: c, ns: c.Database().Namespace(), started: time.Now().UTC()}
	if len(r.Files) != 1 {
		return ctx, nil, fmt.Errorf("look at a file: %d files were named", len(r.Files))
	}
	if err := ru.prepare(ctx); err != nil {
		return ctx, nil, err
	}
	ctx = guard.Within(ctx, fmt.Sprint(ru.query), fmt.Sprint("pid=", ru.PID)) // A refusal is found by both.
	if err := ru.assume(ctx); err != nil {
		return ctx, nil, ru.explain(err)
	}
	ru.files = []Object{r.Files[0]}
	ru.files[0].Version = "" // Reading a version takes s3:GetObjectVersion, which a role for COPY need not have.
	return ctx, ru, nil
}

// explained is explain for what may be nil.
func (r *run) explained(err error) error {
	if err == nil {
		return nil
	}
	return r.explain(err)
}

func (r *run) head(ctx context.Context) (Object, error) {
	f := r.Files[0]
	o, err := r.objects.Head(ctx, f.Bucket, f.Key)
	if err != nil {
		return Object{}, &sourceError{context: "S3 key being read : " + f.URL(), location: "s3_utility.cpp:568", err: err}
	}
	return o, nil
}

// same refuses a file that is no longer the version that the request names.
func (r *run) same(ctx context.Context) error {
	f := r.Files[0]
	now, err := r.head(ctx)
	if err != nil {
		return err
	}
	changed := ""
	switch {
	case now.ETag != f.ETag:
		changed = fmt.Sprintf("its ETag was %s and is %s", f.ETag, now.ETag)
	case f.Version != "" && now.Version != "" && f.Version != now.Version:
		changed = fmt.Sprintf("its version was %s and is %s", f.Version, now.Version)
	default:
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Code: "55000", On: f.URL(), Message: fmt.Sprintf("%s is not the file that was loaded: %s", f.URL(), changed),
		Hint: "Put the file that was loaded under its key again."}
}

// aside makes an empty temporary table with the columns that the files fill, as the target has them, and loads into that.
func (r *run) aside(ctx context.Context) error {
	t := &warehouse.Table{Name: r.table.Name, Schema: "pg_temp", Temporary: true}
	defs := make([]string, len(r.columns))
	for i, c := range r.columns {
		defs[i] = warehouse.Quote(c.Name) + " " + c.Type.Engine()
	}
	_, err := r.client.Conn().Exec(ctx, "CREATE TEMP TABLE "+t.SQL()+" ("+strings.Join(defs, ", ")+")")
	r.table = t
	return err
}
