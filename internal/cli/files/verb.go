package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/cli/ask"
)

// verb is what can be done to a file.
type verb struct{ name, short, long string }

var verbs = []verb{
	{"replay", "Load a file again that failed, was skipped or was unloaded",
		"Load a file again, as it is now, that failed, was skipped or was unloaded. A loaded file is\nrefused: unload it first, or say --again where its rows are gone already (the table was\n" +
			"emptied or made anew, or you deleted them): rows that are left stay. The files are loaded\nbefore the command ends."},
	{"skip", "Mark a pending or failed file as not to be loaded",
		"Mark a file that waits or failed as not to be loaded, also not by COPY JOB RUN, until it is replayed."},
	{"unload", "Remove exactly the rows that a file brought",
		"Remove exactly the rows that a file brought, or none. The file is read again for it: it must\nstill be the version that was loaded, and all its rows must be as it brought them."},
}

// Doing is one thing to do to files, one after the other.
type Doing struct {
	*ask.Warehouse
	Verb, Job string
	URLs      []string
	Again     bool
	Out, Err  io.Writer
}

func newVerb(w *ask.Warehouse, v verb) *cobra.Command {
	d := &Doing{Warehouse: w, Verb: v.name}
	cmd := &cobra.Command{
		Use: v.name + " --job JOB s3://BUCKET/KEY…", Short: v.short, Long: v.long,
		Example: "  inlet files " + v.name + " --job data_import_job s3://my-bucket/in/orders.csv",
		Args: func(cmd *cobra.Command, args []string) error {
			if d.Job == "" {
				return errors.New("--job is needed: a file may be known to many jobs")
			}
			return cobra.MinimumNArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			d.URLs, d.Out, d.Err = args, cmd.OutOrStdout(), cmd.ErrOrStderr()
			return do(cmd.Context(), d)
		},
	}
	cmd.Flags().StringVar(&d.Job, "job", "", "the files' `job`")
	if v.name == "replay" {
		cmd.Flags().BoolVar(&d.Again, "again", false, "also files that are loaded; their rows, if any are left, stay")
	}
	return cmd
}

// do runs a statement for each file and prints what the warehouse says of it. What
// is refused for one file is told, and the next is taken.
func do(ctx context.Context, d *Doing) error {
	var said []string
	conn, err := d.Connect(ctx, func(message string) { said = append(said, message) })
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var failed []error
	for _, url := range d.URLs {
		said = nil
		_, err := conn.Exec(ctx, d.statement(url))
		if err != nil && (len(d.URLs) == 1 || ctx.Err() != nil || conn.IsClosed()) {
			return ask.Explain(err)
		}
		if err != nil {
			failed = append(failed, err)
			fmt.Fprintf(d.Err, "%s: %v\n", url, ask.Explain(err))
		}
		for _, line := range said {
			if _, err := fmt.Fprintln(d.Out, line); err != nil {
				return err
			}
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d files were refused", len(failed), len(d.URLs))
	}
	return nil
}

func (d *Doing) statement(url string) string {
	sql := "INLET FILES " + d.Verb + " JOB " + pgx.Identifier{d.Job}.Sanitize() + " FILE '" + strings.ReplaceAll(url, "'", "''") + "'"
	if d.Again {
		sql += " AGAIN"
	}
	return sql
}
