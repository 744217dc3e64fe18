package copyjob_test

import (
	"testing"

	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

func (f *files) again(key string) (load.Outcome, error) {
	ref := f.ref(key)
	ref.Again = true
	return f.jobs.ReplayFile(f.ctx, ref)
}

// Rows that were removed by hand come back. From then on the file's rows are those of its last load, also after a restart.
func TestReplayAgain(t *testing.T) {
	f := newFiles(t, t.TempDir())
	f.table("t", number, words)
	f.job("j", "t", "CSV", "OFF")
	f.put("in/a", "1,x\n2,y\n")
	f.rerun()
	f.within(func(c *warehouse.Client) {
		_, err := c.Conn().Exec(f.ctx, "DELETE FROM public.t WHERE a = 2")
		f.ok(err)
	})
	_, err := f.unload("in/a")
	f.refused(err, "55000", "1 of the 2 rows that s3://drop/in/a brought are missing")
	_, err = f.replay("in/a")
	f.refused(err, "55000", "s3://drop/in/a is loaded")
	out, err := f.again("in/a")
	f.ok(err)
	if out.Rows != 2 {
		t.Errorf("loaded %d rows, want 2", out.Rows)
	}
	f.want(both, "1x", "1x", "2y")
	f.want(stood, "a loaded 2")
	f.want("SELECT count(*)::VARCHAR FROM stl_load_commits", "1")
	f.restart()
	f.reopen()
	f.rerun()
	f.want(both, "1x", "1x", "2y")
	f.unloaded("in/a", 2)
	f.want(both, "1x")
	f.want(stood, "a unloaded 0")
}

// A corrected file that took the key of a loaded one is loaded; one that is gone changes nothing.
func TestReplayAgainOfAnotherVersion(t *testing.T) {
	f := newFiles(t, t.TempDir())
	f.table("t", number, words)
	f.job("j", "t", "CSV", "OFF")
	f.put("in/a", "1,x\n")
	f.rerun()
	f.folder["in/a"] = "2,y\n"
	_, err := f.again("in/a")
	f.ok(err)
	f.want(both, "1x", "2y")
	f.want("SELECT state || ' ' || rows || ' ' || coalesce(message, '-') FROM inlet_files ORDER BY 1", "loaded 1 -", "unloaded 0 No rows were removed, and the file was to be loaded again")
	delete(f.folder, "in/a")
	if _, err := f.again("in/a"); err == nil {
		t.Error("a file that is gone was loaded")
	}
	f.want("SELECT state FROM inlet_files ORDER BY 1", "loaded", "unloaded")
	f.want(both, "1x", "2y")
}

// A file that fails when it is loaded again is a failed one, which stays so after a restart.
func TestReplayAgainFails(t *testing.T) {
	f := newFiles(t, t.TempDir())
	f.table("t", number, words)
	f.job("j", "t", "CSV", "OFF")
	f.put("in/a", "1,x\n")
	f.rerun()
	f.folder["in/a"] = "one,x\n"
	_, err := f.again("in/a")
	f.refused(err, "XX000", "Load into table 't' failed.")
	f.restart()
	f.reopen()
	f.folder["in/a"] = "3,z\n"
	f.replayed("in/a", 1)
	f.want(both, "1x", "3z")
}

// A file that fails before its COPY begins, or is given up, has a COPY that says why.
func TestFailedFilesSayWhy(t *testing.T) {
	f := newFiles(t, t.TempDir())
	f.table("t", number, words)
	f.job("j", "t", "CSV", "ON")
	f.run()
	f.within(func(c *warehouse.Client) {
		table, err := c.Table(f.ctx, "public", "t")
		f.ok(err)
		f.ok(c.DropTable(f.ctx, table))
	})
	f.put("in/a", "1,x\n")
	f.settled("j")
	f.want("SELECT state || ' ' || (copy_id > 0) || ' ' || message FROM inlet_files", "failed true Cannot COPY into nonexistent table t")
	f.want("SELECT status FROM sys_load_history", "aborted")
}
