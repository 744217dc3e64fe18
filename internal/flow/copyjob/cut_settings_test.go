package copyjob_test

import (
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// What the process that TestCutSettings kills is to work on, and before which step it ends.
const (
	settingsFolder = "COPYJOB_TEST_SETTINGS_FOLDER"
	settingsStep   = "COPYJOB_TEST_SETTINGS_STEP"
)

// cutEvery is 1 to cut at all of them, which takes minutes.
var cutEvery = flag.Int("cut.every", 6, "at which steps TestCutSettings ends the process")

// TestCutSettings kills the process before each statement, and before each
// change of the bucket, that jobs with settings make on their way: setting,
// queueing, loading with rules, failing, moving a bad file, a changed file. After
// it all is done once more, and each file version was loaded once.
func TestCutSettings(t *testing.T) {
	if dir := os.Getenv(settingsFolder); dir != "" {
		step, err := strconv.Atoi(os.Getenv(settingsStep))
		if err != nil {
			t.Fatal(err)
		}
		d := newDisk(t, dir, true)
		d.begin()
		d.saw.left.Store(int64(step))
		d.live()
		return
	}
	cuts := 0
	for step := 1; ; step += *cutEvery {
		dir := t.TempDir()
		cmd := exec.Command(os.Args[0], "-test.run=^TestCutSettings$")
		cmd.Env = append(os.Environ(), settingsFolder+"="+dir, settingsStep+"="+strconv.Itoa(step))
		out, err := cmd.CombinedOutput()
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("step %d: %v\n%s", step, err, out)
		}
		d := newDisk(t, dir, false)
		d.live()
		d.ended()
		d.close()
		if t.Failed() {
			t.Fatalf("cut before step %d", step)
		}
		if err == nil {
			break
		}
		cuts++
	}
	t.Logf("cut before %d steps", cuts)
	if cuts**cutEvery < 100 {
		t.Error("those are too few")
	}
}

// disk is a world whose bucket outlives the process, too.
type disk struct {
	*files
	root bucketOnDisk
	saw  *saw
}

func newDisk(t *testing.T, dir string, cut bool) *disk {
	d := &disk{files: newFiles(t, dir)}
	d.saw = &saw{Engine: d.engine}
	d.root = bucketOnDisk{filepath.Join(dir, "bucket"), d.saw}
	d.ok(os.MkdirAll(d.root.path, 0o700))
	engine := warehouse.Engine(d.engine)
	if cut {
		engine = d.saw
	}
	d.db = warehouse.NewDatabase(d.db.Namespace, "dev", engine)
	log := slog.New(slog.DiscardHandler)
	var err error
	d.jobs, err = copyjob.Open(d.ctx, d.db, load.New(d.root, log), log)
	d.ok(err)
	d.jobs.Use(copyjob.Services{Notifier: &told{}, Queries: &plainQueries{}})
	return d
}

// begin makes the tables and the jobs.
func (d *disk) begin() {
	for job, table := range map[string]string{"j": "t", "k": "u"} {
		d.table(table, number, words)
		d.job(job, table, "CSV", "OFF")
	}
	d.within(func(c *warehouse.Client) {
		_, err := c.Conn().Exec(d.ctx, "INSERT INTO public.t VALUES (1, 'old')")
		d.ok(err)
	})
	d.root.put("in/good1", "1,new\n2,x\n")
	d.root.put("in/good2", "3,y\n")
	d.root.put("in/bad", "none,z\n")
}

// live is what may be cut, and what is done once more.
func (d *disk) live() {
	d.ok(d.set("j", `dedupe_key = 'a', reload_changed = on, quarantine = 's3://drop/bad/', validate = 'SELECT a FROM public.t WHERE a < 0',
		notify = 'arn:aws:sns:us-east-1:111111111111:alarm'`))
	d.ok(d.set("k", "reload_changed = on"))
	d.arriveAll()
	d.runAll()
	d.root.put("in/good2", "3,z\n")
	d.arriveAll()
	d.runAll()
}

func (d *disk) arriveAll() {
	for _, key := range []string{"in/good1", "in/good2", "in/bad"} {
		text, err := os.ReadFile(filepath.Join(d.root.path, strings.ReplaceAll(key, "/", "_")))
		if err == nil {
			d.folder[key] = string(text)
			d.tell(key)
		}
	}
}

// runAll runs both jobs, which find a bad file as long as it is there.
func (d *disk) runAll() {
	for _, job := range []string{"k", "j"} {
		if _, err := d.runNow(job); err != nil && !strings.Contains(err.Error(), "Load into table") && !strings.Contains(err.Error(), "NoSuchKey") {
			d.ok(err)
		}
	}
}

// ended checks what must be so, wherever the process was cut.
func (d *disk) ended() {
	d.Helper()
	d.want("SELECT a || b FROM public.t ORDER BY a, b", "1new", "2x", "3z")
	d.want("SELECT a || b FROM public.u WHERE b <> 'y' ORDER BY a, b", "1new", "2x", "3z")
	d.want("SELECT a || b FROM public.u WHERE b = 'y' GROUP BY a, b HAVING count(*) > 1")
	d.want("SELECT key FROM inlet.copy_job_file WHERE status = 'I' GROUP BY job_id, key, etag HAVING count(*) > 1")
	d.want("SELECT key FROM inlet.copy_job_quarantine GROUP BY key HAVING count(*) FILTER (state = 'due') <> count(*) FILTER (state = 'done')")
	left, err := os.ReadDir(d.root.path)
	d.ok(err)
	var names []string
	for _, f := range left {
		names = append(names, f.Name())
	}
	if got := strings.Join(names, " "); got != "bad_in_bad in_good1 in_good2" {
		d.Errorf("the bucket has %s", got)
	}
}

// bucketOnDisk is a bucket named drop that every role may read and change.
type bucketOnDisk struct {
	path string
	saw  *saw
}

func (b bucketOnDisk) file(key string) string {
	return filepath.Join(b.path, strings.ReplaceAll(key, "/", "_"))
}

func (b bucketOnDisk) put(key, text string) {
	if err := os.WriteFile(b.file(key), []byte(text), 0o600); err != nil {
		panic(err)
	}
}

func (b bucketOnDisk) Assume(context.Context, *warehouse.Namespace, []string, string) (load.Objects, string, error) {
	return b, "", nil
}

func (b bucketOnDisk) Keys(context.Context, string, string, string) (load.Objects, error) {
	return b, nil
}

func (b bucketOnDisk) List(ctx context.Context, _, prefix string, each func(load.Object) error) error {
	all, err := os.ReadDir(b.path)
	for _, f := range all {
		key := strings.Replace(f.Name(), "_", "/", 1)
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		o, err := b.Head(ctx, "drop", key)
		if err == nil {
			err = each(o)
		}
		if err != nil {
			return err
		}
	}
	return err
}

func (b bucketOnDisk) Head(_ context.Context, _, key string) (load.Object, error) {
	text, err := os.ReadFile(b.file(key))
	if err != nil {
		return load.Object{}, &fault.Error{Kind: fault.NotFound, Code: "NoSuchKey", Message: "The specified key does not exist.", Err: err}
	}
	return load.Object{Bucket: "drop", Key: key, ETag: etag(string(text)), Size: int64(len(text))}, nil
}

func (b bucketOnDisk) Open(ctx context.Context, o load.Object) (io.ReadCloser, error) {
	now, err := b.Head(ctx, o.Bucket, o.Key)
	if err != nil {
		return nil, err
	}
	if o.Match && o.ETag != now.ETag {
		return nil, &fault.Error{Kind: fault.Precondition, Code: "PreconditionFailed", Message: "At least one of the pre-conditions you specified did not hold"}
	}
	return os.Open(b.file(o.Key))
}

// Move can be cut before and after the copy.
func (b bucketOnDisk) Move(ctx context.Context, o load.Object, _, key string) error {
	o.Match = true
	from, err := b.Open(ctx, o)
	if fault.CodeOf(err) == "NoSuchKey" {
		_, err := b.Head(ctx, "drop", key)
		return err
	}
	if err != nil {
		return err
	}
	text, err := io.ReadAll(from)
	if err := errors.Join(err, from.Close(), b.saw.cut()); err != nil {
		return err
	}
	b.put(key, string(text))
	return errors.Join(b.saw.cut(), os.Remove(b.file(o.Key)))
}

// cut ends the process when it is time.
func (s *saw) cut() error {
	if s.left.Add(-1) != 0 {
		return nil
	}
	return syscall.Kill(os.Getpid(), syscall.SIGKILL)
}
