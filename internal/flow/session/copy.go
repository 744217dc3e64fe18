package session

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// copyTag is the command tag of COPY and of COPY JOB: libpq takes what follows
// "COPY " for a number of rows, and psql complains when it is none.
const copyTag = "COPY"

// copy runs COPY, and COPY … JOB CREATE. Alone and outside a block the loader commits on its own; it also locks the table.
func (s *Session) copy(ctx context.Context, x *dialect.Copy, alone bool) (*Result, error) {
	x, err := s.templated(ctx, x)
	if err != nil {
		return nil, err
	}
	if x.Job != nil {
		if err := s.outside("COPY JOB CREATE"); err != nil {
			return nil, err
		}
		if err := s.mayJob(ctx, warehouse.Create); err != nil {
			return nil, err
		}
	}
	t, err := s.copyTarget(ctx, x.Table)
	if err != nil {
		return nil, err
	}
	if err := s.mayAssume(ctx, x.Auth.Roles, x.Auth.DefaultRole, warehouse.CopyRole); err != nil {
		return nil, err
	}
	cp := *x
	cp.Table.Database, cp.Table.Schema = "", t.Schema
	if cp.Job != nil {
		return &Result{Tag: copyTag}, s.manager.cfg.Jobs.Create(ctx, s.client, &cp, s.user)
	}
	if s.tx.block || !alone {
		if err := s.begun(ctx); err != nil {
			return nil, err
		}
	}
	out, err := s.manager.cfg.Loader.Copy(ctx, s.client, load.Request{Copy: &cp, User: s.user, PID: s.opt.PID})
	s.loaded(out, err)
	if err != nil {
		return nil, err
	}
	s.tellLoaded(out)
	return &Result{Tag: copyTag}, nil
}

// copyTarget finds the table COPY loads into.
func (s *Session) copyTarget(ctx context.Context, n dialect.Name) (*warehouse.Table, error) {
	t, err := s.target(ctx, n, "", warehouse.Insert)
	switch {
	case fault.CodeOf(err) == "42P01":
		return nil, &fault.Error{Kind: fault.NotFound, Code: "XX000", On: n.Name, Message: "Cannot COPY into nonexistent table " + n.Name}
	case err != nil:
		return nil, err
	case t.Kind == "v":
		return nil, &fault.Error{Kind: fault.Invalid, Code: "42809", On: n.Name, Message: fmt.Sprintf("cannot copy to view %q", n.Name)}
	}
	return t, nil
}

// loaded keeps what pg_last_copy_id and its like answer.
func (s *Session) loaded(out load.Outcome, err error) {
	if out.Query == 0 {
		return
	}
	s.lastCopy, s.lastQuery, s.copied = out.Query, out.Query, out.Rows
	if err != nil {
		s.copied = 0
	}
}

func (s *Session) tellLoaded(out load.Outcome) {
	s.info(fmt.Sprintf("Load into table '%s' completed, %d record(s) loaded successfully.", out.Table, out.Rows))
	if out.Errors > 0 {
		view := "stl_load_errors"
		if s.manager.cfg.Database.Namespace().Kind == warehouse.Serverless {
			view = "sys_load_error_detail" // The other is empty there.
		}
		s.info(fmt.Sprintf("Load into table '%s' completed, %d record(s) could not be loaded.  Check '%s' system table for details.", out.Table, out.Errors, view))
	}
}

// jobsQuery answers COPY JOB LIST and SHOW.
const jobsQuery = "SELECT job_id, trim(job_name) AS job_name, is_auto, data_source, copy_query, job_owner, job_create_time, database_name FROM sys_copy_job"

// jobQuerySQL answers COPY JOB SHOW: what LIST says of one job, and its settings.
const jobQuerySQL = `SELECT j.job_id, trim(j.job_name) AS job_name, j.is_auto, j.data_source, j.copy_query, j.job_owner, j.job_create_time, j.database_name, s.settings
FROM sys_copy_job j LEFT JOIN (SELECT job_id, listagg(setting || ' = ' || quote_literal(value), ', ') WITHIN GROUP (ORDER BY setting) AS settings
FROM inlet_job_settings GROUP BY job_id) s ON s.job_id = j.job_id WHERE trim(j.job_name) = %s`

// jobQuery is the query behind COPY JOB LIST and SHOW; ok is false for the other verbs.
func jobQuery(x *dialect.CopyJob) (sql string, ok bool) {
	switch x.Verb {
	case "list":
		return jobsQuery + " ORDER BY job_id", true
	case "show":
		return fmt.Sprintf(jobQuerySQL, warehouse.Literal(x.Name)), true
	}
	return "", false
}

// copyJob runs COPY JOB RUN, ALTER and DROP.
func (s *Session) copyJob(ctx context.Context, x *dialect.CopyJob) (*Result, error) {
	if x.Verb == "drop" {
		if err := s.outside("COPY JOB DROP"); err != nil {
			return nil, err
		}
	}
	if err := s.mayUseJob(ctx, x); err != nil {
		return nil, err
	}
	jobs := s.manager.cfg.Jobs
	switch x.Verb {
	case "run":
		if err := s.outside("COPY JOB RUN"); err != nil {
			return nil, err
		}
		out, err := jobs.RunNow(ctx, s.client, x.Name, s.user, s.opt.PID)
		s.loaded(out, err)
		if err != nil {
			return nil, err
		}
		if out.Query != 0 {
			s.tellLoaded(out)
		}
		return &Result{Tag: copyTag}, nil
	case "alter":
		if x.Settings != nil {
			return &Result{Tag: copyTag}, s.setJob(ctx, x)
		}
		return &Result{Tag: copyTag}, jobs.Alter(ctx, x.Name, x.Auto)
	case "drop":
		if x.Alias {
			s.notice("NOTICE", "00000", "DROP JOB is not documented for Amazon Redshift; write COPY JOB DROP "+x.Name)
		}
		return &Result{Tag: copyTag}, jobs.Drop(ctx, x.Name)
	}
	return nil, unsupported(x)
}

// mayUseJob refuses the jobs of others, but to whom ALTER or DROP of copy jobs is granted.
func (s *Session) mayUseJob(ctx context.Context, x *dialect.CopyJob) error {
	err := s.ownsJob(ctx, x.Name)
	p := warehouse.Privilege(0)
	switch {
	case err == nil || fault.KindOf(err) != fault.Denied:
		return err
	case x.Verb == "alter" && x.Settings == nil:
		p = warehouse.Alter
	case x.Verb == "drop":
		p = warehouse.Drop
	default:
		return err
	}
	return s.mayJob(ctx, p)
}

// ownsJob refuses jobs that do not exist or belong to others.
func (s *Session) ownsJob(ctx context.Context, name string) error {
	found, owned := false, false
	err := warehouse.EachRow(ctx, s.client.Conn(), func(c *warehouse.Chunk, row int) error {
		found = true
		owned = s.user.Superuser || warehouse.Values[int32](&c.Vectors[0])[row] == s.user.ID
		return nil
	}, "SELECT owner::INTEGER FROM inlet.copy_job WHERE name = ?", name)
	switch {
	case err != nil:
		return err
	case !found:
		return &fault.Error{Kind: fault.NotFound, Code: "42704", On: name, Message: fmt.Sprintf("copy job %q does not exist", name)}
	case !owned:
		return denied("copy job", name)
	}
	return nil
}
