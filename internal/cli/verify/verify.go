// Package verify is the command that compares the tables of a task with their source.
package verify

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/cli/ask"
	"github.com/inlet-data/inlet/internal/cli/replicate"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/flow/verify"
)

// Options are the command's flags.
type Options struct {
	Task string
	From string
	Data string
	JSON bool
	Most int
	Out  io.Writer
	Env  func(string) string // Nil is os.Getenv.
}

// New makes the command.
func New() *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use:   "verify [TASK]",
		Short: "Compare the tables of a task with their source, row by row",
		Long: "Compare each table of a task of inlet replicate with its source: counts and checksums by key\n" +
			"range, then the rows that differ. A task that runs may go on: what differs is read again once\n" +
			"the task has applied the changes up to then. The exit code is 1 when rows differ.",
		Example: "  inlet verify\n  inlet verify demo1-3f2a9c01 --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Out = cmd.OutOrStdout()
			if len(args) > 0 {
				o.Task = args[0]
			}
			return Run(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.From, "from", "", "source `URL`, when it needs a password that is not in MYSQL_PWD or PGPASSWORD")
	f.StringVar(&o.Data, "data", "", "data `directory` of the task (default: inlet in the user's data directory)")
	f.BoolVar(&o.JSON, "json", false, "print JSON")
	f.IntVar(&o.Most, "most", 10, "how many `rows` that differ are named of each table")
	return cmd
}

// patience is how long a difference may wait for a running task to apply what it is made of.
const patience = 2 * time.Minute

// Run compares; it fails unless all tables are equal.
func Run(ctx context.Context, o *Options) error {
	r, err := replicate.Remembered(o.Data, o.Task)
	if err != nil {
		return err
	}
	r.Out, r.Err, r.JSON, r.Env = o.Out, o.Out, o.JSON, o.Env
	if o.From != "" {
		r.From = o.From
	}
	return r.With(ctx, o.compare)
}

func (o *Options) compare(ctx context.Context, c task.Config) error {
	plans, err := task.Plans(ctx, c)
	if err != nil {
		return err
	}
	running, err := task.Running(c.Dir)
	if err != nil {
		return err
	}
	v := verify.Config{Source: c.Source, Connect: c.Target.Connect, CaseSensitive: c.Target.CaseSensitive, EmptyIsNull: c.Target.Copy.EmptyAsNull, Differences: o.Most}
	if running {
		v.Applied = func(ctx context.Context, p source.Position) error {
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			return task.Await(ctx, c.Target, p)
		}
	}
	var all []verify.Result
	equal, err := verify.New(v).Tables(ctx, plans, func(r verify.Result) { all = append(all, r) })
	if err != nil {
		return err
	}
	if err := o.print(all); err != nil {
		return err
	}
	if equal {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Code: "TablesDiffer", Message: "source and warehouse differ", Hint: "inlet replicate with the task's flags and --reload loads all tables again."}
}

// table is a result for programs.
type table struct {
	Schema      string       `json:"schema"`
	Table       string       `json:"table"`
	Equal       bool         `json:"equal"`
	State       string       `json:"state"`
	SourceRows  int64        `json:"source_rows"`
	TargetRows  int64        `json:"target_rows"`
	SourceSum   string       `json:"source_checksum"`
	TargetSum   string       `json:"target_checksum"`
	Position    string       `json:"position,omitempty"`
	Seconds     float64      `json:"seconds"`
	Skipped     []string     `json:"columns_not_compared,omitempty"`
	Differences []difference `json:"differences,omitempty"`
	More        bool         `json:"more_differences,omitempty"`
	Error       string       `json:"error,omitempty"`
}

type difference struct {
	Kind    verify.Kind `json:"kind"`
	Key     []string    `json:"key"`
	Columns []string    `json:"columns,omitempty"`
}

func (o *Options) print(all []verify.Result) error {
	if o.JSON {
		return ask.PrintJSON(o.Out, tables(all))
	}
	w := tabwriter.NewWriter(o.Out, 0, 0, 2, ' ', 0)
	for i := range all {
		r := &all[i]
		word := "equal"
		if !r.Equal {
			word = "DIFFERENT"
		}
		fmt.Fprintf(w, "%s\t%d rows\t%d rows\t%s\t%s\n", r.Table, r.SourceRows, r.TargetRows, word, r.Elapsed.Round(time.Millisecond))
		if r.Err != nil {
			fmt.Fprintf(w, "  %v\n", r.Err)
		}
		for _, d := range r.Differences {
			fmt.Fprintf(w, "  %s\n", d.String())
		}
		if r.More {
			fmt.Fprintln(w, "  and more")
		}
	}
	return w.Flush() // It tells the errors of the writes before, too.
}

func tables(all []verify.Result) []table {
	out := make([]table, len(all))
	for i := range all {
		r := &all[i]
		out[i] = table{Schema: r.Table.Schema, Table: r.Table.Table, Equal: r.Equal, State: r.State(), SourceRows: r.SourceRows, TargetRows: r.TargetRows,
			SourceSum: r.SourceSum.String(), TargetSum: r.TargetSum.String(), Position: string(r.Position), Seconds: r.Elapsed.Seconds(), Skipped: r.Skipped, More: r.More}
		if r.Err != nil {
			out[i].Error = r.Err.Error()
		}
		for _, d := range r.Differences {
			out[i].Differences = append(out[i].Differences, difference{d.Kind, d.Key, d.Columns})
		}
	}
	return out
}
