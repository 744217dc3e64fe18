package copyjob_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// tooLarge is what a load says whose files need more memory than there is.
func tooLarge(files ...load.Object) error {
	return &fault.Error{Kind: fault.TooLarge, Code: "53200", Op: "COPY", Hint: "Give the engine more.",
		Message: fmt.Sprintf("out of memory: %d files from %s need more", len(files), files[0].URL())}
}

// crampedBy refuses loads in which a key is, until as many have failed.
func crampedBy(key string, times int) func([]load.Object) error {
	return func(files []load.Object) error {
		for _, f := range files {
			if f.Key == key && times > 0 {
				times--
				return tooLarge(files...)
			}
		}
		return nil
	}
}

// A file for which the engine has too little memory is found among the others, tried as often as set,
// and fails; the others are loaded. It is no bad file: it stays where it is.
func TestFileLargerThanMemory(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		times      int
	}{
		{"for good", "E", 1 << 30},
		{"while others need it", "I", 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.loader.before = crampedBy("in/c", tt.times)
			w.ok(w.create("j", "orders", "in/", "ON"))
			w.ok(w.set("j", "retries = 3, quarantine = 's3://drop/bad/'"))
			w.arrive("in/a@1", "in/b@1", "in/c@1", "in/d@1", "in/e@1", "in/f@1")
			w.run()
			w.settled("j")
			w.want(states, "in/a I", "in/b I", "in/c "+tt.want, "in/d I", "in/e I", "in/f I")
			w.want("SELECT key FROM inlet.copy_job_quarantine")
			if tt.want == "E" {
				w.want("SELECT message FROM inlet.copy_job_message WHERE message LIKE '%given up%' OR message LIKE 'Hint%'",
					"Error: out of memory: 1 files from s3://drop/in/c need more (given up after 4 tries)", "Hint: Give the engine more. COPY JOB RUN then loads the file.")
			}
		})
	}
}

// COPY JOB RUN does not wait for memory: it tells of the file and loads the others.
func TestRunWithAFileLargerThanMemory(t *testing.T) {
	w := newWorld(t)
	w.loader.before = crampedBy("a", 4)
	for _, key := range []string{"a", "b", "c", "d"} {
		w.loader.listed = append(w.loader.listed, load.Object{Bucket: "drop", Key: key, ETag: "1"})
	}
	w.ok(w.create("j", "orders", "", "OFF"))
	_, err := w.runNow("j")
	w.refused(err, "53200", "1 files from s3://drop/a")
	w.want(states, "a E", "b I", "c I", "d I")
	w.ok(w.set("j", "retries = 1"))
	_, err = w.runNow("j")
	w.ok(err)
	w.want(states, "a I", "b I", "c I", "d I")
}

// An engine with 64 MB and a file with a page of 100 MB.
func TestRowGroupLargerThanMemory(t *testing.T) {
	w := newWorld(t)
	files := folder{"in/a": w.parquet("SELECT 'a' AS key"), "in/big": w.parquet("SELECT range || repeat('x', 60000) AS key FROM range(1700)"), "in/z": w.parquet("SELECT 'z' AS key")}
	w.memory = 64 << 20
	w.restart()
	log := slog.New(slog.DiscardHandler)
	role := warehouse.AttachedRole{ARN: "arn:aws:iam::222222222222:role/loader", Status: "in-sync"}
	ns := &warehouse.Namespace{ID: "n", Account: "222222222222", Region: "us-east-1", Cluster: "wh", Roles: []warehouse.AttachedRole{role}}
	w.db = warehouse.NewDatabase(func() *warehouse.Namespace { return ns }, "dev", w.engine)
	var err error
	w.jobs, err = copyjob.Open(w.ctx, w.db, load.New(files, log), log)
	w.ok(err)
	s, err := dialect.Parse("COPY wide FROM 's3://drop/in/'" + auth + "FORMAT AS PARQUET JOB CREATE j")
	w.ok(err)
	w.within(func(c *warehouse.Client) {
		w.ok(c.CreateTable(w.ctx, &warehouse.Table{Schema: "public", Name: "wide", Kind: "r", DistStyle: "auto", SortStyle: "auto", Owner: w.owner.ID,
			Columns: []warehouse.TableColumn{{Position: 1, Name: "key", Type: sqltype.Type{ID: sqltype.Varchar, Length: sqltype.MaxVarchar}}}}))
		w.ok(w.jobs.Create(w.ctx, c, s.(*dialect.Copy), w.owner))
	})
	w.ok(w.set("j", "retries = 1"))
	w.arrive("in/a", "in/big", "in/z")
	w.run()
	w.settled("j")
	w.want("SELECT key FROM public.wide ORDER BY 1", "a", "z")
	w.want(states, "in/a I", "in/big E", "in/z I")
	w.want("SELECT message FROM inlet.copy_job_message WHERE message LIKE '%given up%'",
		"Error: out of memory: s3://drop/in/big needs more memory than the 64 MB that the engine may use (given up after 2 tries)")
}

// parquet is the answer to a query as a file with one row group.
func (w *world) parquet(query string) string {
	w.Helper()
	e, err := duckdb.Open(duckdb.Config{Path: filepath.Join(w.TempDir(), "maker.duckdb")})
	w.ok(err)
	defer e.Close()
	w.ok(os.MkdirAll(e.Exchange(), 0o700))
	c, err := e.Connect(w.ctx)
	w.ok(err)
	defer c.Close()
	path := filepath.Join(e.Exchange(), "made.parquet")
	_, err = c.Exec(w.ctx, "COPY ("+query+") TO "+warehouse.Literal(path)+" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 1000000)")
	w.ok(err)
	text, err := os.ReadFile(path)
	w.ok(err)
	return string(text)
}
