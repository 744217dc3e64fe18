package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/jackc/pgx/v5"
)

//go:embed pipeline.yml
var pipeline []byte

// node is an inlet that runs for the benchmark.
type node struct {
	cmd  *exec.Cmd
	env  map[string]string
	keys accessKey
	conn *pgx.Conn
	data string
}

// build makes the program and its pipeline file in a folder, where all nodes' folders are.
func build(ctx context.Context, dir string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, "inlet"), "./cmd/inlet")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build inlet, from the project's folder: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, "pipeline.yml"), pipeline, 0o600)
}

// startNode starts inlet on free ports, with the data it may have already, and connects. The flags are for serve.
func startNode(ctx context.Context, data string, flags ...string) (*node, error) {
	binary, config := filepath.Join(data, "..", "inlet"), filepath.Join(data, "..", "pipeline.yml")
	args := append([]string{"serve", "--data", data, "--config", config, "--aws-listen", "127.0.0.1:0", "--sql-listen", "127.0.0.1:0"}, flags...)
	n := &node{data: data, cmd: exec.Command(binary, args...)}
	n.cmd.Stderr = os.Stderr
	if err := n.awaitReady(); err != nil {
		return nil, err
	}
	if err := n.connect(ctx, binary, data); err != nil {
		n.stop()
		return nil, err
	}
	return n, nil
}

func (n *node) awaitReady() error {
	out, err := n.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := n.cmd.Start(); err != nil {
		return err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "ready" {
			return nil
		}
	}
	return errors.Join(errors.New("it ended before it was ready"), n.cmd.Wait())
}

func (n *node) connect(ctx context.Context, binary, data string) error {
	text, err := exec.CommandContext(ctx, binary, "env", "--json", "--data", data).Output()
	if err != nil {
		return fmt.Errorf("read its environment: %w", err)
	}
	if err := json.Unmarshal(text, &n.env); err != nil {
		return err
	}
	if n.keys, err = readKey(n.env["AWS_SHARED_CREDENTIALS_FILE"], n.env["ACCOUNT1_PROFILE"]); err != nil {
		return err
	}
	n.conn, err = pgx.Connect(ctx, fmt.Sprintf("host=%s port=%s user=%s dbname=%s password=%s sslmode=disable",
		n.env["PGHOST"], n.env["PGPORT"], n.env["PGUSER"], n.env["PGDATABASE"], n.env["PGPASSWORD"]))
	return err
}

// copy loads the object that putFile stored into a new table.
func (n *node) copy(ctx context.Context, s source) error {
	return execAll(ctx, n.conn, "DROP TABLE IF EXISTS "+s.name, "CREATE TABLE "+s.name+" "+s.columns,
		"COPY "+s.name+" FROM 's3://"+n.env["S3_BUCKET_NAME"]+"/bulk/"+s.key+"' IAM_ROLE 'arn:aws:iam::"+n.env["ACCOUNT2_ID"]+":role/Reader' "+s.copy)
}

func (n *node) stop() { n.end(os.Interrupt) }

// end ends the node by a signal; whatever it says then is of no interest.
func (n *node) end(how os.Signal) {
	if n.conn != nil {
		_ = n.conn.Close(context.Background())
	}
	_ = n.cmd.Process.Signal(how)
	_ = n.cmd.Wait()
}

func execAll(ctx context.Context, conn *pgx.Conn, statements ...string) error {
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil {
			return fmt.Errorf("%.60s: %w", sql, err)
		}
	}
	return nil
}
