package demo

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/node"
)

//go:embed *.yml bucket_policy.json data/*.csv
var files embed.FS

const (
	bucketName = node.Account1 + "-data-source"
	roleARN    = "arn:aws:iam::" + node.Account2 + ":role/RedshiftS3AccessRole"
	rows       = 10
)

const createTable = `CREATE TABLE IF NOT EXISTS public.data_import (
    id INTEGER,
    name VARCHAR(255),
    value DECIMAL(10,2),
    timestamp TIMESTAMP
)`

const copyStatement = `COPY public.data_import
FROM 's3://` + bucketName + `/'
IAM_ROLE '` + roleARN + `'
CSV
IGNOREHEADER 1`

// show is the demo on its way.
type show struct {
	node     *node.Node
	account1 *client
	sql      *pgx.Conn
	out      io.Writer
	json     bool
	last     time.Time
	uploaded time.Time
}

// step is one thing done, as it is printed.
type step struct {
	Step   string  `json:"step"`
	Millis float64 `json:"ms"`
	Output string  `json:"output,omitempty"`
}

// run does every step in order.
func (s *show) run(ctx context.Context, started time.Time) (err error) {
	if s.sql, err = s.node.Connect(ctx); err != nil {
		return fmt.Errorf("connect to the SQL port: %w", err)
	}
	defer s.sql.Close(context.WithoutCancel(ctx))
	steps := []struct {
		name string
		do   func(context.Context) (string, error)
	}{
		{"account 2 makes the role RedshiftS3AccessRole, which Redshift may take", s.apply("role.yml")},
		{"account 1 makes the bucket " + bucketName, s.call("PUT", "/"+bucketName, "")},
		{"account 1 lets Redshift manage events and the role read", s.call("PUT", "/"+bucketName+"?policy", "bucket_policy.json")},
		{"account 2 attaches the role and lets account 1 integrate", s.apply("warehouse.yml")},
		{"account 2 creates the table public.data_import", s.exec(createTable)},
		{"account 1 creates the S3 event integration", s.apply("integration.yml")},
		{"account 2 creates the COPY JOB data_import_job", s.exec(copyStatement + "\nJOB CREATE data_import_job\nAUTO ON")},
		{"account 1 uploads sample1.csv", s.call("PUT", "/"+bucketName+"/sample1.csv", "data/sample1.csv")},
		{"account 1 uploads sample2.csv", s.upload("/"+bucketName+"/sample2.csv", "data/sample2.csv")},
		{"all rows are visible", s.arrived},
		{"SELECT * FROM public.data_import ORDER BY id", s.query("SELECT * FROM public.data_import ORDER BY id")},
		{"sys_copy_job", s.query("SELECT job_id, job_name, data_source, is_auto FROM sys_copy_job WHERE job_name = 'data_import_job'")},
		{"sys_copy_job_detail", s.query("SELECT file_name, file_size, status FROM sys_copy_job_detail ORDER BY file_name")},
		{"sys_load_history", s.query("SELECT query_id, status, table_name, loaded_rows, source_file_count FROM sys_load_history ORDER BY start_time")},
		{"account 1 removes the bucket policy", s.call("DELETE", "/"+bucketName+"?policy", "")},
		{"COPY is refused now, and this is why", s.refused},
	}
	for _, one := range steps {
		output, err := one.do(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		if err := s.tell(one.name, output); err != nil {
			return err
		}
	}
	s.last = started
	return s.tell(fmt.Sprintf("done: %d rows, each exactly once", rows), "")
}

// tell prints a step with the time since the one before.
func (s *show) tell(name, output string) error {
	took := time.Since(s.last)
	s.last = time.Now()
	if s.json {
		return json.NewEncoder(s.out).Encode(step{name, float64(took.Microseconds()) / 1000, output})
	}
	text := fmt.Sprintf("%7.1f ms  %s\n", float64(took.Microseconds())/1000, name)
	for line := range strings.Lines(output) {
		text += "            " + strings.TrimRight(line, "\n") + "\n"
	}
	_, err := io.WriteString(s.out, text)
	return err
}

// apply does what one of the pipeline files says.
func (s *show) apply(file string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		text, err := files.ReadFile(file)
		if err != nil {
			return "", err
		}
		f, err := config.Parse(text)
		if err != nil {
			return "", err
		}
		return "", s.node.Apply(ctx, f)
	}
}

// call sends a file, or nothing, to the S3 endpoint as account 1.
func (s *show) call(method, target, file string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		var body []byte
		if file != "" {
			var err error
			if body, err = files.ReadFile(file); err != nil {
				return "", err
			}
		}
		return "", s.account1.do(ctx, method, target, body)
	}
}

// upload is the last call before the rows are awaited.
func (s *show) upload(target, file string) func(context.Context) (string, error) {
	put := s.call("PUT", target, file)
	return func(ctx context.Context) (string, error) {
		output, err := put(ctx)
		s.uploaded = time.Now()
		return output, err
	}
}

func (s *show) exec(sql string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		tag, err := s.sql.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol)
		return tag.String(), err
	}
}

// glance is how long to wait between two looks at the table.
const glance = 2 * time.Millisecond

// arrived waits until the table has every row, and fails when it has more.
func (s *show) arrived(ctx context.Context) (string, error) {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for {
		var n int
		if err := s.sql.QueryRow(ctx, "SELECT count(*) FROM public.data_import").Scan(&n); err != nil {
			return "", err
		}
		switch {
		case n == rows:
			return fmt.Sprintf("%d rows, %.1f ms after the last upload", n, float64(time.Since(s.uploaded).Microseconds())/1000), s.once(ctx)
		case n > rows:
			return "", fmt.Errorf("%d rows arrived, %d were sent", n, rows)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return "", fmt.Errorf("%d of %d rows arrived: %w", n, rows, ctx.Err())
		}
	}
}

// once waits until no file is left, and checks that each row came once.
func (s *show) once(ctx context.Context) error {
	if err := s.node.Settled(ctx, "data_import_job"); err != nil {
		return err
	}
	var all, different int
	if err := s.sql.QueryRow(ctx, "SELECT count(*), count(DISTINCT id) FROM public.data_import").Scan(&all, &different); err != nil {
		return err
	}
	if all != rows || different != rows {
		return fmt.Errorf("%d rows with %d different ids arrived, %d were sent", all, different, rows)
	}
	return nil
}

// query prints a result as a table.
func (s *show) query(sql string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		results, err := s.sql.PgConn().Exec(ctx, sql).ReadAll()
		if err != nil {
			return "", err
		}
		var b strings.Builder
		for _, r := range results {
			writeTable(&b, r)
		}
		return b.String(), nil
	}
}

// refused runs a COPY that must be denied, and explains the denial.
func (s *show) refused(ctx context.Context) (string, error) {
	_, err := s.sql.Exec(ctx, copyStatement, pgx.QueryExecModeSimpleProtocol)
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return "", fmt.Errorf("COPY was not refused: %w", errors.Join(errors.New("the role can still read the bucket"), err))
	}
	why := s.node.LastDenied()
	if !strings.Contains(why, "bucket policy") {
		return "", fmt.Errorf("COPY failed for another reason: %w", err)
	}
	return "ERROR: " + e.Message + "\n" + why, nil
}
