package ledger

import (
	"context"
	_ "embed"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Schema is the statements that create the ledger's tables where they are missing.
//
//go:embed schema.sql
var Schema string

// Load is one COPY.
type Load struct {
	Query, XID int64
	PID        int32
	UserID     int32
	TableID    int64
	TableName  string
	JobID      int64 // 0 when not from a COPY JOB
	Status     string
	DataSource string
	Format     string
	Started    time.Time
	Ended      time.Time
	Rows       int64
	Bytes      int64 // uncompressed
	Files      int
	FilesBytes int64 // stored size of all files found
	FilesRead  int
	BytesRead  int64 // stored size of the files read
	Errors     int64
	Message    string
	NoLoad     bool // The files were read, and no row was loaded.
}

// States of a load.
const (
	Completed = "completed"
	Aborted   = "aborted"
)

// File is what one load did with one file.
type File struct {
	URL, ETag, Version string
	Size               int64 // stored bytes
	Modified           time.Time
	Slice              int
	Lines, Rows        int64
	Errors             int64
	Bytes              int64 // uncompressed
	Started, Ended     time.Time
}

// RowError is one rejected row.
type RowError struct {
	URL                  string
	Slice                int
	Line, StartOffset    int64
	Column, Type, Length string
	Position             int
	RawLine, RawField    string
	Code                 int
	Reason               string
	Fields               []Field // of the row, up to the error; only for the first errors of a load
}

// Field is one field of a rejected row.
type Field struct {
	Number               int
	Column, Type, Length string
	Value                string
	Null                 bool
}

const (
	text  = warehouse.KindVarchar
	long  = warehouse.KindInt64
	small = warehouse.KindInt32
	flag  = warehouse.KindBool
	stamp = warehouse.KindTimestamp
)

var col = warehouse.Col

// Record writes a load and its files in the open transaction of c, the one that holds the rows.
func Record(ctx context.Context, c *warehouse.Client, l Load, files []File) error {
	loads := warehouse.NewBatch("inlet.load", col("query", long), col("xid", long), col("pid", small), col("userid", small),
		col("table_id", long), col("table_name", text), col("job_id", long), col("status", text), col("data_source", text),
		col("file_format", text), col("started", stamp), col("ended", stamp), col("rows", long), col("bytes", long), col("files", small),
		col("files_bytes", long), col("files_read", small), col("bytes_read", long), col("errors", long), col("message", text))
	var message any
	if l.Message != "" {
		message = l.Message
	}
	loads.Add(l.Query, l.XID, int64(l.PID), int64(l.UserID), l.TableID, l.TableName, l.JobID, l.Status, l.DataSource, l.Format,
		l.Started, l.Ended, l.Rows, l.Bytes, int64(l.Files), l.FilesBytes, int64(l.FilesRead), l.BytesRead, l.Errors, message)
	if err := loads.Insert(ctx, c.Database().Engine(), c.Conn()); err != nil {
		return err
	}
	return recordFiles(ctx, c, l, files)
}

// Recorded reports whether a load is in the ledger.
func Recorded(ctx context.Context, conn warehouse.Conn, query int64) (recorded bool, err error) {
	err = warehouse.EachRow(ctx, conn, func(*warehouse.Chunk, int) error {
		recorded = true
		return nil
	}, "SELECT 1 FROM inlet.load WHERE query = ? LIMIT 1", query)
	return recorded, err
}

func recordFiles(ctx context.Context, c *warehouse.Client, l Load, files []File) error {
	b := warehouse.NewBatch("inlet.load_file", col("query", long), col("userid", small), col("slice", small), col("job_id", long),
		col("url", text), col("etag", text), col("version", text), col("size", long), col("modified", stamp), col("lines", long),
		col("rows", long), col("errors", long), col("bytes", long), col("format", text), col("started", stamp), col("ended", stamp),
		col("loaded", flag))
	format := fileFormats[l.Format]
	for _, f := range files {
		b.Add(l.Query, int64(l.UserID), int64(f.Slice), l.JobID, f.URL, f.ETag, f.Version, f.Size, f.Modified, f.Lines, f.Rows, f.Errors,
			f.Bytes, format, f.Started, f.Ended, l.Status == Completed && !l.NoLoad)
	}
	return b.Insert(ctx, c.Database().Engine(), c.Conn())
}

// fileFormats are the names of formats in STL_LOAD_COMMITS.
var fileFormats = map[string]string{"csv": "Text", "txt": "Text", "json": "JSON", "avro": "Avro", "parquet": "Parquet", "orc": "ORC"}

// Replacement is a field in which ACCEPTINVCHARS replaced bytes.
type Replacement struct {
	URL             string
	Slice           int
	Line            int64
	Column, RawLine string
}

// RecordReplacements writes replaced fields in the open transaction of c.
func RecordReplacements(ctx context.Context, c *warehouse.Client, l Load, all []Replacement) error {
	b := warehouse.NewBatch("inlet.load_replacement", col("query", long), col("pid", small), col("userid", small), col("slice", small),
		col("table_id", long), col("started", stamp), col("url", text), col("line", long), col("column_name", text), col("raw_line", text))
	for _, r := range all {
		b.Add(l.Query, int64(l.PID), int64(l.UserID), int64(r.Slice), l.TableID, l.Started, r.URL, r.Line, r.Column, r.RawLine)
	}
	return b.Insert(ctx, c.Database().Engine(), c.Conn())
}

// RecordErrors writes rejected rows. After a failed load it runs in a
// transaction of its own, so that the rows outlive the rollback.
func RecordErrors(ctx context.Context, c *warehouse.Client, l Load, errs []RowError) error {
	b := warehouse.NewBatch("inlet.load_error", col("query", long), col("xid", long), col("pid", small), col("userid", small), col("slice", small),
		col("table_id", long), col("job_id", long), col("started", stamp), col("url", text), col("line", long), col("start_offset", long),
		col("column_name", text), col("column_type", text), col("column_length", text), col("position", small), col("raw_line", text),
		col("raw_field", text), col("code", small), col("reason", text))
	fields := warehouse.NewBatch("inlet.load_error_field", col("query", long), col("pid", small), col("userid", small), col("slice", small),
		col("url", text), col("line", long), col("field", small), col("column_name", text), col("value", text), col("is_null", flag),
		col("column_type", text), col("column_length", text))
	for _, e := range errs {
		b.Add(l.Query, l.XID, int64(l.PID), int64(l.UserID), int64(e.Slice), l.TableID, l.JobID, l.Started, e.URL, e.Line, e.StartOffset,
			e.Column, e.Type, e.Length, int64(e.Position), e.RawLine, e.RawField, int64(e.Code), e.Reason)
		for _, f := range e.Fields {
			fields.Add(l.Query, int64(l.PID), int64(l.UserID), int64(e.Slice), e.URL, e.Line, int64(f.Number), f.Column, f.Value, f.Null, f.Type, f.Length)
		}
	}
	if err := b.Insert(ctx, c.Database().Engine(), c.Conn()); err != nil {
		return err
	}
	return fields.Insert(ctx, c.Database().Engine(), c.Conn())
}
