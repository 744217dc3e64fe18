package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// job wants each file below a prefix in a job's table once, or reported, and the views to say so.
func (c *check) job(ctx context.Context, table, prefix string) error {
	var want []*file
	for key, f := range c.world.files {
		if strings.HasPrefix(key, prefix) {
			want = append(want, f)
		}
	}
	id, err := c.settled(ctx, table+"_job", want)
	if err != nil {
		return err
	}
	rows, err := c.tableRows(ctx, table, "file")
	if err != nil {
		return err
	}
	c.rows(table, whole(want), rows)
	if err := c.detail(ctx, id, want); err != nil {
		return err
	}
	if err := c.views(ctx, id, want); err != nil {
		return err
	}
	return c.reported(ctx, id, want)
}

func (c *check) jobID(ctx context.Context, job string) (id int64, err error) {
	err = c.conn.QueryRow(ctx, "SELECT job_id FROM sys_copy_job WHERE job_name = '"+job+"'", pgx.QueryExecModeSimpleProtocol).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("look for %s: %w", job, err)
	}
	return id, nil
}

// settled waits until the job is done with as many files as there are, and returns its id.
func (c *check) settled(ctx context.Context, job string, want []*file) (int64, error) {
	id, err := c.jobID(ctx, job)
	if err != nil {
		return 0, err
	}
	sql := fmt.Sprintf("SELECT count(*), sum(CASE status WHEN 'P' THEN 1 ELSE 0 END) FROM sys_copy_job_detail WHERE job_id = %d", id)
	var known, pending int
	err = until(ctx, func() (bool, error) {
		err := c.conn.QueryRow(ctx, "SELECT coalesce(n, 0), coalesce(p, 0) FROM ("+sql+") AS s (n, p)", pgx.QueryExecModeSimpleProtocol).Scan(&known, &pending)
		return err != nil || known >= len(want) && pending == 0, err
	})
	if err != nil {
		return id, fmt.Errorf("%s knows %d files, %d of them pending, and there are %d: %w", job, known, pending, len(want), err)
	}
	return id, nil
}

// group is what a table has of one file.
type group struct{ n, distinct, first, last, shortest, longest int }

// whole is what it must have of files that each bring all their rows, by their names.
func whole(all []*file) map[string]group {
	must := map[string]group{}
	for _, f := range all {
		if !f.bad && f.rows > 0 {
			must[f.name()] = f.from(1)
		}
	}
	return must
}

// from is the file's lines from one on.
func (f *file) from(line int) group {
	return group{f.rows - line + 1, f.rows - line + 1, line, f.rows, f.pad, f.pad}
}

// tableRows is what a table has of each file, which name tells apart.
func (c *check) tableRows(ctx context.Context, table, name string) (map[string]group, error) {
	all := map[string]group{}
	var key string
	var g group
	sql := "SELECT " + name + ", count(*), count(DISTINCT line), min(line), max(line), min(coalesce(len(pad), 0)), max(coalesce(len(pad), 0)) FROM " + table + " GROUP BY 1"
	rows, err := c.conn.Query(ctx, sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return nil, err
	}
	_, err = pgx.ForEachRow(rows, []any{&key, &g.n, &g.distinct, &g.first, &g.last, &g.shortest, &g.longest}, func() error {
		all[key] = g
		return nil
	})
	return all, err
}

// rows compares a table with what it must hold of each file.
func (c *check) rows(table string, must, found map[string]group) {
	for name, want := range must {
		c.expected.rows += want.n
		if got := found[name]; got != want {
			c.fail("table %s has %+v of %s, want %+v", table, got, name, want)
		}
	}
	for name, g := range found {
		c.found.rows += g.n
		if _, ok := must[name]; !ok {
			c.fail("table %s has %d rows of %s, and should have none", table, g.n, name)
		}
	}
}

// detail compares SYS_COPY_JOB_DETAIL with the files.
func (c *check) detail(ctx context.Context, id int64, want []*file) error {
	type line struct {
		status, etag string
		size         int
	}
	found, twice := map[string]line{}, 0
	var key string
	var l line
	rows, err := c.conn.Query(ctx, fmt.Sprintf("SELECT file_name, status, file_etag, file_size FROM sys_copy_job_detail WHERE job_id = %d", id), pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, []any{&key, &l.status, &l.etag, &l.size}, func() error {
		if _, ok := found[key]; ok {
			twice++
		}
		found[key] = l
		return nil
	})
	if err != nil {
		return err
	}
	if twice > 0 || len(found) != len(want) {
		c.fail("sys_copy_job_detail of job %d has %d files, %d twice; there are %d", id, len(found), twice, len(want))
	}
	for _, f := range want {
		status := "I"
		if f.bad {
			status = "E"
			c.expected.refused++
		} else {
			c.expected.files++
		}
		got := found[f.key]
		if must := (line{status, f.etag, f.size}); got != must {
			c.fail("sys_copy_job_detail of job %d says %+v of %s, want %+v", id, got, f.key, must)
		}
		if got.status == "I" {
			c.found.files++
		}
	}
	return nil
}

// views compares STL_LOAD_COMMITS with the files, and SYS_LOAD_HISTORY with what was committed.
func (c *check) views(ctx context.Context, id int64, want []*file) error {
	must, times := map[string][]int{}, map[string][]int{} // the lines of each load of a file, by its URL
	for _, f := range want {
		if !f.bad {
			must[f.url()] = append(must[f.url()], f.rows)
		}
	}
	committed, files := map[int64]int{}, map[int64]int{}
	var query int64
	var url string
	var lines, n int
	rows, err := c.conn.Query(ctx, fmt.Sprintf("SELECT query, trim(filename), lines_scanned, errors FROM stl_load_commits WHERE copy_job_id = %d", id), pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, []any{&query, &url, &lines, &n}, func() error {
		if n != 0 || must[url] == nil {
			c.fail("stl_load_commits of job %d has %s with %d lines and %d errors, loads are to be of %d", id, url, lines, n, must[url])
		}
		committed[query] += lines
		files[query]++
		times[url] = append(times[url], lines)
		return nil
	})
	if err != nil {
		return err
	}
	for url := range must {
		if slices.Sort(must[url]); !slices.Equal(slices.Sorted(slices.Values(times[url])), must[url]) {
			c.fail("stl_load_commits of job %d has %s with %d lines, loads are to be of %d", id, url, times[url], must[url])
		}
	}
	return c.history(ctx, id, committed, files)
}

// history wants of each load in SYS_LOAD_HISTORY the rows and files that STL_LOAD_COMMITS has.
func (c *check) history(ctx context.Context, id int64, committed map[int64]int, files map[int64]int) error {
	var query int64
	var loaded, read int
	rows, err := c.conn.Query(ctx, fmt.Sprintf("SELECT query_id, loaded_rows, source_file_count FROM sys_load_history WHERE copy_job_id = %d AND status = 'completed'", id),
		pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, []any{&query, &loaded, &read}, func() error {
		if must, ok := committed[query]; !ok || must != loaded || files[query] != read {
			c.fail("sys_load_history of job %d says that load %d brought %d rows from %d files, stl_load_commits %d from %d", id, query, loaded, read, must, files[query])
		}
		delete(committed, query)
		return nil
	})
	for query := range committed {
		c.fail("sys_load_history of job %d has no load %d", id, query)
	}
	return err
}

// reported wants the rejected row of each bad file in SYS_LOAD_ERROR_DETAIL.
func (c *check) reported(ctx context.Context, id int64, want []*file) error {
	found := map[string]bool{}
	var url string
	rows, err := c.conn.Query(ctx, "SELECT DISTINCT trim(file_name) FROM sys_load_error_detail", pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, []any{&url}, func() error {
		found[url] = true
		return nil
	})
	for _, f := range want {
		reported := found[f.url()]
		if f.bad && !reported {
			c.fail("sys_load_error_detail has nothing of %s, which job %d refused", f.key, id)
		} else if f.bad {
			c.found.refused++
		}
	}
	return err
}
