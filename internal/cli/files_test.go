package cli_test

import (
	"strings"
	"testing"
)

func TestFileCommands(t *testing.T) {
	data := t.TempDir()
	tests := []struct {
		name string
		args []string
		code int
		says string // on stderr
	}{
		{"files without a node", []string{"files", "--data", data}, 1, "no inlet runs on " + data},
		{"files in no such state", []string{"files", "--data", data, "--state", "lost"}, 1, "--state is one of pending, loaded, failed, skipped, unloaded, not lost"},
		{"a verb that is none", []string{"files", "forget"}, 2, "unknown command"},
		{"replay without a job", []string{"files", "replay", "s3://b/k"}, 2, "--job is needed"},
		{"replay without a file", []string{"files", "replay", "--job", "j"}, 2, "requires at least 1 arg"},
		{"two files that are listed", []string{"files", "s3://b/k", "s3://b/l"}, 2, "accepts at most 1 arg"},
		{"unload without a node", []string{"files", "unload", "--data", data, "--job", "j", "s3://b/k"}, 1, "no inlet runs on " + data},
		{"unload --again", []string{"files", "unload", "--job", "j", "--again", "s3://b/k"}, 2, "unknown flag: --again"},
		{"rehearse without a file", []string{"rehearse"}, 2, "accepts 1 arg"},
		{"rehearse with a limit that is none", []string{"rehearse", "--limit", "-1", "f.sql"}, 2, "--limit is a number from 0 to 10000, not -1"},
		{"freshness without a node", []string{"freshness", "--data", data, "--json"}, 1, "Start one with `inlet serve`"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := run(t, tt.args...)
			if code != tt.code || out != "" || !strings.Contains(errs, tt.says) {
				t.Errorf("exit code %d, want %d; stdout: %s; stderr: %s", code, tt.code, out, errs)
			}
		})
	}
}
