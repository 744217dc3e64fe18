// Package iam is the command about policies: it evaluates them without a node,
// and writes the smallest ones for a pipeline.
package iam

import "github.com/spf13/cobra"

// New makes the command.
func New() *cobra.Command {
	cmd := &cobra.Command{Use: "iam", Short: "Write and evaluate policies", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newEvaluate(), newGenerate())
	return cmd
}
