// Package e2e drives a node as its users do: scripts with the real aws CLI, psql
// and the drivers of three languages. The verbs are people and what they wait for.
package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/inlet-data/inlet/internal/cli"
)

// TestMain lets the test binary be inlet when a script calls it so.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"inlet": func() { os.Exit(cli.Main()) }})
}

// needed are the programs of the scripts, and where they come from.
var needed = map[string]string{
	"aws": "make clients", "psql": "apt-get install postgresql-client", "jq": "apt-get install jq", "node": "apt-get install nodejs",
}

func TestScripts(t *testing.T) {
	for name, from := range needed {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("%s is missing: %s", name, from)
		}
	}
	python := findPython(t, "psycopg2", "apt-get install python3-psycopg2")
	boto3 := findPython(t, "botocore", "pip install boto3")
	testscript.Run(t, testscript.Params{
		Dir:   "testdata",
		Setup: func(env *testscript.Env) error { return setup(env, python) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"node": nodeVerb, "acct1": person("ACCOUNT1_PROFILE"), "acct2": person("ACCOUNT2_PROFILE"), "psql": psql,
			"settled": settled, "mariadb": mariadb(t), "mysql": mysql, "rows": rows, "csv": csv, "pgx": pgxVerb, "python": python.verb, "boto3": boto3.verb, "javascript": javascript, "sdk": sdk(boto3),
		},
	})
}

// setup gives a script the examples, and an environment without the user's own settings.
func setup(env *testscript.Env, python interpreter) error {
	if err := os.CopyFS(filepath.Join(env.WorkDir, "examples"), os.DirFS("../examples")); err != nil {
		return fmt.Errorf("copy the examples: %w", err)
	}
	clients, err := filepath.Abs("clients")
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"HOME": env.WorkDir, "CLIENTS": clients, "NODE_PATH": filepath.Join(clients, "node_modules"), "PYTHON": string(python),
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1", "PGCLIENTENCODING": "UTF8", "PSQLRC": os.DevNull,
	} {
		env.Setenv(name, value)
	}
	return nil
}
