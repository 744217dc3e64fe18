// Package rehearse is the command that tries a COPY against the real files and
// commits nothing.
package rehearse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/cli/ask"
	"github.com/inlet-data/inlet/internal/cli/why"
	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/doctor"
	"github.com/inlet-data/inlet/internal/node"
)

// Options are the command's flags.
type Options struct {
	ask.Warehouse
	File  string
	Limit int
	JSON  bool
	Out   io.Writer
}

// mostListed is the highest LIMIT that REHEARSE takes.
const mostListed = 10_000

// New makes the command.
func New() *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use:   "rehearse FILE.sql|PIPELINE.yml",
		Short: "Try each COPY of a file against the real files, and commit nothing",
		Long: "Try each COPY of an SQL file or a pipeline file, also with JOB CREATE, against the files\n" +
			"in the buckets, on the running node, and commit nothing. It says for each which files\n" +
			"match, how many rows would be loaded, how fast they were read, which rows would be\n" +
			"rejected and why, which values do not fit their columns or would be cut and what type\n" +
			"takes them, which right is missing and what gives it, and which table to create when\n" +
			"there is none. docs/rehearse.md explains it. The exit code is 1 when a COPY would fail.",
		Example: "  inlet rehearse load.sql\n  inlet rehearse pipeline.yml --json --limit 100",
		Args: func(cmd *cobra.Command, args []string) error {
			if o.Limit < 0 || o.Limit > mostListed {
				return fmt.Errorf("--limit is a number from 0 to %d, not %d", mostListed, o.Limit)
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.File, o.Out = args[0], cmd.OutOrStdout()
			return run(cmd.Context(), o)
		},
	}
	o.Flags(cmd)
	cmd.Flags().IntVar(&o.Limit, "limit", 20, "list at most `N` files and rejected rows of each COPY; all are counted")
	cmd.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	return cmd
}

// rehearsed is what is told of one COPY.
type rehearsed struct {
	*node.Rehearsal
	Why *doctor.Report `json:"why,omitempty"` // the refusal and its mend
}

// report is what is told of a file.
type report struct {
	Rehearsals []rehearsed `json:"rehearsals"`
	PassedOver []string    `json:"passed_over,omitempty"` // statements that no rehearsal runs
}

func run(ctx context.Context, o *Options) error {
	info, err := node.Find(o.Data)
	if err != nil {
		return err
	}
	texts, err := texts(o.File)
	if err != nil {
		return err
	}
	steps, err := info.Script(texts...)
	if err != nil {
		return fmt.Errorf("%s: %w", o.File, err)
	}
	r, stopped := rehearse(ctx, o, steps)
	if stopped != nil && len(r.Rehearsals) == 0 {
		return stopped
	}
	for i := range r.Rehearsals {
		r.Rehearsals[i].ask(ctx, info)
	}
	if err := r.write(o); err != nil {
		return err
	}
	if stopped != nil {
		return stopped
	}
	return r.verdict(o.File)
}

// texts are the SQL of a pipeline or a script.
func texts(file string) ([]string, error) {
	switch filepath.Ext(file) {
	case ".yml", ".yaml":
		f, err := config.Read(file)
		if err != nil {
			return nil, err
		}
		return f.SQL, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the statements: %w", err)
	}
	return []string{string(text)}, nil
}

// ask finds out what mends a refusal. The hint stands in the report already when the node does not know more.
func (r *rehearsed) ask(ctx context.Context, info *node.Info) {
	for _, a := range r.Access {
		if a.Hop == "" {
			continue
		}
		if found, err := why.Ask(ctx, info, fmt.Sprint(r.Query)); err == nil {
			r.Why = found
		}
	}
}

func (r *report) write(o *Options) error {
	if o.JSON {
		return ask.PrintJSON(o.Out, r)
	}
	return r.print(o.Out)
}

// verdict is the error that makes the exit code.
func (r *report) verdict(file string) error {
	failed := 0
	for _, one := range r.Rehearsals {
		if !one.Passes {
			failed++
		}
	}
	switch {
	case len(r.Rehearsals) == 0:
		return errors.New(file + " has no COPY to rehearse")
	case failed > 0:
		return fmt.Errorf("%d of %d COPY would fail", failed, len(r.Rehearsals))
	}
	return nil
}
