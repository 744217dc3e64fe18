// Package demo is the command that shows the whole way of two files, and one
// refusal, in one process on a temporary directory.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/node"
)

// Options are the command's flags.
type Options struct {
	JSON bool
	Out  io.Writer
}

// patience bounds the whole demo.
const patience = 2 * time.Minute

// New makes the command.
func New() *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show the whole way of two files, and one refusal, in one process",
		Long: "Run a node on a temporary directory and take two CSV files from a bucket of account 1 into a\n" +
			"table of account 2: policies, role, event integration, COPY JOB. Then take the bucket policy\n" +
			"away and show why COPY is refused. Nothing stays behind.",
		Example: "  inlet demo\n  inlet demo --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Out = cmd.OutOrStdout()
			return Run(cmd.Context(), o)
		},
	}
	cmd.Flags().BoolVar(&o.JSON, "json", false, "print one JSON object a step")
	return cmd
}

// Run shows everything; it fails unless every row arrived and the refusal was explained.
func Run(ctx context.Context, o *Options) (err error) {
	started := time.Now()
	dir, err := os.MkdirTemp("", "inlet-demo-")
	if err != nil {
		return fmt.Errorf("make a temporary directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return withNode(ctx, dir, func(ctx context.Context, n *node.Node) error {
		s := &show{node: n, account1: newClient(n), out: o.Out, json: o.JSON, last: started}
		if err := s.tell("a node with two accounts and a cluster is ready", n.Info.AWS); err != nil {
			return err
		}
		return s.run(ctx, started)
	})
}

// withNode runs f beside a node and stops the node when f returns.
func withNode(ctx context.Context, dir string, f func(context.Context, *node.Node) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ready, ended := make(chan *node.Node, 1), make(chan error, 1)
	go func() {
		ended <- node.Run(ctx, node.Options{Data: dir, AWSListen: "127.0.0.1:0", SQLListen: "127.0.0.1:0", Ready: func(n *node.Node) { ready <- n }})
		stop() // So that f does not wait for a node that is gone.
	}()
	select {
	case n := <-ready:
		err := f(ctx, n)
		stop()
		if end := <-ended; end != nil {
			return errors.Join(end, err)
		}
		return err
	case err := <-ended:
		return errors.Join(err, ctx.Err())
	}
}
