package replication

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// Connection is a test of an endpoint from an instance, and how it ended.
type Connection struct {
	Resource            // the endpoint's
	Endpoint     string // ARN
	Instance     string // ARN
	InstanceName string
	Status       string
	Failure      string   `json:",omitempty"`
	Findings     []string `json:",omitempty"` // what will fail later
}

func connectionBase(c *Connection) *Resource { return &c.Resource }

func (c *Connection) key() string { return c.Endpoint + " " + c.Instance }

// The states of a connection.
const (
	connectionTesting    = "testing"
	connectionSuccessful = "successful"
	connectionFailed     = "failed"
)

// testTimeout bounds a test of a connection.
const testTimeout = time.Minute

// pair asks the guard for an action on an endpoint and an instance and finds both.
func (v *View) pair(ctx context.Context, action, endpoint, instance string) (e Endpoint, i Instance, err error) {
	if e, err = found(ctx, v, &v.store.endpoints, question{action: action, on: endpoint}, endpointBase); err != nil {
		return e, i, err
	}
	i, err = found(ctx, v, &v.store.instances, question{action: action, on: instance}, instanceBase)
	return e, i, err
}

// TestConnection begins to test an endpoint from an instance. The role of a Redshift
// target is taken before, so that its refusal is told by this very call.
func (v *View) TestConnection(ctx context.Context, endpoint, instance string) (Connection, error) {
	e, i, err := v.pair(ctx, "TestConnection", endpoint, instance)
	if err != nil {
		return Connection{}, err
	}
	c := Connection{Resource: e.Resource, Endpoint: e.ARN, Instance: i.ARN, InstanceName: i.Identifier, Status: connectionTesting}
	if err := v.store.beginTest(c); err != nil {
		return c, err
	}
	if err := v.checkServiceRole(ctx, &e); err != nil {
		return c, errors.Join(err, v.store.endTest(c, nil, err))
	}
	v.store.background(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(guard.Within(ctx, v.by.Request.ID, e.ARN), testTimeout)
		defer cancel()
		findings, err := v.test(ctx, e)
		if err := v.store.endTest(c, findings, err); err != nil {
			v.store.Log.Error("the test of a connection was not kept", "endpoint", e.Identifier, "error", err)
		}
	})
	return c, nil
}

func (v *View) test(ctx context.Context, e Endpoint) ([]string, error) {
	to, err := v.store.connect(ctx, e, v.by.Request)
	if err != nil {
		return nil, err
	}
	return v.store.Databases.Test(ctx, to)
}

func (s *Store) beginTest(c Connection) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.connections.get(c.key()); ok && old.Status == connectionTesting {
		return wrongState(c.Endpoint, "Connection for endpoint %s and replication instance %s is already being tested.", c.Identifier, c.InstanceName)
	}
	return s.connections.put(s.db, c.key(), c)
}

// endTest keeps how a test ended, unless its endpoint was changed or deleted meanwhile.
func (s *Store) endTest(c Connection, findings []string, failed error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now, ok := s.connections.get(c.key()); !ok || now.Status != connectionTesting {
		return nil
	}
	c.Status, c.Findings = connectionSuccessful, findings
	if failed != nil {
		c.Status, c.Failure = connectionFailed, told(failed)
	}
	instance := Resource{ARN: c.Instance, Identifier: c.InstanceName, Account: c.Account, Region: c.Region}
	for _, f := range findings {
		s.Log.Warn("a connection works, but loads over it will fail", "endpoint", c.Identifier, "finding", f)
		s.note(&instance, loadsWillFail, c.Identifier+":", f)
	}
	return s.connections.put(s.db, c.key(), c)
}

// told is what people are told of an error: a fault's message and way out.
func told(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err.Error()
	}
	text := f.Message
	if f.Err != nil && f.Kind != fault.Denied {
		text += ": " + f.Err.Error()
	}
	if f.Hint != "" {
		text += " Hint: " + f.Hint
	}
	return text
}

// Connections lists tests of connections.
func (v *View) Connections(ctx context.Context, q Query) ([]Connection, string, error) {
	if err := v.ask(ctx, question{action: "DescribeConnections"}); err != nil {
		return nil, "", err
	}
	by := attributes[Connection]{
		"endpoint-arn":             func(c *Connection) []string { return []string{c.Endpoint} },
		"replication-instance-arn": func(c *Connection) []string { return []string{c.Instance} },
	}
	if err := by.check(q.Filters); err != nil {
		return nil, "", err
	}
	v.store.mu.Lock()
	all := v.store.connections.where(func(c *Connection) bool { return v.mine(&c.Resource) && by.selects(q.Filters, c) })
	v.store.mu.Unlock()
	if len(all) == 0 && len(q.Filters) > 0 {
		return nil, "", noneFound("connections")
	}
	return cut(all, (*Connection).key, q, largestPage)
}

// DeleteConnection forgets the test of a connection.
func (v *View) DeleteConnection(ctx context.Context, endpoint, instance string) (Connection, error) {
	if _, _, err := v.pair(ctx, "DeleteConnection", endpoint, instance); err != nil {
		return Connection{}, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	c, ok := v.store.connections.get(endpoint + " " + instance)
	if !ok {
		return c, notFound("Connection", endpoint)
	}
	return c, v.store.connections.remove(v.store.db, c.key())
}

// Login is how to log in to a database.
type Login struct {
	Host                     string
	Port                     int
	User, Password, Database string
}

// connect completes an endpoint with what its secret and its certificate say.
func (s *Store) connect(ctx context.Context, e Endpoint, request guard.Request) (Connect, error) {
	c := Connect{Endpoint: e, Login: Login{e.Host, e.Port, e.User, e.Password, e.Database}, Request: request}
	if e.isRedshift() {
		c.Role = e.ServiceRole()
	}
	s.mu.Lock()
	if certificate, ok := s.certificates.get(e.Certificate); ok {
		c.Roots = certificate.PEM
	}
	s.mu.Unlock()
	role, id := e.secretOf()
	if id == "" {
		return c, nil
	}
	as, err := s.Roles.Take(ctx, Assumption{Role: role, Service: "dms." + e.Region + ".amazonaws.com", For: e.ARN, Request: request})
	if err != nil {
		return c, fmt.Errorf("Test Endpoint failed: Application-Status: 1020912, Application-Message: Failed to build connection string Unable to find Secrets Manager secret, Application-Detailed-Message: Unable to assume role '%s' as dms.%s.amazonaws.com: %w", role, e.Region, err)
	}
	as.Request = request
	text, err := s.Secrets.Current(ctx, as, id)
	if err != nil {
		return c, fmt.Errorf("Test Endpoint failed: Application-Status: 1020912, Application-Message: Failed to build connection string Unable to find Secrets Manager secret, Application-Detailed-Message: Unable to find AWS Secrets Manager secret Arn '%s': %w", id, err)
	}
	return c, c.Login.read(text, engineOf(e.Engine).port)
}

// read takes a secret's host, port, username and password.
func (l *Login) read(text string, port int) error {
	var secret struct {
		Host, Username, Password, DBName string
		Port                             json.Number
	}
	if err := json.Unmarshal([]byte(text), &secret); err != nil {
		return errors.New("the secret is no JSON object with host, port, username and password") // Not the cause, which quotes the text.
	}
	l.Host, l.User, l.Password, l.Port = secret.Host, secret.Username, secret.Password, port
	if n, err := secret.Port.Int64(); err == nil {
		l.Port = int(n)
	}
	if l.Database == "" {
		l.Database = secret.DBName
	}
	if strings.TrimSpace(l.Host) == "" || l.User == "" {
		return errors.New("the secret has no host or no username")
	}
	return nil
}
