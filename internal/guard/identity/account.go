package identity

import (
	"context"
	"strings"
)

// editAccount checks a writing call on the caller's account and writes what f makes of a copy.
func (v *View) editAccount(ctx context.Context, action string, f func(*state, *Account) error) error {
	return v.store.update(func(s *state, c *change) error {
		if err := v.check(ctx, asked{action: action, on: "*"}); err != nil {
			return err
		}
		a := s.accounts[v.by.Account]
		if a == nil {
			return noSuchEntity("account", v.by.Account)
		}
		changed := *a
		if err := f(s, &changed); err != nil {
			return err
		}
		c.put(accountTable, changed.ID, &changed, func(s *state) error { s.accounts[changed.ID] = &changed; return nil })
		return nil
	})
}

// CreateAccountAlias gives the account an alias in place of the one it has.
func (v *View) CreateAccountAlias(ctx context.Context, alias string) error {
	if err := checkAlias(alias); err != nil {
		return err
	}
	return v.editAccount(ctx, "CreateAccountAlias", func(s *state, a *Account) error {
		for _, other := range s.accounts {
			if other.Alias == alias {
				return alreadyExists("The account alias " + alias + " already exists.")
			}
		}
		a.Alias = alias
		return nil
	})
}

// checkAlias: small letters, digits and single dashes inside.
func checkAlias(alias string) error {
	var bad violations
	c := constraint{"accountAlias", 3, 63, "-", `^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$`}
	if alias != strings.ToLower(alias) || strings.Contains(alias, "--") || strings.Trim(alias, "-") != alias {
		bad.add(alias, c.member, "Member must satisfy regular expression pattern: "+c.pattern)
	}
	if len(bad) == 0 {
		bad.text(c, alias)
	}
	return bad.err()
}

// DeleteAccountAlias takes the account's alias away.
func (v *View) DeleteAccountAlias(ctx context.Context, alias string) error {
	return v.editAccount(ctx, "DeleteAccountAlias", func(_ *state, a *Account) error {
		if a.Alias == "" || a.Alias != alias {
			return noSuchEntityText("The account alias %s cannot be found.", alias)
		}
		a.Alias = ""
		return nil
	})
}

// ListAccountAliases returns the account's alias, if it has one.
func (v *View) ListAccountAliases(ctx context.Context) ([]string, error) {
	if err := v.check(ctx, asked{action: "ListAccountAliases", on: "*"}); err != nil {
		return nil, err
	}
	var out []string
	v.store.read(func(s *state) {
		if a := s.accounts[v.by.Account]; a != nil && a.Alias != "" {
			out = []string{a.Alias}
		}
	})
	return out, nil
}

// AccountSummary counts what the account has, beside the quotas that are in force here.
func (v *View) AccountSummary(ctx context.Context) (map[string]int, error) {
	if err := v.check(ctx, asked{action: "GetAccountSummary", on: "*"}); err != nil {
		return nil, err
	}
	m := map[string]int{
		"GroupsPerUserQuota": maxGroups, "AccessKeysPerUserQuota": maxKeys, "VersionsPerPolicyQuota": maxVersions,
		"PolicySizeQuota": maxPolicySize, "AssumeRolePolicySizeQuota": maxTrustSize,
		"UserPolicySizeQuota": ofUser.inline, "GroupPolicySizeQuota": ofGroup.inline, "RolePolicySizeQuota": ofRole.inline,
		"AttachedPoliciesPerUserQuota": maxAttached, "AttachedPoliciesPerGroupQuota": maxAttached, "AttachedPoliciesPerRoleQuota": maxAttached,
		"Users": 0, "Groups": 0, "Roles": 0, "Policies": 0, "PolicyVersionsInUse": 0, "InstanceProfiles": 0,
		"MFADevices": 0, "MFADevicesInUse": 0, "AccountMFAEnabled": 0, "AccountAccessKeysPresent": 0,
		"AccountSigningCertificatesPresent": 0, "ServerCertificates": 0, "Providers": 0,
	}
	v.store.read(func(s *state) { s.count(v.by.Account, m) })
	return m, nil
}

func (s *state) count(account string, m map[string]int) {
	note := func(owner, what string, n int) {
		if owner == account {
			m[what] += n
		}
	}
	for _, u := range s.users {
		note(u.Account, "Users", 1)
	}
	for _, g := range s.groups {
		note(g.Account, "Groups", 1)
	}
	for _, r := range s.roles {
		note(r.Account, "Roles", 1)
	}
	for _, p := range s.policies {
		note(p.Account, "Policies", 1)
		note(p.Account, "PolicyVersionsInUse", len(p.Versions))
	}
	for _, p := range s.profiles {
		note(p.Account, "InstanceProfiles", 1)
	}
}
