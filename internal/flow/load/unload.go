package load

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Writer is what Objects are besides when the role may also write.
type Writer interface {
	Put(ctx context.Context, bucket, key string, body io.Reader, size int64) error
	Delete(ctx context.Context, bucket, key string) error
}

// UnloadRequest is one UNLOAD to run.
type UnloadRequest struct {
	Unload  *dialect.Unload
	SQL     string // the query, in the engine's dialect
	Columns []UnloadColumn
	User    warehouse.User
	PID     int32
}

// UnloadColumn is a column of the query.
type UnloadColumn struct {
	Name string
	Type sqltype.Type
}

// unload is one UNLOAD on its way.
type unload struct {
	*run
	UnloadRequest
	options map[string]string
	to      Writer
	bucket  string
	prefix  string
	files   []unloaded
	parts   map[place]int   // files so far of each
	cleaned map[string]bool // folders that CLEANPATH has emptied
	rows    int64
	shape
}

// place is where files go: the folder of a partition, and the slice that writes them.
type place struct {
	folder string
	slice  int
}

// unloaded is a file that was written.
type unloaded struct {
	place
	key        string
	size, rows int64
	started    time.Time
	ended      time.Time
}

// Unload writes the rows of a query into files below a prefix and returns their number.
// Source: Redshift Database Developer Guide, "UNLOAD".
func (l *Loader) Unload(ctx context.Context, c *warehouse.Client, q UnloadRequest) (Outcome, error) {
	cp := &dialect.Copy{Source: q.Unload.To, Auth: q.Unload.Auth}
	r := &run{Request: Request{Copy: cp, User: q.User, PID: q.PID}, loader: l, client: c, ns: c.Database().Namespace(), started: time.Now().UTC()}
	u := &unload{run: r, UnloadRequest: q, options: map[string]string{}, parts: map[place]int{}, cleaned: map[string]bool{}}
	for _, o := range q.Unload.Options {
		u.options[o.Name] = o.Value
	}
	if err := u.supported(); err != nil {
		return Outcome{}, err
	}
	var err error
	if r.query, err = c.Database().NextQuery(ctx); err != nil {
		return Outcome{}, err
	}
	r.xid = c.XID()
	if err := u.write(ctx); err != nil {
		err = r.explain(err)
		u.record(ctx, err)
		return Outcome{Query: r.query}, err
	}
	u.record(ctx, nil)
	return Outcome{Query: r.query, Rows: u.rows}, nil
}

// unloadHints are the options that Redshift has and this program has not, with what helps.
var unloadHints = map[string]string{
	"encrypted":  "Leave it out: files are stored as the bucket's own settings say.",
	"kms_key_id": "Leave it out: files are stored as the bucket's own settings say.",
}

// supported refuses what is not done, and settles how rows become fields.
func (u *unload) supported() (err error) {
	for _, name := range slices.Sorted(maps.Keys(unloadHints)) {
		if u.has(name) {
			return &fault.Error{Kind: fault.Unsupported, Code: "0A000", Op: "UNLOAD", Hint: unloadHints[name],
				Message: "UNLOAD option " + strings.ToUpper(name) + " is not supported"}
		}
	}
	if u.has("rowgroupsize") && u.Unload.Format != "parquet" {
		return refusedUnload("UNLOAD option ROWGROUPSIZE is only supported with PARQUET", "")
	}
	if u.shape, err = u.arrange(); err != nil {
		return err
	}
	return u.writable()
}

// refusedUnload is the error for what UNLOAD does not do.
func refusedUnload(message, hint string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "0A000", Op: "UNLOAD", Message: message, Hint: hint}
}

func (u *unload) has(name string) bool {
	_, ok := u.options[name]
	return ok
}

// write acts as the role, makes room and writes the files and the manifest.
func (u *unload) write(ctx context.Context) (err error) {
	if u.bucket, u.prefix, err = u.location(); err != nil {
		return err
	}
	if u.has("partition") && !strings.HasSuffix(u.prefix, "/") && u.prefix != "" {
		u.prefix += "/"
	}
	if region := u.options["region"]; region != "" && region != u.ns.Region {
		return errRegion
	}
	if err := u.assume(ctx); err != nil {
		return err
	}
	w, ok := u.objects.(Writer)
	if !ok {
		return u.boxed(boxed{message: "UNLOAD cannot write to this source of objects"})
	}
	u.to = w
	if err := u.makeRoom(ctx); err != nil {
		return err
	}
	if u.Unload.Format == "parquet" {
		err = u.writeParquet(ctx)
	} else {
		err = u.writeText(ctx)
	}
	if err != nil || !u.has("manifest") {
		return err
	}
	return u.writeManifest(ctx)
}

func (u *unload) refused(key string, err error) error {
	return &sourceError{context: "S3 key being written : s3://" + u.bucket + "/" + key, location: "s3_unloader.cpp:181", err: err}
}

// key is the name of the next file: of a slice and its parts, or of the only stream.
func (u *unload) key(at place) string {
	part := u.parts[at]
	name := fmt.Sprintf("%s%s%04d_part_%02d", u.prefix, at.folder, at.slice, part)
	if !u.parallel() {
		name = fmt.Sprintf("%s%s%03d", u.prefix, at.folder, part)
	}
	switch {
	case u.has("extension"):
		return name + "." + strings.TrimPrefix(u.options["extension"], ".")
	case u.Unload.Format == "parquet":
		return name + ".parquet"
	case u.has("gzip"):
		return name + ".gz"
	case u.has("bzip2"):
		return name + ".bz2"
	case u.has("zstd"):
		return name + ".zst"
	}
	return name
}

// parallel reports that each slice writes files of its own.
func (u *unload) parallel() bool {
	v := u.options["parallel"]
	return v != "off" && v != "false"
}

// put sends a finished file and counts its rows.
func (u *unload) put(ctx context.Context, f *os.File, done unloaded) error {
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("read the file to unload: %w", err)
	}
	if err := u.clean(ctx, done.folder); err != nil {
		return err
	}
	done.key, done.size = u.key(done.place), size
	if err := u.to.Put(ctx, u.bucket, done.key, f, size); err != nil {
		return u.refused(done.key, err)
	}
	done.ended = time.Now().UTC()
	u.parts[done.place]++
	u.files = append(u.files, done)
	u.rows += done.rows
	return nil
}

// scratch makes a file in the exchange folder, which the caller removes.
func (u *unload) scratch() (*os.File, error) {
	dir, err := u.exchange()
	if err != nil {
		return nil, err
	}
	return os.CreateTemp(dir, "*.unload")
}

func (u *unload) exchange() (string, error) {
	dir := u.client.Database().Engine().Exchange()
	if dir == "" {
		return "", u.boxed(boxed{message: "UNLOAD needs a database that is kept in a file"})
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the exchange folder: %w", err)
	}
	return dir, nil
}

func discard(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name()) // The folder is emptied when the database is opened again.
}
