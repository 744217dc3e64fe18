// Package why is the command that explains a refusal and prints what mends it.
package why

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/doctor"
	"github.com/inlet-data/inlet/internal/node"
)

// Options are the command's flags.
type Options struct {
	ID   string
	Data string
	JSON bool
	// Commands leaves the explanation away.
	Commands bool
	Out      io.Writer
}

// New makes the command.
func New() *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use:   "why [ID]",
		Short: "Say why a call was refused, and print the command that mends it",
		Long: "Say where a call was refused, which statement denies it or comes closest, and print\n" +
			"the corrected policy with the aws command that applies it. ID is a request id: the\n" +
			"x-amz-request-id or x-amz-id-2 of an answer, the Rid of a COPY error, a query id,\n" +
			"pid=N of an SQL session, or an integration's ARN. Without ID it is the last refusal.\n\n" +
			"Refusals survive a restart, up to the newest 10,000; those of the last moment before\n" +
			"a kill may be lost.",
		Example: "  inlet why\n  inlet why 5f0c61d2a9b34e17\n  inlet why last --json\n  inlet why --commands | sh",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Out = cmd.OutOrStdout()
			if len(args) > 0 {
				o.ID = args[0]
			}
			return run(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.Data, "data", "", "data `directory` of the node (default: inlet in the user's data directory)")
	cmd.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&o.Commands, "commands", false, "print only the commands that mend it, for a shell")
	return cmd
}

func run(ctx context.Context, o *Options) error {
	i, err := node.Find(o.Data)
	if err != nil {
		return err
	}
	r, err := Ask(ctx, i, o.ID)
	if err != nil {
		return err
	}
	if o.JSON {
		e := json.NewEncoder(o.Out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	if o.Commands {
		return r.WriteCommands(o.Out)
	}
	_, err = r.WriteTo(o.Out)
	return err
}

// maxReport is more than any report has.
const maxReport = 64 << 20

// Ask reads the report on a refusal from the node.
func Ask(ctx context.Context, i *node.Info, id string) (*doctor.Report, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, i.AWS+"/_inlet/why?id="+url.QueryEscape(id), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+i.Token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the node: %w", err)
	}
	defer res.Body.Close()
	body := io.LimitReader(res.Body, maxReport)
	if res.StatusCode != http.StatusOK {
		var failed struct {
			Error string `json:"error"`
		}
		if err := json.NewDecoder(body).Decode(&failed); err != nil || failed.Error == "" {
			return nil, fmt.Errorf("ask the node: it answered %s", res.Status)
		}
		return nil, fmt.Errorf("%s", failed.Error)
	}
	r := new(doctor.Report)
	if err := json.NewDecoder(body).Decode(r); err != nil {
		return nil, fmt.Errorf("read the node's answer: %w", err)
	}
	return r, nil
}
