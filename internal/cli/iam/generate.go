package iam

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/doctor"
	"github.com/inlet-data/inlet/internal/node"
)

// Options are the flags of `inlet iam generate`.
type Options struct {
	Pipeline  string
	User      string
	Namespace string
	Cluster   string
	Plain     bool
	Data      string
	JSON      bool
	Out       io.Writer
}

func newGenerate() *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use:   "generate --pipeline FILE",
		Short: "Write the smallest policies with which a pipeline works",
		Long: "Write the smallest policies with which a pipeline works, for every account: role trust,\n" +
			"role policy, bucket policy, namespace policy, and the policy of the user that creates\n" +
			"the integration, each with the aws command that applies it.",
		Example: "  inlet iam generate --pipeline pipeline.yml\n  inlet iam generate --pipeline pipeline.yml --user admin --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Out = cmd.OutOrStdout()
			return generate(o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Pipeline, "pipeline", "", "pipeline `file`")
	f.StringVar(&o.User, "user", "admin", "`name` of the user that creates the integration")
	f.StringVar(&o.Namespace, "namespace", "", "`ARN` of the warehouse's namespace (default: that of the running node, else $CLUSTER_NAMESPACE_ARN)")
	f.StringVar(&o.Cluster, "cluster", "", "`identifier` of the cluster (default: that of the running node, else $CLUSTER_IDENTIFIER)")
	f.BoolVar(&o.Plain, "plain", false, "leave aws:SourceAccount and aws:SourceArn out of bucket policies; for when AWS refuses to create the integration with them")
	f.StringVar(&o.Data, "data", "", "data `directory` of the node (default: inlet in the user's data directory)")
	f.BoolVar(&o.JSON, "json", false, "print JSON")
	_ = cmd.MarkFlagRequired("pipeline") // The flag was just made.
	return cmd
}

func generate(o *Options) error {
	f, err := config.Read(o.Pipeline)
	if err != nil {
		return err
	}
	i, err := node.Find(o.Data)
	if err != nil {
		i = nil // Policies can be written without a node.
	}
	needs, err := node.Needs(f, i)
	if err != nil {
		return err
	}
	needs.User, needs.Plain = o.User, o.Plain
	if o.Namespace != "" {
		needs.Namespace = o.Namespace
	}
	if o.Cluster != "" {
		needs.Cluster = o.Cluster
	}
	grants := doctor.Generate(needs)
	if o.JSON {
		e := json.NewEncoder(o.Out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(grants)
	}
	return write(o.Out, grants)
}

// write prints the commands, which contain the documents.
func write(w io.Writer, grants []doctor.Grant) error {
	var b strings.Builder
	account := ""
	for _, g := range grants {
		if g.Account != account {
			account = g.Account
			fmt.Fprintf(&b, "\n### Account %s\n", account)
		}
		fmt.Fprintf(&b, "\n# %s: %s\n%s\n", g.Kind, g.On, g.Command)
	}
	_, err := io.WriteString(w, strings.TrimPrefix(b.String(), "\n"))
	return err
}
