// Package files is the command that says what happened to each file, and lets
// one be loaded again, skipped or unloaded.
package files

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/cli/ask"
)

// Options are the command's flags.
type Options struct {
	ask.Warehouse
	Job, Table, State string
	URL               string // of a file, or with * or / at its end the beginning of the URLs of many
	JSON              bool
	Out               io.Writer
}

// states are those of inlet_files.
var states = []string{"pending", "loaded", "failed", "skipped", "unloaded"}

// New makes the command.
func New() *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use:   "files [s3://BUCKET/KEY|s3://BUCKET/PREFIX*]",
		Short: "Say what happened to each file, or load one again, skip or unload it",
		Long: "Say for each file version where it stands (pending, loaded, failed, skipped or unloaded),\n" +
			"which job and COPY loaded it, how many rows it brought, how long each step took, and why\n" +
			"it failed. It is the view inlet_files; docs/ledger.md explains it.",
		Example: "  inlet files\n  inlet files s3://my-bucket/in/orders.csv\n  inlet files 's3://my-bucket/in/2026-*'\n" +
			"  inlet files --job data_import_job --state failed\n  inlet files replay --job data_import_job s3://my-bucket/in/orders.csv",
		Args: one,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Out = cmd.OutOrStdout()
			if len(args) > 0 {
				o.URL = args[0]
			}
			if o.State != "" && !slices.Contains(states, o.State) {
				return fmt.Errorf("--state is one of %s, not %s", strings.Join(states, ", "), o.State)
			}
			return list(cmd.Context(), o)
		},
	}
	o.Flags(cmd)
	cmd.Flags().StringVar(&o.Job, "job", "", "only files of this `job`")
	cmd.Flags().StringVar(&o.Table, "table", "", "only files of this `table`: table or schema.table")
	cmd.Flags().StringVar(&o.State, "state", "", "only files in this `state`: "+strings.Join(states, ", "))
	cmd.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	for _, v := range verbs {
		cmd.AddCommand(newVerb(&o.Warehouse, v))
	}
	return cmd
}

// one takes a file; a word that is none was meant as a verb.
func one(cmd *cobra.Command, args []string) error {
	if len(args) > 0 && !strings.HasPrefix(args[0], "s3://") {
		return fmt.Errorf("unknown command %q for %q", args[0], cmd.CommandPath())
	}
	return cobra.MaximumNArgs(1)(cmd, args)
}

// file is a row of inlet_files.
type file struct {
	State    string     `json:"state" db:"state"`
	JobID    *int64     `json:"job_id" db:"job_id"`
	Job      *string    `json:"job" db:"job_name"`
	Schema   *string    `json:"schema" db:"schema_name"`
	Table    string     `json:"table" db:"table_name"`
	TableID  *int64     `json:"table_id" db:"table_id"`
	URL      string     `json:"url" db:"url"`
	ETag     string     `json:"etag" db:"etag"`
	Version  string     `json:"version" db:"version"`
	Bytes    int64      `json:"bytes" db:"bytes"`
	Rows     int64      `json:"rows" db:"rows"`
	Rejected int64      `json:"rejected_rows" db:"rejected_rows"`
	CopyID   *int64     `json:"copy_id" db:"copy_id"`
	Put      *time.Time `json:"put" db:"put"`
	Seen     *time.Time `json:"seen" db:"seen"`
	Started  *time.Time `json:"started" db:"started"`
	Visible  *time.Time `json:"visible" db:"visible"`
	Message  *string    `json:"message" db:"message"`
}

const query = `SELECT state, job_id, job_name, schema_name, table_name, table_id, url, etag, version, bytes, rows, rejected_rows, copy_id,
	put, seen, started, visible, message
	FROM inlet_files WHERE ($1 = '' OR job_name = $1) AND ($2 = '' OR state = $2) AND ($3 = '' OR table_name = $3 OR schema_name || '.' || table_name = $3)
	AND ($4 = '' OR url = $4) AND left(url, len($5::VARCHAR)) = $5::VARCHAR ORDER BY put, url`

func list(ctx context.Context, o *Options) error {
	o.Job = strings.ToLower(o.Job) // As the warehouse keeps names of jobs.
	url, prefix := o.URL, ""
	if p, many := strings.CutSuffix(url, "*"); many || strings.HasSuffix(url, "/") {
		url, prefix = "", p
	}
	all, err := ask.Collect[file](ctx, &o.Warehouse, query, o.Job, o.State, o.Table, url, prefix)
	if err == nil && len(all) == 0 {
		err = o.nothing(ctx, url)
	}
	if err != nil {
		return err
	}
	if o.JSON {
		if all == nil {
			all = []file{}
		}
		return ask.PrintJSON(o.Out, all)
	}
	out := bufio.NewWriter(o.Out) // tabwriter writes cell by cell.
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "STATE\tJOB\tTABLE\tROWS\tREJECTED\tBYTES\tCOPY\tPUT\tSEEN\tSTARTED\tVISIBLE\tFILE\t"+fmt.Sprintf("%-32s", "ETAG")+"\tMESSAGE")
	for i := range all {
		all[i].print(w)
	}
	if err := w.Flush(); err != nil { // It tells the errors of the writes before, too.
		return err
	}
	return out.Flush()
}

// nothing says why there is nothing to list, if what was named is not known at all.
func (o *Options) nothing(ctx context.Context, url string) error {
	if o.Job != "" {
		jobs, err := ask.Collect[struct{ N int64 }](ctx, &o.Warehouse, "SELECT count(*) AS n FROM sys_copy_job WHERE job_name = $1", o.Job)
		if err == nil && jobs[0].N == 0 {
			err = fmt.Errorf("there is no COPY job %q", o.Job)
		}
		if err != nil {
			return err
		}
	}
	if url != "" {
		return fmt.Errorf("no such file is known: %s did not come to a COPY JOB, and no COPY read it\n"+
			"Hint: svv_copy_job_integrations tells whether events come. COPY JOB ALTER … SET (relist = '1 minute') finds files whose events were lost.", url)
	}
	return nil
}

// print writes one line; the times after the PUT are spans since it.
func (f *file) print(w io.Writer) {
	copied := "-"
	if f.CopyID != nil {
		copied = fmt.Sprint(*f.CopyID)
	}
	put := "-"
	if f.Put != nil {
		put = f.Put.UTC().Format(time.RFC3339)
	}
	message := "" // Without it there is no cell: no blanks behind the line.
	if f.Message != nil {
		message = "\t" + strings.Join(strings.Fields(*f.Message), " ")
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s%s\n", f.State, ask.Or(f.Job), f.Table, f.Rows, f.Rejected, f.Bytes, copied,
		put, f.since(f.Seen), f.since(f.Started), f.since(f.Visible), f.URL, f.ETag, message)
}

// since is how long after the PUT something was.
func (f *file) since(t *time.Time) string {
	if t == nil || f.Put == nil {
		return "-"
	}
	s := t.Sub(*f.Put).Seconds()
	if s < 0 { // The bucket's clock is ahead.
		return ask.Seconds(&s)
	}
	return "+" + ask.Seconds(&s)
}
