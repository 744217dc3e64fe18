// Package serve is the command that runs a node.
package serve

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/node"
)

// Options are the command's flags.
type Options struct {
	Data      string
	Config    string
	AWSListen string
	SQLListen string
	Memory    int64
	Verbose   bool

	Out, Err io.Writer
}

// New makes the command; run replaces what it does, nil leaves it.
func New(run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{}
	if run == nil {
		run = serve
	}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run a node: the S3 endpoint and the warehouse's SQL port",
		Long: "Run a node until it is interrupted. It keeps everything in its data directory and prints\n" +
			"\"ready\" when it answers. The first start makes accounts 111111111111 (files) and\n" +
			"222222222222 (warehouse), an administrator in each, and in the second a cluster and a\n" +
			"Serverless workgroup with database dev. --sql-listen is the first cluster's port; others\n" +
			"get free ones, which inlet env and the endpoints in AWS's answers name.",
		Example: "  inlet serve\n  inlet serve --data ./data --aws-listen 127.0.0.1:0 --sql-listen 127.0.0.1:0\n  inlet serve --config pipeline.yml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Out, o.Err = cmd.OutOrStdout(), cmd.ErrOrStderr()
			return run(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Data, "data", "", "data `directory` (default: inlet in the user's data directory)")
	f.StringVar(&o.Config, "config", "", "pipeline `file` to apply at the start")
	f.StringVar(&o.AWSListen, "aws-listen", node.DefaultAWSListen, "`address` of the AWS endpoint; port 0 takes a free one")
	f.StringVar(&o.SQLListen, "sql-listen", node.DefaultSQLListen, "`address` of the SQL port; port 0 takes a free one")
	f.Int64Var(&o.Memory, "memory", node.DefaultMemory>>20, "`MB` that the engine of each warehouse may use; what exceeds goes to its disk")
	f.BoolVarP(&o.Verbose, "verbose", "v", false, "log every call")
	return cmd
}

func serve(ctx context.Context, o *Options) error {
	level := slog.LevelWarn
	if o.Verbose {
		level = slog.LevelDebug
	}
	n := node.Options{
		Data: o.Data, AWSListen: o.AWSListen, SQLListen: o.SQLListen, Memory: o.Memory << 20,
		Log:   slog.New(slog.NewTextHandler(o.Err, &slog.HandlerOptions{Level: level})),
		Ready: func(n *node.Node) { ready(o.Out, &n.Info) },
	}
	if o.Config != "" {
		f, err := config.Read(o.Config)
		if err != nil {
			return err
		}
		n.Pipeline = f
	}
	return node.Run(ctx, n)
}

// ready says where the node is, and that it answers.
func ready(w io.Writer, i *node.Info) {
	env := "inlet env"
	if dir, err := node.DefaultData(); err != nil || dir != i.Data {
		env += " --data '" + i.Data + "'"
	}
	fmt.Fprintf(w, "data  %s\naws   %s\nsql   %s:%d\nenv   eval \"$(%s)\"\nready\n", i.Data, i.AWS, i.SQLHost, i.SQLPort, env)
}
