package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/cli"
)

// run runs a command line.
func run(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = cli.Run(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

func TestExitCodes(t *testing.T) {
	data := t.TempDir()
	tests := []struct {
		name string
		args []string
		code int
		says string // on stderr
	}{
		{"version", []string{"version"}, 0, ""},
		{"help", []string{"--help"}, 0, ""},
		{"no command", nil, 0, ""},
		{"unknown command", []string{"nonsense"}, 2, "unknown command"},
		{"unknown flag", []string{"env", "--nonsense"}, 2, "unknown flag"},
		{"too many arguments", []string{"status", "now"}, 2, "unknown command"},
		{"env without a node", []string{"env", "--data", data}, 1, "no inlet runs on " + data},
		{"status without a node", []string{"status", "--data", data}, 1, "Start one with `inlet serve`"},
		{"serve with too little memory", []string{"serve", "--data", data, "--memory", "10"}, 1, "Give it 64 or more (--memory)"},
		{"serve with a missing file", []string{"serve", "--data", data, "--config", data + "/none.yml"}, 1, "none.yml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, _, errs := run(t, tt.args...)
			if code != tt.code || !strings.Contains(errs, tt.says) {
				t.Errorf("exit code %d, want %d; stderr: %s", code, tt.code, errs)
			}
		})
	}
}

// TestServe runs the node until it is interrupted, and asks env and status for it.
func TestServe(t *testing.T) {
	data := t.TempDir()
	ctx, interrupt := context.WithCancel(t.Context())
	out := newLines()
	ended := make(chan int, 1)
	var errs bytes.Buffer
	go func() {
		ended <- cli.Run(ctx, []string{"serve", "--data", data, "--aws-listen", "127.0.0.1:0", "--sql-listen", "127.0.0.1:0"}, out, &errs)
		out.end()
	}()
	if !out.waitFor("ready") {
		t.Fatalf("serve ended before it was ready: %s", errs.String())
	}
	code, shell, _ := run(t, "env", "--data", data)
	if code != 0 {
		t.Errorf("env: exit code %d", code)
	}
	var names []string
	for line := range strings.Lines(shell) {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		names = append(names, name)
	}
	want := []string{"ACCOUNT1_ID", "ACCOUNT2_ID", "ACCOUNT1_PROFILE", "ACCOUNT2_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "S3_BUCKET_NAME",
		"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ENDPOINT_URL", "CLUSTER_IDENTIFIER", "CLUSTER_NAMESPACE_ARN", "CLUSTER_SECRET_ARN",
		"PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "WORKGROUP_NAME", "NAMESPACE_NAME", "SERVERLESS_NAMESPACE_ARN", "SERVERLESS_SECRET_ARN",
		"SERVERLESS_PGHOST", "SERVERLESS_PGPORT", "SERVERLESS_PGUSER", "SERVERLESS_PGPASSWORD", "SERVERLESS_PGDATABASE"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	code, status, _ := run(t, "status", "--data", data, "--json")
	if code != 0 || !json.Valid([]byte(status)) || !strings.Contains(status, `"engine":"ok"`) && !strings.Contains(status, `"engine": "ok"`) {
		t.Errorf("status: exit code %d: %s", code, status)
	}
	interrupt()
	if code := <-ended; code != 0 {
		t.Errorf("serve ended with %d: %s", code, errs.String())
	}
}

func TestDemo(t *testing.T) {
	code, out, errs := run(t, "demo")
	if code != 0 {
		t.Fatalf("exit code %d: %s\n%s", code, errs, out)
	}
	for _, part := range []string{"10  Jack     325.25", "sample2.csv", "bucket policy of 111111111111-data-source", "10 rows, each exactly once"} {
		if !strings.Contains(out, part) {
			t.Errorf("no %q in\n%s", part, out)
		}
	}
}

func TestDemoInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code := cli.Run(ctx, []string{"demo"}, new(bytes.Buffer), new(bytes.Buffer)); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
}
