package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// columnar loads Parquet and ORC files: each is fetched into the engine's
// exchange folder, compared with the table, and read. The next file is fetched
// meanwhile.
// Source: Redshift Database Developer Guide, "COPY from columnar data formats".
type columnar struct {
	run   *run
	stats []delimited.FileStat
}

// Errors is empty: any error of a columnar file ends the load.
func (c *columnar) Errors() []delimited.RowError { return nil }

// Replacements is empty: what replaces bytes here does not say where.
func (c *columnar) Replacements() []delimited.Replacement { return nil }

// Files tells what became of each file.
func (c *columnar) Files() []delimited.FileStat { return c.stats }

// insertColumnar loads all files one after the other.
func (r *run) insertColumnar(ctx context.Context) error {
	c := &columnar{run: r, stats: make([]delimited.FileStat, len(r.files))}
	r.scan = c
	dir := r.client.Database().Engine().Exchange()
	if dir == "" {
		return r.boxed(boxed{message: "COPY from columnar files needs a database that is kept in a file"})
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the exchange folder: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for f := range r.fetchAll(ctx, dir) {
		if f.err == nil {
			f.err = c.insert(ctx, f)
		}
		if f.path != "" {
			_ = os.Remove(f.path) // The folder is emptied when the database is opened again.
		}
		if f.err != nil {
			return f.err
		}
	}
	return ctx.Err()
}

// insert reads a fetched file into the table.
func (c *columnar) insert(ctx context.Context, f fetched) (err error) {
	o, st := c.run.files[f.index], &c.stats[f.index]
	*st = delimited.FileStat{Name: o.URL(), Bytes: o.Size, RawBytes: f.size, Start: f.started}
	var n int64
	switch {
	case f.size == 0: // Spark's _SUCCESS, the marks of folders: a file of no bytes has no rows.
	case c.run.Copy.Format.Kind == "orc":
		n, err = c.insertORC(ctx, f)
	default:
		n, err = c.insertParquet(ctx, f)
	}
	if err != nil {
		return err
	}
	c.run.rows += n
	st.Rows, st.Lines, st.End = n, n, time.Now()
	return nil
}

// insertParquet lets the engine read a fetched file.
func (c *columnar) insertParquet(ctx context.Context, f fetched) (int64, error) {
	r := c.run
	if !f.magic() {
		return 0, r.badMagic(f)
	}
	fields, err := r.parquetFields(ctx, f.path)
	if err != nil {
		return 0, r.unreadable(f, err)
	}
	exprs, err := r.match(f.index, fields)
	if err != nil {
		return 0, err
	}
	from := "read_parquet(" + warehouse.Literal(f.path) + ")"
	if err := r.checkValues(ctx, f, from, fields); err != nil {
		return 0, err
	}
	n, err := r.client.Conn().Exec(ctx, "INSERT INTO "+r.table.SQL()+" ("+r.columnList()+") SELECT "+strings.Join(exprs, ", ")+" FROM "+from)
	if err != nil {
		return 0, r.unreadable(f, err)
	}
	return n, nil
}

// badMagic is the error of a file that does not end as its format wants.
func (r *run) badMagic(f fetched) error {
	return r.badFile(f.index, codeSpectrumFile, fmt.Sprintf("File '%s' has an invalid version number: %q", r.httpName(r.files[f.index]), f.tail))
}

// sameCount compares the number of a file's columns with that of the table's.
func (r *run) sameCount(file, n int) error {
	if n == len(r.columns) || n < len(r.columns) && r.Copy.Options.FillRecord {
		return nil
	}
	return r.badFile(file, codeSpectrumCounts, fmt.Sprintf("Unmatched number of columns between table and file. Table columns: %d, Data columns: %d, File name: %s",
		len(r.columns), n, r.httpName(r.files[file])))
}

// unreadable is the error of a file whose data the engine refused.
func (r *run) unreadable(f fetched, err error) error {
	if _, ok := lacking(err); ok {
		return &cramped{file: f.index, err: err}
	}
	if transient(err) || engineFailed(err, f.path) {
		return err
	}
	name := r.httpName(r.files[f.index])
	return r.badFile(f.index, codeSpectrumType, fmt.Sprintf("File '%s': %s", name, strings.ReplaceAll(err.Error(), f.path, name)))
}

// engineFailed reports an error of the engine that no file causes. Of reading and
// writing the file causes only what names it: the engine's own disk may be full.
func engineFailed(err error, path string) bool {
	e, ok := errors.AsType[*warehouse.EngineError](err)
	if !ok {
		return false
	}
	switch e.Kind {
	case warehouse.ErrorFatal, warehouse.ErrorInterrupted, warehouse.ErrorTransaction:
		return true
	}
	return e.Kind == warehouse.ErrorIO && !strings.Contains(e.Message, filepath.Base(path))
}

// Codes of errors in columnar files.
const (
	codeSpectrumFile   = 15001
	codeSpectrumCounts = 15007
	codeSpectrumType   = 15011
)

// badFile is the error of a columnar file that does not fit.
func (r *run) badFile(i, code int, context string) error {
	return &BadFiles{Files: r.files[i : i+1], Err: r.boxed(boxed{message: "Spectrum Scan Error", code: code, context: context, location: "dory_util.cpp:1450"})}
}

// httpName is the name of a file as errors of columnar files write it.
func (r *run) httpName(o Object) string {
	return "https://s3." + r.ns.Region + ".amazonaws.com/" + o.Bucket + "/" + o.Key
}
