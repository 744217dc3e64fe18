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
		Short:   "Say how the running node is",
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
	if err != nil {
		return err
	}
	r, err := ask(ctx, i)
	if err != nil {
		return err
	}
	if err := r.print(o); err != nil {
		return err
	}
	if r.Health.Status != "ok" {
		return errors.New("the node is not well")
	}
	return nil
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
	return w.Flush() // It tells the errors of the writes before, too.
}
