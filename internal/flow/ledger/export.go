package ledger

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Export is one UNLOAD.
type Export struct {
	Query, XID  int64
	PID, UserID int32
	Status      string
	Format      string
	Compression string
	Location    string
	Started     time.Time
	Ended       time.Time
	Files       []ExportFile // also those of an UNLOAD that failed later
	Message     string
}

// ExportFile is a file that an UNLOAD wrote.
type ExportFile struct {
	URL            string
	Slice          int
	Rows, Bytes    int64
	Started, Ended time.Time
}

// RecordExport writes an UNLOAD and its files in the open transaction of c.
func RecordExport(ctx context.Context, c *warehouse.Client, e Export) error {
	files := warehouse.NewBatch("inlet.export_file", col("query", long), col("pid", small), col("userid", small), col("slice", small),
		col("url", text), col("rows", long), col("bytes", long), col("format", text), col("started", stamp), col("ended", stamp))
	rows, bytes := int64(0), int64(0)
	for _, f := range e.Files {
		rows, bytes = rows+f.Rows, bytes+f.Bytes
		files.Add(e.Query, int64(e.PID), int64(e.UserID), int64(f.Slice), f.URL, f.Rows, f.Bytes, e.Format, f.Started, f.Ended)
	}
	all := warehouse.NewBatch("inlet.export", col("query", long), col("xid", long), col("pid", small), col("userid", small), col("status", text),
		col("format", text), col("compression", text), col("location", text), col("started", stamp), col("ended", stamp), col("rows", long),
		col("files", long), col("bytes", long), col("message", text))
	all.Add(e.Query, e.XID, int64(e.PID), int64(e.UserID), e.Status, e.Format, e.Compression, e.Location, e.Started, e.Ended, rows,
		int64(len(e.Files)), bytes, e.Message)
	if err := all.Insert(ctx, c.Database().Engine(), c.Conn()); err != nil {
		return err
	}
	return files.Insert(ctx, c.Database().Engine(), c.Conn())
}
