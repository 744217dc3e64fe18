package node

import (
	"context"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/statement"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/secret"
)

// passwords are the secrets with the ways into databases: those of administrators,
// which Redshift manages itself, and those that callers of the Data API name.
type passwords struct{ secrets *secret.Store }

var (
	_ warehouse.Secrets = passwords{}
	_ statement.Secrets = passwords{}
)

// PutAdminPassword makes or replaces the secret of a namespace's administrator.
func (p passwords) PutAdminPassword(_ context.Context, ns *warehouse.Namespace, password, _ string) (arn string, err error) {
	_, arn, err = p.secrets.Administrator(administrator(ns, password))
	return arn, err
}

// DeleteAdminPassword removes it.
func (p passwords) DeleteAdminPassword(_ context.Context, ns *warehouse.Namespace) error {
	return p.secrets.RemoveAdministrator(administrator(ns, ""))
}

// Current returns the text of a secret that the caller may read.
func (p passwords) Current(ctx context.Context, by guard.Session, id string) (text string, err error) {
	r, err := p.secrets.As(by).Value(ctx, secret.GetInput{ID: id})
	if err != nil {
		return "", err
	}
	if r.Value.Text == nil {
		return "", &fault.Error{Kind: fault.Invalid, Code: "ValidationException", On: id, Message: "The secret has no text."}
	}
	return *r.Value.Text, nil
}

// of is the password of a namespace's administrator, made when it is asked for first.
func (p passwords) of(ns *warehouse.Namespace) (string, error) {
	password, _, err := p.secrets.Administrator(administrator(ns, ""))
	return password, err
}

// administrator describes a namespace's administrator as secrets have it; no password leaves it as it is.
func administrator(ns *warehouse.Namespace, password string) secret.Administrator {
	return secret.Administrator{
		Account: ns.Account, Region: ns.Region, Warehouse: ns.Cluster + ns.Name, Serverless: ns.Kind == warehouse.Serverless,
		User: ns.AdminUser, Password: password, Host: ns.Endpoint.Host, Port: ns.Endpoint.Port, Database: ns.DBName,
	}
}
