// Package status is the command that says how a running node is.
package status

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/cli/replicate"
	"github.com/inlet-data/inlet/internal/node"
)

// Options are the command's flags.
type Options struct {
	Data string
	JSON bool
	Out  io.Writer
}

// report is what the command prints as JSON.
type report struct {
	PID    int         `json:"pid"`
	Data   string      `json:"data"`
	Uptime string      `json:"uptime"`
	AWS    string      `json:"aws"`
	SQL    string      `json:"sql"` // of the first cluster
	Health node.Health `json:"health"`
}

// New makes the command.
func New() *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "Say how the running node and its tasks are",
		Example: "  inlet status\n  inlet status --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Out = cmd.OutOrStdout()
			return run(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.Data, "data", "", "data `directory` of the node (default: inlet in the user's data directory)")
	cmd.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	return cmd
}

func run(ctx context.Context, o *Options) error {
	i, err := node.Find(o.Data)
	if node.NotRunning(err) {
		return errors.Join(without(o), err)
	}
	if err != nil {
		return err
	}
	r, err := ask(ctx, i)
	if err != nil {
		return err
	}
	mine, err := replicate.Statuses(i.Data)
	if err != nil {
		return err
	}
	r.Health.Tasks = append(r.Health.Tasks, mine...)
	if err := r.print(o); err != nil {
		return err
	}
	if r.Health.Status != "ok" {
		return errors.New("the node is not well")
	}
	return nil
}

// without prints the tasks of a directory whose node does not run: those whose warehouse is elsewhere need none.
func without(o *Options) (err error) {
	data := o.Data
	if data == "" {
		if data, err = node.DefaultData(); err != nil {
			return err
		}
	}
	tasks, err := replicate.Statuses(data)
	if err != nil || len(tasks) == 0 {
		return err
	}
	if o.JSON {
		return json.NewEncoder(o.Out).Encode(map[string]any{"tasks": tasks})
	}
	w := tabwriter.NewWriter(o.Out, 0, 0, 2, ' ', 0)
	printTasks(w, tasks)
	return w.Flush()
}

func printTasks(w io.Writer, all []node.TaskStatus) {
	for _, t := range all {
		fmt.Fprintf(w, "task\t%s\t%s\t%s\t%s\n", t.Name, t.Kind, t.State, figures(t)) // Flush tells its errors.
	}
}

// ask reads the node's health from its AWS port.
func ask(ctx context.Context, i *node.Info) (*report, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, i.AWS+"/_inlet/health", nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the node for its health: %w", err)
	}
	defer res.Body.Close()
	r := &report{
		PID: i.PID, Data: i.Data, Uptime: time.Since(i.Started).Round(time.Second).String(),
		AWS: i.AWS,
	}
	if i.SQLPort != 0 {
		r.SQL = fmt.Sprintf("%s:%d", i.SQLHost, i.SQLPort)
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&r.Health); err != nil {
		return nil, fmt.Errorf("ask the node for its health: %w", err)
	}
	return r, nil
}

func (r *report) print(o *Options) error {
	if o.JSON {
		e := json.NewEncoder(o.Out)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	w := tabwriter.NewWriter(o.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "process\t%d\nuptime\t%s\ndata\t%s\naws\t%s\nhealth\t%s\n", r.PID, r.Uptime, r.Data, r.AWS, r.Health.Status)
	for _, h := range r.Health.Warehouses {
		at := "-"
		if h.Port != 0 {
			at = fmt.Sprintf("%s:%d", h.Host, h.Port)
		}
		fmt.Fprintf(w, "sql\t%s\t%s\t%s\tengine %s\n", at, h.Kind, h.Name, h.Engine)
	}
	printTasks(w, r.Health.Tasks)
	return w.Flush() // It tells the errors of the writes before, too.
}

// figures are how far a task is.
func figures(t node.TaskStatus) string {
	s := fmt.Sprintf("%d of %d tables loaded", t.Loaded, t.Tables)
	if t.Errored > 0 {
		s += fmt.Sprintf(", %d in error", t.Errored)
	}
	switch {
	case t.State != node.TaskRunning:
	case !t.Lost.IsZero():
		s += ", the source cannot be reached since " + t.Lost.UTC().Format(time.DateTime) + " UTC"
	case t.CaughtUp:
		s += ", caught up"
	default:
		s += fmt.Sprintf(", %d transactions wait, %.1f s behind", t.Pending, t.TargetLatency)
	}
	return s
}
