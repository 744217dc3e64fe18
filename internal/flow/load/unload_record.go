package load

import (
	"context"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// unloadFormats are the names of formats in the views of UNLOAD.
var unloadFormats = map[string]string{"text": "Text", "fixedwidth": "Text", "csv": "CSV", "json": "JSON", "parquet": "Parquet"}

// record writes what happened, apart from the client's transaction: the files are there also if that is rolled back.
func (u *unload) record(ctx context.Context, cause error) {
	ctx = context.WithoutCancel(ctx)
	e := ledger.Export{Query: u.query, XID: u.xid, PID: u.UnloadRequest.PID, UserID: u.UnloadRequest.User.ID, Status: ledger.Completed,
		Format: unloadFormats[u.Unload.Format], Compression: u.compression(), Location: u.Unload.To, Started: u.started, Ended: time.Now().UTC()}
	if cause != nil {
		e.Status, e.Message = ledger.Aborted, message(cause)
	}
	for _, f := range u.files {
		e.Files = append(e.Files, ledger.ExportFile{URL: "s3://" + u.bucket + "/" + f.key, Slice: f.slice, Rows: f.rows, Bytes: f.size,
			Started: f.started, Ended: f.ended})
	}
	if err := u.apart(ctx, func(c *warehouse.Client) error { return ledger.RecordExport(ctx, c, e) }); err != nil {
		u.loader.log.Error("an UNLOAD could not be recorded", "query", u.query, "error", err)
	}
}

func (u *unload) compression() string {
	for _, name := range []string{"gzip", "bzip2", "zstd"} {
		if u.has(name) {
			return strings.ToUpper(name)
		}
	}
	if u.Unload.Format == "parquet" {
		return "SNAPPY"
	}
	return "NONE"
}
