package copyjob_test

import (
	"fmt"
	"hash/fnv"
	"log/slog"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// files are a bucket's, with what a test does to them.
type files struct {
	folder
	*world
}

// etag is a content's.
func etag(text string) string {
	h := fnv.New64()
	h.Write([]byte(text))
	return fmt.Sprintf("%x", h.Sum64())
}

// newFiles is a world whose jobs load files with the loader of this program.
func newFiles(t testing.TB, dir string) *files {
	t.Helper()
	f := &files{folder: folder{}, world: newWorldIn(t, dir)}
	f.reopen()
	f.within(func(c *warehouse.Client) {
		owner, ok, err := c.User(f.ctx, "awsuser")
		f.ok(err)
		if f.owner = owner; !ok {
			f.owner = warehouse.User{Name: "awsuser", Superuser: true}
			f.ok(c.PutUser(f.ctx, &f.owner))
		}
	})
	return f
}

// reopen reads the jobs anew, as after a restart.
func (f *files) reopen() {
	f.Helper()
	role := warehouse.AttachedRole{ARN: "arn:aws:iam::222222222222:role/loader", Status: "in-sync"}
	ns := &warehouse.Namespace{ID: "n", Account: "222222222222", Region: "us-east-1", Cluster: "wh", Roles: []warehouse.AttachedRole{role}}
	f.db = warehouse.NewDatabase(func() *warehouse.Namespace { return ns }, "dev", f.engine)
	log := slog.New(slog.DiscardHandler)
	var err error
	f.jobs, err = copyjob.Open(f.ctx, f.db, load.New(f.folder, log), log)
	f.ok(err)
}

// table makes a table whose columns are named a, b, c ….
func (f *files) table(name string, types ...sqltype.Type) {
	f.Helper()
	t := &warehouse.Table{Schema: "public", Name: name, Kind: "r", DistStyle: "auto", SortStyle: "auto", Owner: f.owner.ID}
	for i, typ := range types {
		t.Columns = append(t.Columns, warehouse.TableColumn{Position: i + 1, Name: string(rune('a' + i)), Type: typ})
	}
	f.within(func(c *warehouse.Client) { f.ok(c.CreateTable(f.ctx, t)) })
}

// job makes a job that loads in/ of bucket drop.
func (f *files) job(name, table, format, auto string) {
	f.Helper()
	s, err := dialect.Parse("COPY " + table + " FROM 's3://drop/in/'" + auth + format + " JOB CREATE " + name + " AUTO " + auto)
	f.ok(err)
	f.within(func(c *warehouse.Client) { f.ok(f.jobs.Create(f.ctx, c, s.(*dialect.Copy), f.owner)) })
}

// put puts a file and tells the jobs.
func (f *files) put(key, text string) {
	f.Helper()
	f.folder[key] = text
	f.tell(key)
}

// tell tells the jobs of a file that lies there.
func (f *files) tell(key string) {
	f.Helper()
	text := f.folder[key]
	a := copyjob.Arrival{Bucket: "drop", Key: key, ETag: etag(text), Size: int64(len(text)), Time: time.Now()}
	f.ok(f.jobs.Arrived(f.ctx, []copyjob.Arrival{a}))
}

func (f *files) ref(key string) copyjob.FileRef {
	return copyjob.FileRef{Job: "j", URL: "s3://drop/" + key, User: f.owner, PID: 7}
}

func (f *files) unload(key string) (load.Outcome, error) { return f.jobs.UnloadFile(f.ctx, f.ref(key)) }
func (f *files) replay(key string) (load.Outcome, error) { return f.jobs.ReplayFile(f.ctx, f.ref(key)) }

// unloaded unloads a file that brought n rows.
func (f *files) unloaded(key string, n int64) {
	f.Helper()
	out, err := f.unload(key)
	f.ok(err)
	if out.Rows != n || out.Query == 0 {
		f.Errorf("unloading %s removed %d rows in query %d, want %d", key, out.Rows, out.Query, n)
	}
}

// replayed loads a file again, which has n rows.
func (f *files) replayed(key string, n int64) {
	f.Helper()
	out, err := f.replay(key)
	f.ok(err)
	if out.Rows != n {
		f.Errorf("replaying %s loaded %d rows, want %d", key, out.Rows, n)
	}
}

var (
	number = sqltype.Type{ID: sqltype.Integer}
	words  = sqltype.Type{ID: sqltype.Varchar, Length: 20}
)

const (
	stood = `SELECT regexp_extract(url, '[^/]*$') || ' ' || state || ' ' || rows FROM inlet_files ORDER BY url, put`
	both  = "SELECT a || coalesce(b, '-') FROM public.t ORDER BY ALL"
)

func TestUnloadRemovesWhatTheFileBrought(t *testing.T) {
	f := newFiles(t, t.TempDir())
	f.table("t", number, words)
	f.job("j", "t", "CSV", "ON")
	f.run()
	f.put("in/one", "1,x\n2,\n1,x\n")
	f.put("in/two", "1,x\n3,z\n")
	f.settled("j")
	f.want(both, "1x", "1x", "1x", "2", "3z")
	f.unloaded("in/one", 3)
	f.want(both, "1x", "3z")
	f.want(stood, "one unloaded 0", "two loaded 2")
	f.want("SELECT status FROM sys_copy_job_detail ORDER BY file_name", "U", "I")
	f.want("SELECT filename FROM stl_load_commits", "s3://drop/in/two")
	out, err := f.unload("in/one")
	if err != nil || out.Query != 0 {
		t.Errorf("unloading again gave %+v, %v", out, err)
	}
	f.replayed("in/one", 3)
	f.want(both, "1x", "1x", "1x", "2", "3z")
	_, err = f.replay("in/one")
	f.refused(err, "55000", "s3://drop/in/one is loaded")
	f.want(stood, "one loaded 3", "two loaded 2")
	f.want("SELECT count(*)::VARCHAR FROM stl_load_commits", "2")
}

func TestUnloadOfAnEmptyFile(t *testing.T) {
	f := newFiles(t, t.TempDir())
	f.table("t", number, words)
	f.job("j", "t", "CSV", "OFF")
	f.put("in/none", "")
	f.rerun()
	f.want(stood, "none loaded 0")
	f.unloaded("in/none", 0)
	f.want(stood, "none unloaded 0")
}

// Names of columns that the statement which deletes rows uses itself.
func TestUnloadWithAnyColumnNames(t *testing.T) {
	f := newFiles(t, t.TempDir())
	table := &warehouse.Table{Schema: "public", Name: "b", Kind: "r", DistStyle: "auto", SortStyle: "auto", Owner: f.owner.ID}
	for i, name := range []string{"t", "b", "key0", "key1", "kind", "copies", "found", "place", `wei"rd`} {
		table.Columns = append(table.Columns, warehouse.TableColumn{Position: i + 1, Name: name, Type: words})
	}
	f.within(func(c *warehouse.Client) { f.ok(c.CreateTable(f.ctx, table)) })
	f.job("j", "b", "CSV", "OFF")
	f.put("in/a", "1,2,3,4,5,6,7,8,9\n1,2,3,4,5,6,7,8,9\n")
	f.put("in/b", "1,2,3,4,5,6,7,8,9\n9,8,7,6,5,4,3,2,1\n")
	f.rerun()
	f.unloaded("in/a", 2)
	f.want("SELECT t || found FROM public.b ORDER BY ALL", "17", "93")
}
