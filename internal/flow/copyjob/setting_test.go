package copyjob_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// set is COPY JOB ALTER name SET (…).
func (w *world) set(name, settings string) error {
	w.Helper()
	s, err := dialect.Parse("COPY JOB ALTER " + name + " SET (" + settings + ")")
	w.ok(err)
	return w.jobs.Set(w.ctx, name, s.(*dialect.CopyJob).Settings)
}

// kept is the settings of jobs in the ledger.
const kept = "SELECT setting || ' = ' || value FROM inlet_job_settings ORDER BY 1"

// plainQueries runs queries in the engine's own dialect.
type plainQueries struct{ users []string }

func (q *plainQueries) Query(ctx context.Context, c *warehouse.Client, user warehouse.User, sql string) (warehouse.Rows, error) {
	q.users = append(q.users, user.Name)
	return c.Conn().Query(ctx, sql)
}

// told is what was published.
type told struct {
	lines []string
	fail  error
}

func (t *told) Notify(_ context.Context, topic, subject, message string) error {
	t.lines = append(t.lines, topic+": "+subject+": "+message)
	return t.fail
}

func TestSettings(t *testing.T) {
	w := newWorld(t)
	w.jobs.Use(copyjob.Services{Notifier: &told{}, Queries: &plainQueries{}})
	w.ok(w.create("j", "orders", "in/", "OFF"))
	for _, tt := range []struct{ settings, code, message string }{
		{"colour = 'red'", "22023", `unrecognized COPY job setting "colour"`},
		{"retries = many", "22023", `invalid value for COPY job setting "retries": "many"`},
		{"retries = -1", "22023", `"retries": "-1"`},
		{"retries = 1001", "22023", `"retries"`},
		{"load_existing = maybe", "22023", `"load_existing": "maybe"`},
		{"reload_changed = 2", "22023", `"reload_changed": "2"`},
		{"relist = '5'", "22023", `"relist": "5"`},
		{"relist = '0 minutes'", "22023", `"relist"`},
		{"relist = '8 days'", "22023", `"relist"`},
		{"relist = '9223372036854775807 days'", "22023", `"relist"`},
		{"quarantine = 's3://bad'", "22023", `"quarantine"`},
		{"quarantine = 's3://bad/x'", "22023", `"quarantine"`},
		{"quarantine = 's3://drop/in/bad/'", "22023", "files in s3://drop/in/bad/ would be loaded again"},
		{"dedupe_key = 'key,'", "22023", `"dedupe_key"`},
		{"dedupe_key = 'key, Key'", "22023", `"dedupe_key"`},
		{"dedupe_key = 'id'", "42703", `column "id" of relation "orders" does not exist`},
		{"validate = 'DELETE FROM orders'", "22023", `"validate"`},
		{"validate = 'SELECT ('", "22023", `"validate"`},
		{"notify = 'arn:aws:sqs:us-east-1:111111111111:q'", "22023", `"notify"`},
		{"retries = 3, colour = 'red'", "22023", `"colour"`},
	} {
		t.Run(tt.settings, func(t *testing.T) {
			w.TB = t
			w.refused(w.set("j", tt.settings), tt.code, tt.message)
			w.want(kept)
		})
	}
	w.TB = t
	w.refused(w.set("none", "retries = 1"), "42704", `COPY job "none" does not exist`)
	w.ok(w.set("j", `load_existing = ON, reload_changed = false, retries = 5, relist = '5 minutes', quarantine = 's3://bad/in/', dedupe_key = 'Key',
		validate = 'SELECT true', notify = 'arn:aws:sns:us-east-1:111111111111:alarm'`))
	all := []string{"dedupe_key = Key", "load_existing = ON", "notify = arn:aws:sns:us-east-1:111111111111:alarm", "quarantine = s3://bad/in/",
		"relist = 5 minutes", "reload_changed = false", "retries = 5", "validate = SELECT true"}
	w.want(kept, all...)
	w.restart()
	w.ok(w.jobsUse().set("j", "retries = DEFAULT, relist = '1 day'"))
	all[4] = "relist = 1 day"
	w.want(kept, slices.Delete(all, 6, 7)...)
	w.ok(w.jobs.Drop(w.ctx, "j"))
	w.want("SELECT name FROM inlet.copy_job_setting")
}

func (w *world) jobsUse() *world {
	w.jobs.Use(copyjob.Services{Notifier: &told{}, Queries: &plainQueries{}})
	return w
}

func TestSettingsNeedTheirServices(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "ON"))
	w.refused(w.set("j", "validate = 'SELECT true'"), "0A000", `"validate" is not offered`)
	w.refused(w.set("j", "notify = 'arn:aws:sns:us-east-1:111111111111:alarm'"), "0A000", `"notify" is not offered`)
}

var old = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func TestLoadExisting(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "in/", "ON"))
	w.loader.listed = []load.Object{{Bucket: "drop", Key: "in/old", ETag: "1", Modified: old}, {Bucket: "drop", Key: "in/new", ETag: "1", Modified: time.Now()}}
	w.run()
	w.arriveAt(old, "in/older@1")
	w.settled("j")
	w.want(loaded)
	w.ok(w.set("j", "load_existing = on"))
	w.settled("j")
	w.want(loaded, "in/new@1", "in/old@1")
	w.arriveAt(old, "in/older@1")
	w.settled("j")
	w.want(loaded, "in/new@1", "in/old@1", "in/older@1")
	w.loader.set(func(l *fakeLoader) {
		l.lister = func(func([]load.Object) error) error { return errors.New("listed again") }
	})
	w.restart()
	w.run()
	w.settled("j")
	w.want("SELECT message FROM inlet.copy_job_message")
	w.want(loaded, "in/new@1", "in/old@1", "in/older@1")
}

// A backlog that was not listed to its end is listed again; what is known of it is not loaded twice.
func TestLoadExistingIsTakenUpAgain(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "OFF"))
	w.ok(w.set("j", "load_existing = on"))
	w.ok(w.jobs.Alter(w.ctx, "j", true))
	w.loader.lister = func(f func([]load.Object) error) error {
		w.ok(f([]load.Object{{Bucket: "drop", Key: "a", ETag: "1", Modified: old}}))
		return &fault.Error{Kind: fault.Unavailable, Code: "SlowDown", Message: "Please reduce your request rate."}
	}
	w.run()
	w.settled("j")
	w.want(loaded, "a@1")
	w.want("SELECT message FROM inlet.copy_job_message", "Error: Please reduce your request rate. (the prefix is listed again later)")
	w.loader.set(func(l *fakeLoader) {
		l.lister = nil
		l.listed = []load.Object{{Bucket: "drop", Key: "a", ETag: "1", Modified: old}, {Bucket: "drop", Key: "b", ETag: "1", Modified: old}}
	})
	w.restart()
	w.run()
	w.settled("j")
	w.want(loaded, "a@1", "b@1")
}

func TestReloadChanged(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "ON"))
	w.run()
	w.arrive("a@1")
	w.settled("j")
	w.ok(w.set("j", "reload_changed = on"))
	w.arrive("a@1")
	w.arrive("a@2", "b@1")
	w.settled("j")
	w.arrive("a@2", "b@1")
	w.settled("j")
	w.want(loaded, "a@1", "a@2", "b@1")
	w.restart()
	w.run()
	w.arrive("a@1", "a@2")
	w.arrive("a@3")
	w.settled("j")
	w.want(loaded, "a@1", "a@2", "a@3", "b@1")
	w.ok(w.set("j", "reload_changed = off"))
	w.arrive("a@4", "c@1")
	w.settled("j")
	w.want(loaded, "a@1", "a@2", "a@3", "b@1", "c@1")
}

// A version that was overwritten while it waited cannot be read any more, and must not be read as the newer one.
func TestOverwrittenWhileItWaited(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "OFF"))
	w.ok(w.set("j", "reload_changed = on"))
	w.arrive("a@1", "b@1")
	w.arrive("a@2", "a@3")
	w.loader.current = map[string]string{"a": "3"}
	w.loader.before = func(files []load.Object) error {
		if i := slices.IndexFunc(files, func(o load.Object) bool { return o.Key == "b" && o.ETag == "1" }); i >= 0 {
			if !files[i].Match {
				t.Error("any content would be read")
			}
			return &load.BadFiles{Files: files[i : i+1], Err: &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "S3ServiceException",
				Err: &fault.Error{Kind: fault.Precondition, Code: "PreconditionFailed"}}}
		}
		return nil
	}
	w.ok(w.jobs.Alter(w.ctx, "j", true))
	w.run()
	w.settled("j")
	w.arrive("b@2")
	w.settled("j")
	w.want(loaded, "a@3", "b@2")
	w.want("SELECT key || etag || arg_max(status, seq) FROM inlet.copy_job_file GROUP BY key, etag ORDER BY key, etag", "a1S", "a2S", "a3I", "b1S", "b2I")
	w.restart()
	w.run()
	w.arrive("a@1", "a@2", "a@3", "b@1", "b@2")
	w.settled("j")
	w.want(loaded, "a@3", "b@2")
}

// Events of a key that come the wrong way round do not cost its newest version.
func TestVersionsOutOfOrder(t *testing.T) {
	for _, said := range []string{"", "2"} { // what the bucket says of the key before COPY reads it, if it can
		t.Run("current "+said, func(t *testing.T) {
			w := newWorld(t)
			w.ok(w.create("j", "orders", "", "OFF"))
			w.ok(w.set("j", "reload_changed = on"))
			w.arrive("a@2", "b@1")
			w.arrive("a@1")
			w.loader.current = map[string]string{"a": said}
			w.loader.before = func(files []load.Object) error {
				if i := slices.IndexFunc(files, func(o load.Object) bool { return o.Key == "a" && o.ETag != "2" }); i >= 0 {
					return &load.BadFiles{Files: files[i : i+1], Err: &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "S3ServiceException",
						Err: &fault.Error{Kind: fault.Precondition, Code: "PreconditionFailed"}}}
				}
				return nil
			}
			w.ok(w.jobs.Alter(w.ctx, "j", true))
			w.run()
			w.settled("j")
			w.want(loaded, "a@2", "b@1")
			w.want("SELECT key || etag || arg_max(status, seq) FROM inlet.copy_job_file GROUP BY key, etag ORDER BY key, etag", "a1S", "a2I", "b1I")
		})
	}
}

// What a listing finds has no version: it is the version with the same content.
func TestVersionsAndListings(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "ON"))
	w.ok(w.set("j", "reload_changed = on, relist = '7 days'"))
	version := func(v string) {
		w.ok(w.jobs.Arrived(w.ctx, []copyjob.Arrival{{Bucket: "drop", Key: "a", ETag: "1", Version: v, Size: 5, Time: time.Now()}}))
		w.settled("j")
	}
	w.run()
	version("v1")
	version("v1")
	w.want(loaded, "a@1")
	version("v2") // Put once more: another version, of the same content.
	w.want(loaded, "a@1", "a@1")
	w.ok(w.jobs.Alter(w.ctx, "j", false))
	w.loader.set(func(l *fakeLoader) {
		l.listed = []load.Object{{Bucket: "drop", Key: "a", ETag: "1", Modified: time.Now()}, {Bucket: "drop", Key: "b", ETag: "1", Modified: time.Now()}}
	})
	for range 2 {
		_, err := w.runNow("j")
		w.ok(err)
		w.restart()
	}
	w.want(loaded, "a@1", "a@1", "b@1")
	w.ok(w.jobs.Arrived(w.ctx, []copyjob.Arrival{{Bucket: "drop", Key: "b", ETag: "1", Version: "v7", Size: 5, Time: time.Now()}}))
	w.ok(w.jobs.Settled(w.ctx, "j"))
}

func TestRelistFindsLostEvents(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "ON"))
	w.run()
	w.arrive("a@1")
	w.settled("j")
	listed := make(chan struct{}, 100)
	w.loader.set(func(l *fakeLoader) {
		l.lister = func(f func([]load.Object) error) error {
			listed <- struct{}{}
			return f([]load.Object{{Bucket: "drop", Key: "a", ETag: "1", Modified: time.Now()}, {Bucket: "drop", Key: "lost", ETag: "1", Modified: time.Now()},
				{Bucket: "drop", Key: "old", ETag: "1", Modified: old}})
		}
	})
	if w.jobs.Timed() {
		t.Error("a job without relist is timed")
	}
	w.ok(w.set("j", "relist = '1 second'"))
	if !w.jobs.Timed() {
		t.Error("a job with relist is not timed")
	}
	<-listed
	<-listed // What the first found is queued.
	w.settled("j")
	w.want(loaded, "a@1", "lost@1")
	w.ok(w.jobs.Alter(w.ctx, "j", false))
	if w.jobs.Timed() {
		t.Error("a paused job is timed")
	}
}
