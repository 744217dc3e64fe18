package copyjob_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
)

func TestOnlyNewNamesAreLoaded(t *testing.T) {
	w := newWorld(t)
	w.run()
	before := time.Now()
	w.ok(w.create("j", "orders", "in/", "ON"))
	w.arriveAt(before, "in/a.csv@1")
	w.arrive("in/b.csv@1", "elsewhere/c.csv@1")
	w.settled("j")
	w.arrive("in/b.csv@2")
	w.arrive("in/b2.csv@1", "in/b2.csv@1")
	w.settled("j")
	w.want(loaded, "in/b.csv@1", "in/b2.csv@1")
	w.want(states, "in/b.csv I", "in/b2.csv I")
	if w.loader.users[0] != "awsuser" {
		t.Errorf("loaded as %s", w.loader.users[0])
	}
}

func TestBadFilesAreLeftOut(t *testing.T) {
	w := newWorld(t)
	w.loader.before = func(files []load.Object) error {
		for _, f := range files {
			if strings.Contains(f.Key, "bad") {
				return &load.BadFiles{Files: []load.Object{f}, Err: &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "Load into table 'orders' failed."}}
			}
		}
		return nil
	}
	w.ok(w.create("j", "orders", "", "ON"))
	w.arrive(append(keys(40, "good%02d"), "bad1", "bad2")...)
	w.arrive("zgood")
	w.run()
	w.settled("")
	w.want("SELECT count(*)::VARCHAR FROM public.orders", "41")
	w.want("SELECT arg_max(status, seq) || count(*) FROM inlet.copy_job_file WHERE key LIKE 'bad%' GROUP BY key", "E2", "E2")
	w.want("SELECT DISTINCT message FROM inlet.copy_job_message WHERE message LIKE 'Error%'", "Error: Load into table 'orders' failed.")
	attempts := len(w.loader.batches)
	w.arrive("bad1", "bad2")
	w.settled("")
	if len(w.loader.batches) != attempts {
		t.Errorf("a bad file was tried again by an event")
	}
	w.loader.set(func(l *fakeLoader) {
		l.before = nil
		l.listed = []load.Object{{Bucket: "drop", Key: "bad1"}, {Bucket: "drop", Key: "good01"}}
	})
	w.ok(w.jobs.Alter(w.ctx, "j", false))
	out, err := w.runNow("j")
	w.ok(err)
	if out.Rows != 1 || out.Table != "orders" || out.Query == 0 {
		t.Errorf("ran to %+v", out)
	}
	w.want("SELECT count(*)::VARCHAR FROM public.orders", "42")
}

func TestUnnamedBadFileIsFound(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
	}{
		{"object gone", &fault.Error{Kind: fault.NotFound, Code: "NoSuchKey", Message: "The specified key does not exist."}},
		{"value refused", &warehouse.EngineError{Kind: warehouse.ErrorConstraint, Message: "check failed"}},
		{"bad files without names", &load.BadFiles{Err: errors.New("bad")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.loader.before = func(files []load.Object) error {
				if slices.ContainsFunc(files, func(o load.Object) bool { return o.Key == "k17" }) {
					return tt.err
				}
				return nil
			}
			w.ok(w.create("j", "orders", "", "ON"))
			w.arrive(keys(30, "k%02d")...)
			w.run()
			w.settled("j")
			w.want("SELECT count(*)::VARCHAR FROM public.orders", "29")
			w.want("SELECT key FROM inlet.copy_job_file WHERE status = 'E'", "k17")
		})
	}
}

func TestRefusedRoleFailsTheBatch(t *testing.T) {
	w := newWorld(t)
	w.loader.before = func([]load.Object) error {
		return &guard.Denied{Call: guard.Call{By: guard.Session{ARN: "arn:aws:sts::222222222222:assumed-role/loader/s"}, Action: "s3:GetObject"}}
	}
	w.ok(w.create("j", "orders", "", "ON"))
	w.arrive("a", "b")
	w.run()
	w.settled("j")
	w.want(states, "a E", "b E")
	w.want("SELECT replace(message, job_id::VARCHAR, 'N') FROM inlet.copy_job_message WHERE message LIKE 'Job%'", "Job N failed to ingest 2 files from S3")
	if got := w.rows("SELECT message FROM inlet.copy_job_message WHERE message LIKE 'Error:%s3:GetObject%'"); len(got) != 1 {
		t.Errorf("messages %q", got)
	}
}

func TestPassingFailureIsRetried(t *testing.T) {
	w := newWorld(t)
	tries := 0
	w.loader.before = func([]load.Object) error {
		if tries++; tries < 3 {
			return &fault.Error{Kind: fault.Unavailable, Code: "SlowDown", Message: "Please reduce your request rate."}
		}
		return nil
	}
	w.ok(w.create("j", "orders", "", "ON"))
	w.run()
	w.arrive("a@1")
	w.settled("j")
	w.want(loaded, "a@1")
	w.want("SELECT message FROM inlet.copy_job_message", "Error: Please reduce your request rate. (the files stay pending and are tried again)")
}

// A load that was committed but reported as failed must not be repeated.
func TestDoubtfulCommit(t *testing.T) {
	w := newWorld(t)
	failed := false
	w.loader.after = func() error {
		if failed {
			return nil
		}
		failed = true
		return &warehouse.EngineError{Kind: warehouse.ErrorFatal, Message: "lost"}
	}
	w.ok(w.create("j", "orders", "", "ON"))
	w.run()
	w.arrive("a@1", "b@1")
	w.settled("j")
	w.arrive("c@1")
	w.settled("j")
	w.want(loaded, "a@1", "b@1", "c@1")
}

func TestJobsAreIndependent(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("all_files", "orders", "", "ON"))
	w.ok(w.create("few", "other", "in/", "ON"))
	w.run()
	w.arrive("in/a@1", "b@1")
	w.settled("")
	w.want(loaded, "b@1", "in/a@1")
	w.want("SELECT key FROM public.other", "in/a@1")
	w.ok(w.jobs.Drop(w.ctx, "all_files"))
	w.arrive("in/c@1")
	w.settled("")
	w.want(loaded, "b@1", "in/a@1")
	w.want("SELECT key FROM public.other ORDER BY key", "in/a@1", "in/c@1")
}

func TestRunAndAlter(t *testing.T) {
	w := newWorld(t)
	w.run()
	w.ok(w.create("j", "orders", "", "ON"))
	_, err := w.runNow("j")
	w.refused(err, "55000", "Cannot run COPY job j manually while auto copy is enabled. Disable auto copy if you need to run this job manually.")
	w.ok(w.jobs.Alter(w.ctx, "j", false))
	w.arrive("a@1")
	w.want(states, "a P")
	w.loader.set(func(l *fakeLoader) {
		l.listed = []load.Object{{Bucket: "drop", Key: "a", ETag: "1"}, {Bucket: "drop", Key: "old", ETag: "1"}}
	})
	out, err := w.runNow("j")
	w.ok(err)
	if out.Rows != 2 {
		t.Errorf("loaded %d rows", out.Rows)
	}
	out, err = w.runNow("j")
	w.ok(err)
	if out.Rows != 0 {
		t.Errorf("loaded %d rows again", out.Rows)
	}
	w.arrive("b@1")
	w.ok(w.jobs.Alter(w.ctx, "j", true))
	w.settled("j")
	w.want(loaded, "a@1", "b@1", "old@1")
	_, err = w.runNow("none")
	w.refused(err, "42704", `COPY job "none" does not exist`)
}

func TestRunNowReportsFailures(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "OFF"))
	w.loader.listed = []load.Object{{Bucket: "drop", Key: "a"}, {Bucket: "drop", Key: "bad"}, {Bucket: "drop", Key: "c"}}
	w.loader.before = func(files []load.Object) error {
		if i := slices.IndexFunc(files, func(o load.Object) bool { return o.Key == "bad" }); i >= 0 {
			return &load.BadFiles{Files: files[i : i+1], Err: &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "bad row"}}
		}
		return nil
	}
	out, err := w.runNow("j")
	w.refused(err, "XX000", "bad row")
	if out.Rows != 2 {
		t.Errorf("loaded %d", out.Rows)
	}
	w.want(states, "a I", "bad E", "c I")
}

func TestCreateRefuses(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "ON"))
	w.refused(w.create("j", "orders", "", "ON"), "42710", `COPY job "j" already exists`)
	w.refused(w.create("k", "nowhere", "", "ON"), "42P01", "nowhere")
	s, err := dialect.Parse("COPY orders FROM 's3://drop/x'" + auth + "JOB CREATE k")
	w.ok(err)
	w.within(func(c *warehouse.Client) {
		w.ok(c.Begin(w.ctx))
		w.refused(w.jobs.Create(w.ctx, c, s.(*dialect.Copy), w.owner), "25001", "COPY JOB CREATE cannot run inside a transaction block")
		_, err := w.jobs.RunNow(w.ctx, c, "j", w.owner, 1)
		w.refused(err, "25001", "COPY JOB RUN cannot run inside a transaction block")
	})
	for i := range 199 {
		w.ok(w.create("many"+strings.Repeat("x", i%100)+string(rune('a'+i/100)), "orders", "", "OFF"))
	}
	w.refused(w.create("last", "orders", "", "ON"), "54000", "200")
	if n := len(w.jobs.List()); n != 200 {
		t.Errorf("%d jobs", n)
	}
}

func TestStoredText(t *testing.T) {
	w := newWorld(t)
	s, err := dialect.Parse("copy public.orders from 's3://drop/in/x' iam_role 'arn:aws:iam::222222222222:role/é' csv\n quote '\"' job /* a job */ create \"J1\" auto off;")
	w.ok(err)
	w.within(func(c *warehouse.Client) { w.ok(w.jobs.Create(w.ctx, c, s.(*dialect.Copy), w.owner)) })
	j, err := w.jobs.Find("j1")
	w.ok(err)
	if j.Statement != "copy public.orders from 's3://drop/in/x' iam_role 'arn:aws:iam::222222222222:role/é' csv\n quote '\"'" ||
		j.Parameters != "csv\n quote '\"'" || j.Bucket != "drop" || j.Prefix != "in/x" || j.Auto || j.Database != "dev" {
		t.Errorf("stored %+v", j)
	}
}

func TestIntegrationStates(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "ON"))
	view := "SELECT channel_state || job_state FROM svv_copy_job_integrations"
	put := func(arn, state string) {
		w.within(func(c *warehouse.Client) {
			w.ok(ledger.PutIntegration(w.ctx, c, ledger.Integration{ARN: arn, Bucket: "drop", State: state, Created: time.Now(), Updated: time.Now()}))
		})
	}
	w.want(view, "Pending1")
	put("arn:1", "active")
	w.want(view, "Established0")
	put("arn:1", "deleting")
	w.want(view, "Inactive1")
	put("arn:2", "active")
	w.want(view, "Established0")
}
