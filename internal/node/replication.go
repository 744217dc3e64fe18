package node

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/mysql"
	"github.com/inlet-data/inlet/internal/flow/source/postgres"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/topic"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// replicas give replication the databases and roles that a node has.
type replicas struct{ node *Node }

var (
	_ replication.Roles     = replicas{}
	_ replication.Databases = replicas{}
)

// openReplication opens what DMS keeps.
func (n *Node) openReplication(db *bbolt.DB, region string) (*replication.Store, error) {
	r := replicas{n}
	return replication.Open(db, replication.Config{
		Guard: n.guard, Roles: r, Databases: r, Runner: r, Secrets: n.secrets, Topics: r, Results: r, Logs: n.logs, Log: n.log, Region: region,
	})
}

// sessionName is what DMS calls the sessions of its roles.
const sessionName = "dms-session-for-replication-engine"

// Take assumes a role as DMS does.
func (r replicas) Take(ctx context.Context, a replication.Assumption) (guard.Session, error) {
	return r.node.identities.AssumeAsService(ctx, nil, assumption(a))
}

func assumption(a replication.Assumption) identity.ServiceAssumption {
	in := identity.ServiceAssumption{Services: []string{a.Service}, RoleARN: a.Role, SessionName: sessionName, SourceARN: a.For, Request: a.Request}
	if on, err := arn.Parse(a.For); err == nil {
		in.SourceAccount = on.Account
	}
	return in
}

// MayTell asks whether DMS may publish to a topic.
func (r replicas) MayTell(ctx context.Context, account, to string) error {
	return r.node.topics.MayAnnounce(ctx, topic.Notice{Service: replication.Service, Account: account, Topic: to})
}

// Tell publishes an event in the name of DMS.
func (r replicas) Tell(ctx context.Context, account, to, subject, message string) error {
	return r.node.topics.Announce(ctx, topic.Notice{Service: replication.Service, Account: account, Topic: to, Subject: subject, Message: message})
}

// Test logs in to a database. What a load over the connection will fail with is found, too.
func (r replicas) Test(ctx context.Context, c replication.Connect) (findings []string, err error) {
	if c.Role != "" {
		return r.testTarget(ctx, c)
	}
	src, err := openSource(c, "")
	if err != nil {
		return nil, err
	}
	_, err = src.Tables(ctx)
	return nil, errors.Join(untested(c, err), src.Close())
}

// Schemas lists the schemas that have tables.
func (r replicas) Schemas(ctx context.Context, c replication.Connect) ([]string, error) {
	if c.Role != "" {
		return r.targetSchemas(ctx, c)
	}
	src, err := openSource(c, "")
	if err != nil {
		return nil, err
	}
	tables, err := src.Tables(ctx)
	var names []string
	for _, t := range tables {
		if !slices.Contains(names, t.Schema) {
			names = append(names, t.Schema)
		}
	}
	return names, errors.Join(untested(c, err), src.Close())
}

// untested words a failed test as DMS does.
func untested(c replication.Connect, err error) error {
	if err == nil {
		return nil
	}
	why := "Cannot connect to ODBC provider"
	if _, network := errors.AsType[net.Error](err); network || errors.Is(err, context.DeadlineExceeded) {
		why = "Failed to connect Network error has occurred"
	}
	text, hint := Explain(err)
	return &fault.Error{Kind: fault.Unavailable, Code: "TestFailed", On: c.Endpoint.ARN, Hint: hint, Message: fmt.Sprintf(
		"Test Endpoint failed: Application-Status: 1020912, Application-Message: %s, Application-Detailed-Message: %s", why, strings.ReplaceAll(text, "\n", " "))}
}

// openSource makes the reader of a source endpoint. id names what the server keeps for it.
func openSource(c replication.Connect, id string) (source.Source, error) {
	secure, err := encryption(c)
	if err != nil {
		return nil, err
	}
	addrs := []string{net.JoinHostPort(c.Login.Host, strconv.Itoa(c.Login.Port))}
	if c.Endpoint.PostgreSQL == nil {
		return mysql.New(mysql.Config{Addrs: addrs, User: c.Login.User, Password: c.Login.Password, TLS: secure}), nil
	}
	conf := postgres.Config{Addrs: addrs, Database: c.Login.Database, User: c.Login.User, Password: c.Login.Password, TLS: secure}
	if id != "" {
		conf.Slot = "inlet_" + strings.ToLower(strings.ReplaceAll(id, "-", "_"))
	}
	if slot := c.Endpoint.PostgreSQL.SlotName; slot != nil && *slot != "" {
		conf.Slot = *slot
	}
	return postgres.New(conf), nil
}

// encryption is what an endpoint's SSL mode asks for; nil is clear text.
func encryption(c replication.Connect) (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.Login.Host}
	if c.Roots != "" {
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM([]byte(c.Roots)) {
			return nil, &fault.Error{Kind: fault.Invalid, Code: "InvalidCertificateFault", On: c.Endpoint.Certificate, Message: "The endpoint's certificate holds no certificate in PEM."}
		}
	}
	switch c.Endpoint.SSLMode {
	case "", "none":
		return nil, nil
	case "require":
		conf.InsecureSkipVerify = true // It is what the mode means: encrypted, to whomever.
	case "verify-ca":
		roots := conf.RootCAs
		conf.InsecureSkipVerify = true // The chain is verified below, the name is not.
		conf.VerifyConnection = func(s tls.ConnectionState) error { return verifyChain(s, roots) }
	}
	return conf, nil
}

// verifyChain checks who signed a server's certificate, whatever its name.
func verifyChain(s tls.ConnectionState, roots *x509.CertPool) error {
	between := x509.NewCertPool()
	for _, c := range s.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err := s.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between})
	return err
}

// testTarget logs in to a warehouse, and looks for what its first COPY would fail with.
func (r replicas) testTarget(ctx context.Context, c replication.Connect) ([]string, error) {
	conf, err := r.target(c)
	if err != nil {
		return nil, err
	}
	conn, err := pgconn.ConnectConfig(ctx, conf)
	if err != nil {
		return nil, untested(c, err)
	}
	err = conn.Exec(ctx, "SELECT 1").Close()
	if err := errors.Join(err, conn.Close(context.WithoutCancel(ctx))); err != nil {
		return nil, untested(c, err)
	}
	ns, local := r.warehouse(conf.Host, int(conf.Port))
	if !local {
		return nil, nil
	}
	return append(r.staging(ctx, c), r.findings(ctx, ns, c)...), nil
}

// staging is what the role lacks to write files: DMS learns it when a task starts.
func (r replicas) staging(ctx context.Context, c replication.Connect) []string {
	o, err := r.stageOf(ctx, c, c.Endpoint.ARN)
	if err == nil {
		err = stage.New(o).Probe(ctx)
	}
	if err == nil {
		return nil
	}
	text, hint := Explain(err)
	return []string{strings.TrimSpace(fmt.Sprintf("The role %s cannot stage files: %s %s", c.Role, text, hint))}
}

func (r replicas) targetSchemas(ctx context.Context, c replication.Connect) ([]string, error) {
	conf, err := r.target(c)
	if err != nil {
		return nil, err
	}
	conn, err := pgconn.ConnectConfig(ctx, conf)
	if err != nil {
		return nil, untested(c, err)
	}
	results, err := conn.Exec(ctx, "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'").ReadAll()
	if err := errors.Join(err, conn.Close(context.WithoutCancel(ctx))); err != nil {
		return nil, err
	}
	var names []string
	for _, result := range results {
		for _, row := range result.Rows {
			names = append(names, string(row[0]))
		}
	}
	return names, nil
}

// findings are the hops of a COPY that would refuse the role: they stay AWS's secret
// until the first load, and are told here before.
func (r replicas) findings(ctx context.Context, ns *warehouse.Namespace, c replication.Connect) []string {
	rights := &rights{r.node.identities, r.node.buckets, r.node.guard}
	if !ns.Attached(c.Role) {
		rights.NotAttached(ctx, ns, c.Role)
		return []string{fmt.Sprintf("The role %s is not associated to the warehouse %s, so COPY cannot take it. For the command that mends it, run: inlet why %s", c.Role, ns.Label(), cmp.Or(c.Request.ID, "last"))}
	}
	_, err := r.node.identities.AssumeAsService(ctx, nil, identity.ServiceAssumption{Services: []string{ns.ServiceName()}, RoleARN: c.Role,
		ExternalID: ns.DBUser(c.Login.User), SourceARN: ns.ARN(), SourceAccount: ns.Account, Request: c.Request})
	if err != nil {
		return []string{fmt.Sprintf("Not authorized to get credentials of role %s: it does not trust %s. For the command that mends it, run: inlet why %s", c.Role, ns.ServiceName(), cmp.Or(c.Request.ID, "last"))}
	}
	return nil
}

// target is how to connect to a warehouse. The names that AWS gives to warehouses of
// this node lead to its SQL ports.
func (r replicas) target(c replication.Connect) (*pgconn.Config, error) {
	host, port := r.address(c.Login.Host, c.Login.Port)
	mode := map[string]string{"": "prefer", "none": "prefer"}[c.Endpoint.SSLMode]
	conf, err := pgconn.ParseConfig("sslmode=" + cmp.Or(mode, "require"))
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(c.Endpoint.SSLMode, "verify") && c.Roots != "" {
		c.Login.Host = host
		if conf.TLSConfig, err = encryption(c); err != nil {
			return nil, err
		}
	}
	conf.Host, conf.Port, conf.User, conf.Password, conf.Database = host, uint16(port), c.Login.User, c.Login.Password, c.Login.Database
	for _, f := range conf.Fallbacks {
		f.Host, f.Port = host, uint16(port)
	}
	conf.ConnectTimeout = 30 * time.Second
	if s := c.Endpoint.Redshift; s != nil && s.ConnectionTimeout != nil && *s.ConnectionTimeout > 0 {
		conf.ConnectTimeout = time.Duration(*s.ConnectionTimeout) * time.Millisecond
	}
	return conf, nil
}

// address is where a warehouse answers that goes by AWS's name; other hosts are left alone.
func (r replicas) address(host string, port int) (string, int) {
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	for _, ns := range r.node.namespaces.All() {
		if ns.Endpoint.Host == "" {
			continue
		}
		if ns.Kind == warehouse.Serverless && name == fmt.Sprintf("%s.%s.%s.redshift-serverless.amazonaws.com", ns.Workgroup, ns.Account, ns.Region) ||
			ns.Kind == warehouse.Provisioned && strings.HasPrefix(name, ns.Cluster+".") && strings.HasSuffix(name, "."+ns.Region+".redshift.amazonaws.com") {
			return ns.Endpoint.Host, ns.Endpoint.Port
		}
	}
	return host, port
}

// warehouse is the warehouse of this node that answers at an address.
func (r replicas) warehouse(host string, port int) (*warehouse.Namespace, bool) {
	for _, ns := range r.node.namespaces.All() {
		if ns.Endpoint.Port == port && (ns.Endpoint.Host == host || host == "localhost" && ns.Endpoint.Host == "127.0.0.1") {
			return ns, true
		}
	}
	return nil, false
}
