package config

import (
	"errors"
	"fmt"

	"github.com/inlet-data/inlet/internal/arn"
)

// check says what is wrong with a file that could be decoded, all of it.
func (f *File) check() error {
	var errs []error
	for i, a := range f.Accounts {
		errs = append(errs, account(fmt.Sprintf("accounts[%d].id", i), a.ID))
	}
	for i, r := range f.Roles {
		at := fmt.Sprintf("roles[%d]", i)
		errs = append(errs, present(at+".name", r.Name), account(at+".account", r.Account), present(at+".trust", string(r.Trust)))
	}
	for i, b := range f.Buckets {
		at := fmt.Sprintf("buckets[%d]", i)
		errs = append(errs, present(at+".name", b.Name), account(at+".account", b.Account))
	}
	for i, role := range f.Warehouse.Roles {
		errs = append(errs, roleARN(fmt.Sprintf("warehouse.roles[%d]", i), role))
	}
	for i, in := range f.Integrations {
		at := fmt.Sprintf("integrations[%d]", i)
		errs = append(errs, present(at+".name", in.Name), account(at+".account", in.Account), present(at+".bucket", in.Bucket))
	}
	for i, sql := range f.SQL {
		errs = append(errs, present(fmt.Sprintf("sql[%d]", i), sql))
	}
	for i, j := range f.Jobs {
		at := fmt.Sprintf("jobs[%d]", i)
		errs = append(errs, present(at+".name", j.Name))
		if len(j.Settings) == 0 {
			errs = append(errs, present(at+".settings", ""))
		}
	}
	names := map[string]bool{}
	for i, t := range f.Tasks {
		at := fmt.Sprintf("tasks[%d]", i)
		errs = append(errs, t.check(at))
		if names[t.Name] {
			errs = append(errs, fmt.Errorf("%s.name is %q, as another task's", at, t.Name))
		}
		names[t.Name] = true
	}
	return errors.Join(errs...)
}

func present(at, value string) error {
	if value == "" {
		return fmt.Errorf("%s is missing", at)
	}
	return nil
}

func account(at, id string) error {
	if !arn.ValidAccount(id) {
		return fmt.Errorf("%s is %q, not an account id of twelve digits", at, id)
	}
	return nil
}

func roleARN(at, role string) error {
	if a, err := arn.Parse(role); err != nil || a.Service != "iam" {
		return fmt.Errorf("%s is %q, not the ARN of a role (arn:aws:iam::ACCOUNT:role/NAME)", at, role)
	}
	return nil
}
