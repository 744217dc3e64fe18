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
		"Load a file again, as it is now, that failed, was skipped or was unloaded. A loaded file is\nrefused: unload it first. The file is loaded before the command ends."},
	{"skip", "Mark a pending or failed file as not to be loaded",
		"Mark a file that waits or failed as not to be loaded, also not by COPY JOB RUN, until it is replayed."},
	{"unload", "Remove exactly the rows that a file brought",
		"Remove exactly the rows that a file brought, or none. The file is read again for it: it must\nstill be the version that was loaded, and all its rows must be as it brought them."},
}

// Doing is one thing to do to one file.
type Doing struct {
	*ask.Warehouse
	Verb, Job, URL string
	Out            io.Writer
}

func newVerb(w *ask.Warehouse, v verb) *cobra.Command {
	d := &Doing{Warehouse: w, Verb: v.name}
	cmd := &cobra.Command{
		Use: v.name + " --job JOB s3://BUCKET/KEY", Short: v.short, Long: v.long,
		Example: "  inlet files " + v.name + " --job data_import_job s3://my-bucket/in/orders.csv",
		Args: func(cmd *cobra.Command, args []string) error {
			if d.Job == "" {
				return errors.New("--job is needed: a file may be known to many jobs")
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			d.URL, d.Out = args[0], cmd.OutOrStdout()
			return do(cmd.Context(), d)
		},
	}
	cmd.Flags().StringVar(&d.Job, "job", "", "the file's `job`")
	return cmd
}

// do runs the statement and prints what the warehouse says of it.
func do(ctx context.Context, d *Doing) error {
	var said []string
	conn, err := d.Connect(ctx, func(message string) { said = append(said, message) })
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, d.statement()); err != nil {
		return ask.Explain(err)
	}
	for _, line := range said {
		if _, err := fmt.Fprintln(d.Out, line); err != nil {
			return err
		}
	}
	return nil
}

func (d *Doing) statement() string {
	return "INLET FILES " + d.Verb + " JOB " + pgx.Identifier{d.Job}.Sanitize() + " FILE '" + strings.ReplaceAll(d.URL, "'", "''") + "'"
}
