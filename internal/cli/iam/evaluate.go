package iam

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/doctor"
)

func newEvaluate() *cobra.Command {
	lines := false
	cmd := &cobra.Command{
		Use: "evaluate --jsonl", Short: "Answer questions about policies, one JSON object a line", Hidden: true, Args: cobra.NoArgs,
		Example: "  inlet iam evaluate --jsonl < cases.jsonl > answers.jsonl",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !lines {
				return errors.New("only lines of JSON are read: say --jsonl")
			}
			return doctor.Evaluate(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&lines, "jsonl", false, "read one case a line and write one answer a line")
	return cmd
}
