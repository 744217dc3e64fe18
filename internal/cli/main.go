// Package cli is the command line: one folder a command, and here what they
// share: how errors become messages and exit codes.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/cli/demo"
	"github.com/inlet-data/inlet/internal/cli/env"
	"github.com/inlet-data/inlet/internal/cli/files"
	"github.com/inlet-data/inlet/internal/cli/freshness"
	"github.com/inlet-data/inlet/internal/cli/iam"
	"github.com/inlet-data/inlet/internal/cli/logs"
	"github.com/inlet-data/inlet/internal/cli/rehearse"
	"github.com/inlet-data/inlet/internal/cli/replicate"
	"github.com/inlet-data/inlet/internal/cli/serve"
	"github.com/inlet-data/inlet/internal/cli/status"
	"github.com/inlet-data/inlet/internal/cli/verify"
	"github.com/inlet-data/inlet/internal/cli/version"
	"github.com/inlet-data/inlet/internal/cli/why"
	"github.com/inlet-data/inlet/internal/node"
)

// Exit codes.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// Main runs the command that the arguments name and returns the exit code.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	signal.Ignore(syscall.SIGPIPE) // A reader that went away is an error of a write, so that what was begun is cleaned up.
	context.AfterFunc(ctx, stop)   // The second Ctrl-C ends the program at once.
	return Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
}

// Run is Main with the world as parameters.
func Run(ctx context.Context, args []string, out, errs io.Writer) int {
	ran := false
	root := newRoot(&ran)
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errs)
	cmd, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	tell(errs, err)
	if !ran {
		fmt.Fprintf(errs, "\n%s\nSee %s --help.\n", strings.TrimSpace(cmd.UseLine()), cmd.CommandPath())
		return exitUsage
	}
	return exitFailure
}

// newRoot is the command without a name. ran becomes true when a command's arguments were in order.
func newRoot(ran *bool) *cobra.Command {
	root := &cobra.Command{
		Use:   "inlet",
		Short: "Move files from S3 buckets into Amazon Redshift, exactly once",
		Long: "inlet moves files from S3 buckets into Amazon Redshift across accounts, exactly once,\n" +
			"and runs the whole system on this machine: S3, IAM, and Redshift's SQL with COPY and COPY JOB.",
		Example: "  inlet demo                # the whole way of two files, in one process\n" +
			"  inlet serve               # the node\n" +
			"  eval \"$(inlet env)\"       # the environment for aws and psql\n" +
			"  inlet why                 # why the last call was refused, and what mends it",
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRun: func(*cobra.Command, []string) { *ran = true },
	}
	root.AddCommand(serve.New(nil), env.New(), demo.New(), status.New(), why.New(), files.New(), freshness.New(), replicate.New(), verify.New(), logs.New(), rehearse.New(), iam.New(), version.New())
	return root
}

// tell prints an error as its message, and the way out when one is known.
func tell(w io.Writer, err error) {
	message, hint := node.Explain(err)
	fmt.Fprintf(w, "inlet: %s\n", message)
	if hint != "" {
		fmt.Fprintf(w, "Hint: %s\n", hint)
	}
}
