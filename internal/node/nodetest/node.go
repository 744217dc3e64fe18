// Package nodetest starts a node for tests of replication: with a staging bucket, and
// with the role that COPY takes attached to the warehouse.
package nodetest

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/node"
)

// What a node has from the start.
const (
	Bucket = "dms-stage"
	Role   = "arn:aws:iam::222222222222:role/dms-access-for-endpoint"
	Region = "us-east-1"
)

const pipeline = `
region: us-east-1
roles:
  - name: dms-access-for-endpoint
    account: "222222222222"
    trust:
      Version: 2012-10-17
      Statement:
        - Effect: Allow
          Principal: {Service: [dms.amazonaws.com, redshift.amazonaws.com, redshift-serverless.amazonaws.com]}
          Action: sts:AssumeRole
    policies:
      S3:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Action: ["s3:*"]
            Resource: ["arn:aws:s3:::dms-stage", "arn:aws:s3:::dms-stage/*"]
buckets:
  - name: dms-stage
    account: "222222222222"
warehouse:
  roles: ["` + Role + `"]
`

// Node is a running node.
type Node struct {
	*node.Node
	URL     string // Of its cluster: redshift://…
	Connect *pgconn.Config
	S3      *s3.Client // As the administrator of the bucket's account.
}

// Start runs a node until the test ends.
func Start(t testing.TB) *Node {
	t.Helper()
	file, err := config.Parse([]byte(pipeline))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan *node.Node, 1), make(chan error, 1)
	o := node.Options{Data: filepath.Join(t.TempDir(), "data"), AWSListen: "127.0.0.1:0", SQLListen: "127.0.0.1:0", Pipeline: file}
	o.Ready = func(n *node.Node) { ready <- n }
	go func() { ended <- node.Run(ctx, o) }()
	n := &Node{}
	select {
	case n.Node = <-ready:
	case err := <-ended:
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	n.clients(t)
	return n
}

func (n *Node) clients(t testing.TB) {
	t.Helper()
	i := n.Info
	u := url.URL{Scheme: "postgres", User: url.UserPassword(i.User, i.Password), Host: fmt.Sprintf("%s:%d", i.SQLHost, i.SQLPort), Path: "/" + i.Database}
	u.RawQuery = "sslmode=disable"
	var err error
	if n.Connect, err = pgconn.ParseConfig(u.String()); err != nil {
		t.Fatal(err)
	}
	u.Scheme = "redshift"
	n.URL = u.String()
	for _, v := range i.Env() {
		if strings.HasPrefix(v.Name, "AWS_") {
			t.Setenv(v.Name, v.Value)
		}
	}
	if n.S3, err = stage.Client(t.Context(), stage.Credentials{Region: Region, Endpoint: i.AWS, Profile: "account2"}); err != nil {
		t.Fatal(err)
	}
}

// SQL runs statements as the warehouse's administrator and returns the rows of the last:
// columns parted by |, NULL as ∅.
func (n *Node) SQL(t testing.TB, sql string) []string {
	t.Helper()
	c, err := pgconn.ConnectConfig(context.Background(), n.Connect)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	results, err := c.Exec(context.Background(), sql).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	var all []string
	for _, r := range results[len(results)-1].Rows {
		all = append(all, line(r))
	}
	return all
}

func line(values [][]byte) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = string(v)
		if v == nil {
			parts[i] = "∅"
		}
	}
	return strings.Join(parts, "|")
}
