package copyjob

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Limits. Source: Redshift Management Guide, "Quotas", and SYS_COPY_JOB's widths.
const (
	maxJobs = 200
	maxName = 128
)

// Create stores cp, which has a JOB clause, as a job. Role and files are looked
// at only when it runs.
func (j *Jobs) Create(ctx context.Context, c *warehouse.Client, cp *dialect.Copy, owner warehouse.User) error {
	if c.InTransaction() {
		return inTransaction("COPY JOB CREATE")
	}
	if cp.Job == nil || cp.Job.Name == "" || len(cp.Job.Name) > maxName || strings.Contains(cp.Job.Name, "-") {
		return &fault.Error{Kind: fault.Invalid, Code: "42602", Message: "invalid COPY JOB name",
			Detail: fmt.Sprintf("A name has 1 to %d bytes and no hyphen.", maxName)}
	}
	t, err := c.Table(ctx, cp.Table.Schema, cp.Table.Name)
	if err != nil {
		return err
	}
	if t.Temporary {
		return &fault.Error{Kind: fault.Unsupported, Code: "0A000", On: t.Name, Message: "COPY JOB cannot load into a temporary table"}
	}
	text, plain, err := withoutJob(cp)
	if err != nil {
		return err
	}
	bucket, prefix := place(cp.Source)
	row := ledger.Job{Name: cp.Job.Name, Owner: owner.ID, Database: j.db.Name, Auto: cp.Job.Auto, Statement: text,
		Parameters: parameters(text, cp), DataSource: cp.Source, Bucket: bucket, Prefix: prefix, Role: strings.Join(cp.Auth.Roles, ","),
		TableID: t.OID, TableName: t.Name}
	return j.add(ctx, c, row, plain)
}

// add stores a job that has not got its id and its time.
func (j *Jobs) add(ctx context.Context, c *warehouse.Client, row ledger.Job, cp *dialect.Copy) error {
	j.enqueueing.Lock()
	defer j.enqueueing.Unlock()
	if err := j.room(row.Name); err != nil {
		return err
	}
	// No file that arrives from now on is handled before the job is there.
	row.Created = time.Now().UTC().Truncate(time.Microsecond)
	err := c.Atomically(ctx, func() (err error) {
		if err := alone(ctx, c, row.Name); err != nil {
			return err
		}
		if row.ID, err = ledger.NextJob(ctx, c.Conn()); err != nil {
			return err
		}
		return ledger.CreateJob(ctx, c, row)
	})
	if err != nil && !j.stored(ctx, row) {
		return fmt.Errorf("store COPY job %s: %w", row.Name, err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.jobs[row.ID] = newJob(row, cp)
	return nil
}

// alone removes what a job of the name left that was stored though its statement
// failed. Nobody runs it now, but after a restart two jobs would load each file.
func alone(ctx context.Context, c *warehouse.Client, name string) error {
	left, err := ledger.JobsNamed(ctx, c.Conn(), name)
	if err != nil {
		return err
	}
	for _, id := range left {
		if err := ledger.DropJob(ctx, c, id); err != nil {
			return err
		}
	}
	return nil
}

// stored asks the ledger for a job whose commit was reported as failed.
func (j *Jobs) stored(ctx context.Context, row ledger.Job) (found bool) {
	ctx = context.WithoutCancel(ctx)
	err := j.client(ctx, func(c *warehouse.Client) error {
		ids, err := ledger.JobsNamed(ctx, c.Conn(), row.Name)
		found = slices.Contains(ids, row.ID)
		return err
	})
	return err == nil && found
}

func (j *Jobs) room(name string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.find(name); err == nil {
		return &fault.Error{Kind: fault.Exists, Code: "42710", On: name, Message: fmt.Sprintf("COPY job %q already exists", name)}
	}
	if len(j.jobs) >= maxJobs {
		return &fault.Error{Kind: fault.TooLarge, Code: "54000", Message: fmt.Sprintf("The number of COPY jobs exceeds the limit of %d.", maxJobs)}
	}
	return nil
}

func inTransaction(verb string) error {
	return &fault.Error{Kind: fault.Conflict, Code: "25001", Message: verb + " cannot run inside a transaction block"}
}

// withoutJob is the statement without its JOB clause, as text and parsed.
func withoutJob(cp *dialect.Copy) (string, *dialect.Copy, error) {
	runes := []rune(cp.Text())
	if cp.Job.Pos < 1 || cp.Job.Pos > len(runes) {
		return "", nil, &fault.Error{Code: "XX000", Message: "the JOB clause was not found in the statement"}
	}
	text := string(runes[:cp.Job.Pos-1])
	// A comment between JOB and CREATE may hold the word too: the cut must leave a statement.
	for at := len(text) - len("job"); at >= 0; at-- {
		if !strings.EqualFold(text[at:at+len("job")], "job") {
			continue
		}
		plain := strings.TrimSpace(text[:at])
		if parsed, err := parse(plain); err == nil && parsed.Source == cp.Source {
			return plain, parsed, nil
		}
	}
	return "", nil, &fault.Error{Code: "XX000", Message: "the JOB clause was not found in the statement"}
}

// parameters is what follows the authorization in the text of a COPY.
func parameters(text string, cp *dialect.Copy) string {
	for _, literal := range []string{warehouse.Literal(strings.Join(cp.Auth.Roles, ",")), warehouse.Literal(cp.Source)} {
		if _, after, ok := strings.Cut(text, literal); ok {
			return strings.TrimSpace(after)
		}
	}
	return ""
}
