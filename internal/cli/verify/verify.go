// Package verify is the command that compares the tables of a task with their source.
package verify

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/cli/ask"
	"github.com/inlet-data/inlet/internal/cli/replicate"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/flow/verify"
	"github.com/inlet-data/inlet/internal/node"
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
		Long: "Compare each table of a task with its source: counts and checksums by key range, then the\n" +
			"rows that differ. TASK is one of inlet replicate, or of the running node's DMS. It may go on\n" +
			"meanwhile: what differs is read again once the task has applied the changes up to then. The\n" +
			"exit code is 1 when rows differ.",
		Example: "  inlet verify\n  inlet verify demo1-3f2a9c01 --json\n  inlet verify t1            # of aws dms create-replication-task",
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

// Run compares; it fails unless all tables are equal.
func Run(ctx context.Context, o *Options) error {
	all, again, err := o.compare(ctx)
	if err != nil {
		return err
	}
	if err := o.print(all); err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(r verify.Report) bool { return !r.Equal }) {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Code: "TablesDiffer", Message: "source and warehouse differ", Hint: again}
}

// compare finds the task, which inlet replicate or the DMS door made, and the command that loads it again.
func (o *Options) compare(ctx context.Context) (all []verify.Report, again string, err error) {
	r, err := replicate.Remembered(o.Data, o.Task)
	if fault.CodeOf(err) == replicate.CodeNoTask && o.Task != "" {
		if i, missing := node.Find(o.Data); missing == nil {
			all, err = i.Verify(ctx, o.Task, o.Most)
			return all, "aws dms start-replication-task with reload-target loads all tables again.", err
		}
	}
	if err != nil {
		return nil, "", err
	}
	r.Out, r.Err, r.JSON, r.Env = o.Out, o.Out, o.JSON, o.Env
	if o.From != "" {
		r.From = o.From
	}
	err = r.With(ctx, func(ctx context.Context, c task.Config) error {
		all, err = task.Compare(ctx, c, o.Most)
		return err
	})
	return all, "inlet replicate with the task's flags and --reload loads all tables again.", err
}

func (o *Options) print(all []verify.Report) error {
	if o.JSON {
		return ask.PrintJSON(o.Out, all)
	}
	w := tabwriter.NewWriter(o.Out, 0, 0, 2, ' ', 0)
	for i := range all {
		r := &all[i]
		word := "equal"
		if !r.Equal {
			word = "DIFFERENT"
		}
		fmt.Fprintf(w, "%s.%s\t%d rows\t%d rows\t%s\t%.3f s\n", r.Schema, r.Table, r.SourceRows, r.TargetRows, word, r.Seconds)
		if r.Error != "" {
			fmt.Fprintf(w, "  %s\n", r.Error)
		}
		for _, d := range r.Differences {
			fmt.Fprintf(w, "  %s\n", d.Text)
		}
		if r.More {
			fmt.Fprintln(w, "  and more")
		}
	}
	return w.Flush() // It tells the errors of the writes before, too.
}
