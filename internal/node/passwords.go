package node

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/secret"
)

// passwords keeps the administrators' passwords that Redshift manages itself as secrets.
type passwords struct{ secrets *secret.Store }

var _ warehouse.Secrets = passwords{}

// PutAdminPassword makes or replaces the secret of a namespace's administrator.
func (p passwords) PutAdminPassword(_ context.Context, ns *warehouse.Namespace, password, _ string) (arn string, err error) {
	_, arn, err = p.secrets.Administrator(administrator(ns, password))
	return arn, err
}

// DeleteAdminPassword removes it.
func (p passwords) DeleteAdminPassword(_ context.Context, ns *warehouse.Namespace) error {
	return p.secrets.RemoveAdministrator(administrator(ns, ""))
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
