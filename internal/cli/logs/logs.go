// Package logs is the command that prints logs: those of replication tasks, by
// component.
package logs

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/node"
)

// Options are the flags of `inlet logs task`.
type Options struct {
	Task       string
	Components []string
	Follow     bool
	JSON       bool
	Data       string
	Out        io.Writer
}

// New makes the command.
func New() *cobra.Command {
	cmd := &cobra.Command{Use: "logs", Short: "Print logs", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newTask())
	return cmd
}

func newTask() *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use:   "task NAME",
		Short: "Print the log of a replication task",
		Long: "Print the log of a replication task of the DMS door. NAME is its identifier or ARN. The\n" +
			"component with the first line that has ]E: names the leg that fails: read TASK_MANAGER,\n" +
			"then SOURCE_UNLOAD, then TARGET_LOAD.",
		Example: "  inlet logs task t1\n  inlet logs task t1 --component TARGET_LOAD --component TASK_MANAGER\n  inlet logs task t1 --follow --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Out, o.Task = cmd.OutOrStdout(), args[0]
			return run(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.Components, "component", nil, "only lines of this `component`, such as TARGET_LOAD; may be given several times")
	f.BoolVar(&o.Follow, "follow", false, "go on with what is written from now on, until interrupted")
	f.BoolVar(&o.JSON, "json", false, "print a JSON object for each line")
	f.StringVar(&o.Data, "data", "", "data `directory` of the node (default: inlet in the user's data directory)")
	return cmd
}

// every is how often a followed log is asked for.
const every = time.Second

func run(ctx context.Context, o *Options) error {
	i, err := node.Find(o.Data)
	if err != nil {
		return err
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for next := ""; ; {
		page, err := i.TaskLog(ctx, o.Task, next)
		if err != nil {
			return err
		}
		if err := o.print(page.Lines); err != nil {
			return err
		}
		if more := page.Next != next && len(page.Lines) > 0; more {
			next = page.Next
			continue
		}
		if !o.Follow {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil // Whoever interrupts it has seen enough.
		}
	}
}

// line is a line as JSON.
type line struct {
	Time      time.Time `json:"time"`
	Component string    `json:"component"`
	Level     string    `json:"level"`
	Text      string    `json:"text"`
}

func (o *Options) print(lines []string) error {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, text := range lines {
		l, err := tasklog.Parse(text)
		if err != nil {
			l = tasklog.Line{Text: text} // Somebody else's line, which is shown all the same.
		}
		if len(o.Components) > 0 && !slices.ContainsFunc(o.Components, func(c string) bool { return strings.EqualFold(c, string(l.Component)) }) {
			continue
		}
		if !o.JSON {
			b.WriteString(text + "\n")
			continue
		}
		out := line{Time: l.Time, Component: string(l.Component), Text: l.Text}
		if l.Level != 0 {
			out.Level = string(rune(l.Level))
		}
		if err := e.Encode(out); err != nil {
			return fmt.Errorf("print a line: %w", err)
		}
	}
	_, err := io.WriteString(o.Out, b.String())
	return err
}
