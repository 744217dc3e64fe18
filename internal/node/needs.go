package node

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/doctor"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
)

// Needs are what a pipeline file does with its accounts, for doctor.Generate.
// Without a node, nil, the warehouse stays a variable of the user's shell.
func Needs(f *config.File, i *Info) (*doctor.Needs, error) {
	if i == nil {
		i = &Info{Region: cmp.Or(f.Region, config.DefaultRegion)}
	}
	n := &doctor.Needs{Region: i.Region, Account: Account2, Namespace: cmp.Or(i.Namespace, "${CLUSTER_NAMESPACE_ARN}"),
		Cluster: cmp.Or(i.Cluster, "${CLUSTER_IDENTIFIER}"), Profiles: map[string]string{Account1: profile1, Account2: profile2}}
	for _, in := range f.Integrations {
		n.Integrations = append(n.Integrations, doctor.Integration{Account: in.Account, Bucket: i.expand(in.Bucket)})
	}
	for _, sql := range f.SQL {
		l, err := loadOf(i.expand(sql), f)
		if err != nil {
			return nil, err
		}
		if l != nil {
			n.Loads = append(n.Loads, *l)
		}
	}
	return n, nil
}

// expand writes the values of Env's names where a text has ${NAME}.
func (i *Info) expand(text string) string {
	var pairs []string
	for _, v := range i.Env() {
		if v.Value != "" && !strings.HasSuffix(v.Name, "PASSWORD") {
			pairs = append(pairs, "${"+v.Name+"}", v.Value)
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// loadOf is what a statement loads with a role; nil when it loads nothing so.
func loadOf(sql string, f *config.File) (*doctor.Load, error) {
	stmt, err := dialect.Parse(sql)
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", sql, err)
	}
	cp, ok := stmt.(*dialect.Copy)
	if !ok || cp.Auth.AccessKey != "" {
		return nil, nil // Keys have the rights of their user, whatever those are.
	}
	bucket, prefix, _ := strings.Cut(strings.TrimPrefix(cp.Source, "s3://"), "/")
	l := &doctor.Load{Roles: cp.Auth.Roles, Bucket: bucket, Prefix: prefix, Owner: ownerOf(bucket, f)}
	if cp.Manifest {
		l.Prefix = "" // The files may lie anywhere.
	}
	if cp.Auth.DefaultRole {
		if len(f.Warehouse.Roles) != 1 {
			return nil, &fault.Error{Kind: fault.Invalid, Code: "DefaultRole", On: sql, Message: "COPY takes the default role, and the file attaches more than one or none",
				Hint: "Name the role in the statement."}
		}
		l.Roles = f.Warehouse.Roles
	}
	return l, nil
}

// ownerOf is the account of a bucket of the file. One that the file only reads belongs to the files' account.
func ownerOf(bucket string, f *config.File) string {
	if i := slices.IndexFunc(f.Buckets, func(b config.Bucket) bool { return b.Name == bucket }); i >= 0 {
		return f.Buckets[i].Account
	}
	if i := slices.IndexFunc(f.Integrations, func(in config.Integration) bool { return in.Bucket == bucket }); i >= 0 {
		return f.Integrations[i].Account
	}
	if account, _, _ := strings.Cut(bucket, "-"); arn.ValidAccount(account) {
		return account
	}
	return Account1
}
