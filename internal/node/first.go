package node

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/secret"
)

// The accounts every node has: the first owns the files, the second the warehouse.
const (
	Account1 = "111111111111"
	Account2 = "222222222222"
)

// What the first start makes in account 2.
const (
	clusterName    = "inlet-cluster"
	serverlessName = "inlet-serverless"
	databaseName   = "dev"
	adminUser      = "awsuser"
)

// createAccounts makes the accounts that are missing, each with an administrator.
func createAccounts(ids *identity.Store) error {
	known := ids.Accounts()
	for _, a := range []struct{ id, name string }{{Account1, profile1}, {Account2, profile2}} {
		if slices.ContainsFunc(known, func(k identity.Account) bool { return k.ID == a.id }) {
			continue
		}
		if err := createAccount(ids, a.id, a.name); err != nil {
			return err
		}
	}
	return nil
}

func createAccount(ids *identity.Store, id, name string) error {
	if err := ids.CreateAccount(id, name); err != nil {
		return fmt.Errorf("create account %s: %w", id, err)
	}
	if _, err := ids.CreateAdmin(id, admin); err != nil {
		return fmt.Errorf("create the administrator of account %s: %w", id, err)
	}
	return nil
}

// createNamespaces makes the two warehouses of account 2 when there is none, and returns the cluster's.
func createNamespaces(all *warehouse.Namespaces, region string) (*warehouse.Namespace, error) {
	if n := provisioned(all); n != nil {
		return n, nil
	}
	n := warehouse.Namespace{Account: Account2, Region: region, DBName: databaseName, AdminUser: adminUser, Created: time.Now().UTC()}
	serverless := n
	serverless.Kind, serverless.Name, serverless.Workgroup = warehouse.Serverless, serverlessName, serverlessName
	if _, err := all.Put(serverless); err != nil {
		return nil, err
	}
	// The cluster comes last: a start that was cut off here begins again.
	n.Kind, n.Cluster = warehouse.Provisioned, clusterName
	return all.Put(n)
}

func provisioned(all *warehouse.Namespaces) *warehouse.Namespace {
	for _, n := range all.All() {
		if n.Kind == warehouse.Provisioned {
			return n
		}
	}
	return nil
}

// adminPassword is the password of a namespace's administrator, made at the first start.
func adminPassword(secrets *secret.Store, ns *warehouse.Namespace) (string, error) {
	name := "redshift!" + ns.Label() + "-" + ns.AdminUser
	s, err := secrets.Get(ns.Account, name)
	if err == nil {
		return s.Value, nil
	}
	if fault.KindOf(err) != fault.NotFound {
		return "", err
	}
	p, err := secret.NewPassword()
	if err != nil {
		return "", err
	}
	return p, secrets.Put(secret.Secret{Account: ns.Account, Name: name, Value: p})
}

// createUser makes the administrator in a database that has none.
func createUser(ctx context.Context, db *warehouse.Database, name, password string) error {
	if _, ok, err := db.User(ctx, name); err != nil || ok {
		return err
	}
	c, err := db.Client(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.PutUser(ctx, &warehouse.User{Name: name, Password: warehouse.PasswordDigest(password, name), Superuser: true, CreateDB: true})
}
