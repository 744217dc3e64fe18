// Package env is the command that prints a running node's environment.
package env

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/node"
)

// Options are the command's flags.
type Options struct {
	Data string
	JSON bool
	Out  io.Writer
}

// New makes the command.
func New() *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use:     "env",
		Short:   "Print the environment of the running node for aws and psql",
		Example: "  eval \"$(inlet env)\"\n  aws s3 ls --profile $ACCOUNT1_PROFILE\n  psql -c 'select 1'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Out = cmd.OutOrStdout()
			return run(o)
		},
	}
	cmd.Flags().StringVar(&o.Data, "data", "", "data `directory` of the node (default: inlet in the user's data directory)")
	cmd.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	return cmd
}

func run(o *Options) error {
	i, err := node.Find(o.Data)
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(o.Out, i.Env())
	}
	for _, v := range i.Env() {
		if _, err := fmt.Fprintf(o.Out, "export %s=%s\n", v.Name, quote(v.Value)); err != nil {
			return err
		}
	}
	return nil
}

func printJSON(w io.Writer, all []node.Variable) error {
	m := make(map[string]string, len(all))
	for _, v := range all {
		m[v.Name] = v.Value
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(m)
}

// quote writes a value so that a shell takes it as it is.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
