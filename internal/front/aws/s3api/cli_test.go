package s3api_test

import (
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/inlet-data/inlet/internal/front/aws"
)

// TestCLI runs the scripts of testdata with the real aws CLI, in which acct1
// and acct2 are the administrators of the two accounts.
func TestCLI(t *testing.T) {
	if _, err := exec.LookPath("aws"); err != nil {
		t.Fatal("the aws CLI is missing: install it (pip install awscli, or AWS CLI version 2) and put it on PATH")
	}
	testscript.Run(t, testscript.Params{
		Dir:   "testdata",
		Setup: startForScript,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"acct1": person("acct1"), "acct2": person("acct2"), "big": big, "fetch": fetch, "keep": keep,
		},
	})
}

// startForScript serves a new node, by TLS when the script's name says so, and points the CLI at it.
func startForScript(env *testscript.Env) error {
	t, ok := env.T().(testing.TB)
	if !ok {
		return fmt.Errorf("testscript's T is a %T", env.T())
	}
	n := newStopped(t)
	srv := httptest.NewUnstartedServer(nil)
	srv.Config = aws.NewHTTPServer(n.server(t, slog.New(slog.DiscardHandler)), nil)
	if strings.Contains(filepath.Base(env.WorkDir), "tls") {
		srv.StartTLS()
		bundle := filepath.Join(env.WorkDir, ".ca.pem")
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
		if err := os.WriteFile(bundle, text, 0o600); err != nil {
			return err
		}
		env.Setenv("AWS_CA_BUNDLE", bundle)
		env.Values["client"] = srv.Client()
	} else {
		srv.Start()
		env.Values["client"] = http.DefaultClient
	}
	env.Defer(srv.Close)
	var profiles, config strings.Builder
	for name, account := range map[string]string{"acct1": account1, "acct2": account2} {
		k := n.keys[account]
		fmt.Fprintf(&profiles, "[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", name, k.ID, k.Secret)
		// Left to itself version 1 of the CLI presigns with version 2 of the signature, which S3 refuses for buckets made since 2020.
		fmt.Fprintf(&config, "[profile %s]\ns3 =\n  signature_version = s3v4\n", name)
	}
	credentials, configFile := filepath.Join(env.WorkDir, ".credentials"), filepath.Join(env.WorkDir, ".config")
	for name, value := range map[string]string{
		"AWS_SHARED_CREDENTIALS_FILE": credentials, "AWS_CONFIG_FILE": configFile, "AWS_ENDPOINT_URL": srv.URL,
		"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1",
	} {
		env.Setenv(name, value)
	}
	if err := os.WriteFile(configFile, []byte(config.String()), 0o600); err != nil {
		return err
	}
	return os.WriteFile(credentials, []byte(profiles.String()), 0o600)
}

// person is the verb of one account's administrator.
func person(profile string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		ts.Setenv("AWS_PROFILE", profile)
		err := ts.Exec(args[0], args[1:]...)
		switch {
		case err != nil && !neg:
			ts.Fatalf("%s: %v", strings.Join(args, " "), err)
		case err == nil && neg:
			ts.Fatalf("%s succeeded", strings.Join(args, " "))
		}
	}
}

// big writes a file of so many bytes, none of them like its neighbours.
func big(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	data, x := make([]byte, n), uint32(n)
	for i := range data {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		data[i] = byte(x)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
}

// keep puts the last command's output into a variable.
func keep(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// fetch gets a URL into a file, as a browser would.
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	res, err := ts.Value("client").(*http.Client).Get(args[0])
	ts.Check(err)
	body, err := io.ReadAll(res.Body)
	ts.Check(err)
	ts.Check(res.Body.Close())
	if (res.StatusCode == http.StatusOK) == neg {
		ts.Fatalf("%s: %s\n%s", args[0], res.Status, body)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), body, 0o600))
}
