package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/inlet-data/inlet/internal/fault"
)

// Info is what others may know of a running node, as it stands in node.json.
// It holds the passwords of the warehouses' administrators.
type Info struct {
	PID        int       `json:"pid"`
	Data       string    `json:"data"`
	Started    time.Time `json:"started"`
	Region     string    `json:"region"`
	AWS        string    `json:"aws"`     // URL
	Cluster    string    `json:"cluster"` // identifier of the first cluster, "" when it was deleted
	Serverless Workgroup `json:"serverless"`
	Login                // to the first cluster
	// Token lets its holder read the pages that show policies.
	Token string `json:"token"`
}

// Login is the way into a warehouse as its administrator.
type Login struct {
	Namespace string `json:"namespace"` // ARN
	SQLHost   string `json:"sql_host"`
	SQLPort   int    `json:"sql_port"`
	Database  string `json:"database"`
	User      string `json:"user"`
	Password  string `json:"password"` // "" when the node does not know it
	Secret    string `json:"secret"`   // ARN of the secret with the password, "" when there is none
}

// Workgroup is a Serverless warehouse.
type Workgroup struct {
	Workgroup string `json:"workgroup"`
	Name      string `json:"namespace_name"`
	Login
}

// Variable is one environment variable of a running node.
type Variable struct{ Name, Value string }

// Env is what a shell needs to use the node, with the names the seeds use.
func (i *Info) Env() []Variable {
	l := layout(i.Data)
	all := []Variable{
		{"ACCOUNT1_ID", Account1},
		{"ACCOUNT2_ID", Account2},
		{"ACCOUNT1_PROFILE", profile1},
		{"ACCOUNT2_PROFILE", profile2},
		{"AWS_REGION", i.Region},
		{"AWS_DEFAULT_REGION", i.Region},
		{"S3_BUCKET_NAME", Account1 + "-data-source"},
		{"AWS_CONFIG_FILE", l.config()},
		{"AWS_SHARED_CREDENTIALS_FILE", l.credentials()},
		{"AWS_ENDPOINT_URL", i.AWS},
	}
	if i.Cluster != "" {
		all = append(all, Variable{"CLUSTER_IDENTIFIER", i.Cluster}, Variable{"CLUSTER_NAMESPACE_ARN", i.Namespace}, Variable{"CLUSTER_SECRET_ARN", i.Secret})
		all = append(all, i.Login.env("")...)
	}
	if s := i.Serverless; s.Name != "" {
		all = append(all, Variable{"WORKGROUP_NAME", s.Workgroup}, Variable{"NAMESPACE_NAME", s.Name}, Variable{"SERVERLESS_NAMESPACE_ARN", s.Namespace}, Variable{"SERVERLESS_SECRET_ARN", s.Secret})
		all = append(all, s.Login.env("SERVERLESS_")...)
	}
	return all
}

// env is what psql needs.
func (l *Login) env(prefix string) []Variable {
	if l.SQLPort == 0 {
		return nil // It is paused, or has no workgroup.
	}
	return []Variable{
		{prefix + "PGHOST", l.SQLHost},
		{prefix + "PGPORT", strconv.Itoa(l.SQLPort)},
		{prefix + "PGUSER", l.User},
		{prefix + "PGPASSWORD", l.Password},
		{prefix + "PGDATABASE", l.Database},
	}
}

// Connect opens a connection to the SQL port as the warehouse's administrator.
func (l *Login) Connect(ctx context.Context) (*pgx.Conn, error) {
	c, err := l.Config()
	if err != nil {
		return nil, err
	}
	return pgx.ConnectConfig(ctx, c)
}

// Config is how to connect to the SQL port as the warehouse's administrator.
func (l *Login) Config() (*pgx.ConnConfig, error) {
	if l.SQLPort == 0 {
		return nil, &fault.Error{Kind: fault.Unavailable, Code: "NoWarehouse", Message: "the warehouse does not run", Hint: "Create a cluster with `aws redshift create-cluster`, or resume it."}
	}
	c, err := pgx.ParseConfig("sslmode=disable") // It stays on this machine; the values follow, as they are.
	if err != nil {
		return nil, err
	}
	c.Host, c.Port, c.User, c.Password, c.Database = l.SQLHost, uint16(l.SQLPort), l.User, l.Password, l.Database
	return c, nil
}

func (i *Info) write() error {
	text, err := json.MarshalIndent(i, "", "  ")
	if err != nil {
		return err
	}
	return replace(layout(i.Data).info(), append(text, '\n'))
}

// NotRunning reports whether an error says that no node runs.
func NotRunning(err error) bool { return fault.CodeOf(err) == codeNotRunning }

const codeNotRunning = "NotRunning"

// Find reads what a running node of a data directory tells of itself; "" is the default directory.
func Find(dir string) (*Info, error) {
	o, err := Options{Data: dir}.withDefaults()
	if err != nil {
		return nil, err
	}
	dir = o.Data
	l := layout(dir)
	text, err := os.ReadFile(l.info())
	if errors.Is(err, fs.ErrNotExist) || err == nil && !held(l) {
		return nil, &fault.Error{Kind: fault.NotFound, Code: codeNotRunning, Message: "no inlet runs on " + dir,
			Hint: "Start one with `inlet serve`, or name its directory with --data."}
	}
	if err != nil {
		return nil, fmt.Errorf("find the running node: %w", err)
	}
	i := new(Info)
	if err := json.Unmarshal(text, i); err != nil {
		return nil, fmt.Errorf("read %s: %w", l.info(), err)
	}
	return i, nil
}
