package session

import (
	"context"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Files changes where single files of COPY JOBs stand; *copyjob.Jobs does.
type Files interface {
	ReplayFile(ctx context.Context, f copyjob.FileRef) (load.Outcome, error)
	SkipFile(ctx context.Context, f copyjob.FileRef) (changed bool, err error)
	UnloadFile(ctx context.Context, f copyjob.FileRef) (load.Outcome, error)
}

// inletFiles runs INLET FILES REPLAY, SKIP and UNLOAD.
func (s *Session) inletFiles(ctx context.Context, x *dialect.InletFiles) (*Result, error) {
	if err := s.outside("INLET FILES " + strings.ToUpper(x.Verb)); err != nil {
		return nil, err
	}
	if err := s.ownsTableOf(ctx, x.Job); err != nil {
		return nil, err
	}
	files := s.manager.cfg.Files
	if files == nil {
		return nil, unsupported(x)
	}
	ref := copyjob.FileRef{Job: x.Job, URL: x.URL, Again: x.Again, User: s.user, PID: s.opt.PID}
	done := &Result{Tag: "INLET FILES"}
	switch x.Verb {
	case "replay":
		out, err := files.ReplayFile(ctx, ref)
		s.loaded(out, err)
		if err != nil {
			return nil, err
		}
		s.tellLoaded(out)
		return done, nil
	case "skip":
		changed, err := files.SkipFile(ctx, ref)
		if err == nil && !changed {
			s.info(x.URL + " was not to be loaded already")
		}
		return done, err
	}
	return done, s.unloadFile(ctx, ref)
}

func (s *Session) unloadFile(ctx context.Context, ref copyjob.FileRef) error {
	out, err := s.manager.cfg.Files.UnloadFile(ctx, ref)
	switch {
	case err != nil:
		return err
	case out.Query == 0:
		s.info(ref.URL + " was unloaded already")
	default:
		s.info(fmt.Sprintf("Unload from table '%s' completed, %d record(s) of %s removed.", out.Table, out.Rows, ref.URL))
	}
	return nil
}

// ownsTableOf refuses a job that does not exist, or that loads into the table of
// another. Once that table is gone, as when it was made anew, the job's owner may.
func (s *Session) ownsTableOf(ctx context.Context, job string) error {
	found, owned, table := false, s.user.Superuser, ""
	err := warehouse.EachRow(ctx, s.client.Conn(), func(c *warehouse.Chunk, row int) error {
		found = true
		owned = owned || warehouse.Values[int32](&c.Vectors[0])[row] == s.user.ID
		table = string(c.Vectors[1].Bytes(row))
		return nil
	}, `SELECT coalesce(r.owner, j.owner)::INTEGER, j.table_name FROM inlet.copy_job j LEFT JOIN inlet.catalog_relation r ON r.oid = j.table_id WHERE j.name = ?`, job)
	switch {
	case err != nil:
		return err
	case !found:
		return &fault.Error{Kind: fault.NotFound, Code: "42704", On: job, Message: fmt.Sprintf("copy job %q does not exist", job)}
	case !owned:
		return denied("relation", table)
	}
	return nil
}
