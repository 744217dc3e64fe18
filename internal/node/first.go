package node

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard/identity"
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

// firstStart makes the two warehouses of account 2 unless it was done before,
// and returns the node's region. They may be gone since: then they stay away.
func firstStart(m *memory, all *warehouse.Namespaces, secrets passwords, wanted string) (region string, err error) {
	if region, err = m.region(); err != nil || region != "" {
		return region, err
	}
	region = wanted
	for _, n := range all.All() {
		region = n.Region // A start was cut off, or the directory is older than the node's memory.
	}
	if err := createNamespaces(all, secrets, region); err != nil {
		return "", err
	}
	return region, m.setRegion(region)
}

// createNamespaces makes those of the two warehouses that are missing, with random passwords.
func createNamespaces(all *warehouse.Namespaces, secrets passwords, region string) (err error) {
	n := warehouse.Namespace{Account: Account2, Region: region, DBName: databaseName, AdminUser: adminUser, Created: time.Now().UTC()}
	serverless, cluster := n, n
	serverless.Kind, serverless.Name, serverless.Workgroup = warehouse.Serverless, serverlessName, serverlessName
	cluster.Kind, cluster.Cluster = warehouse.Provisioned, clusterName
	serverless.Created = serverless.Created.Add(time.Millisecond) // So that lists have an order.
	for _, n := range []warehouse.Namespace{cluster, serverless} {
		if oldest(all, n.Kind) != nil {
			continue
		}
		if n.AdminSecret, err = secrets.PutAdminPassword(context.Background(), &n, "", ""); err != nil {
			return err
		}
		if _, err := all.Put(n); err != nil {
			return err
		}
	}
	return nil
}

// oldest is the first namespace of a kind, nil when there is none.
func oldest(all *warehouse.Namespaces, kind warehouse.NamespaceKind) *warehouse.Namespace {
	for _, n := range all.All() {
		if n.Kind == kind {
			return n
		}
	}
	return nil
}
