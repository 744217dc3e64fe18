// Package freshness is the command that says how old each table's newest data is.
package freshness

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/cli/ask"
)

// Options are the command's flags.
type Options struct {
	ask.Warehouse
	JSON bool
	Out  io.Writer
}

// New makes the command.
func New() *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use:   "freshness",
		Short: "Say how old each table's newest data is, and how long files take",
		Long: "Say for each table that files are loaded into how long ago its newest file was put, and how\n" +
			"long the last 1,000 files of COPY JOBs took from their PUT until their rows could be seen.\n" +
			"It is the view inlet_freshness; docs/ledger.md explains it.",
		Example: "  inlet freshness\n  inlet freshness --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Out = cmd.OutOrStdout()
			return run(cmd.Context(), o)
		},
	}
	o.Flags(cmd)
	cmd.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	return cmd
}

// table is a row of inlet_freshness.
type table struct {
	Schema  *string    `json:"schema" db:"schema_name"`
	Name    string     `json:"table" db:"table_name"`
	ID      *int64     `json:"table_id" db:"table_id"`
	Put     *time.Time `json:"newest_put" db:"newest_put"`
	Visible *time.Time `json:"newest_visible" db:"newest_visible"`
	Age     *float64   `json:"age_seconds" db:"age_seconds"`
	Files   int64      `json:"files" db:"files"`
	P50     *float64   `json:"p50_seconds" db:"p50_seconds"`
	P99     *float64   `json:"p99_seconds" db:"p99_seconds"`
	Pending int64      `json:"pending" db:"pending"`
	Failed  int64      `json:"failed" db:"failed"`
}

const query = `SELECT schema_name, table_name, table_id, newest_put, newest_visible, age_seconds, files, p50_seconds, p99_seconds, pending, failed
	FROM inlet_freshness ORDER BY schema_name, table_name`

func run(ctx context.Context, o *Options) error {
	all, err := ask.Collect[table](ctx, &o.Warehouse, query)
	if err != nil {
		return err
	}
	if o.JSON {
		if all == nil {
			all = []table{}
		}
		return ask.PrintJSON(o.Out, all)
	}
	w := tabwriter.NewWriter(o.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TABLE\tAGE\tP50\tP99\tFILES\tPENDING\tFAILED")
	for _, t := range all {
		name := t.Name
		if t.Schema != nil {
			name = *t.Schema + "." + name
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%d\n", name, ask.Seconds(t.Age), ask.Seconds(t.P50), ask.Seconds(t.P99), t.Files, t.Pending, t.Failed)
	}
	return w.Flush() // It tells the errors of the writes before, too.
}
