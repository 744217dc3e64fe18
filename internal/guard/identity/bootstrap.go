package identity

import (
	"cmp"
	"slices"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// AdministratorAccess is AWS's managed policy that allows everything.
const AdministratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess"

// CreateAccount adds an account. Nobody is asked: it is for the first start.
func (s *Store) CreateAccount(id, name string) error {
	if !arn.ValidAccount(id) {
		return &fault.Error{Kind: fault.Invalid, Code: "ValidationError", Message: id + " is not an account id: twelve digits."}
	}
	return s.update(func(st *state, c *change) error {
		if st.accounts[id] != nil {
			return alreadyExists("Account " + id + " already exists.")
		}
		a := &Account{ID: id, Name: name, Created: s.now().UTC()}
		c.put(accountTable, id, a, func(st *state) error { st.accounts[id] = a; return nil })
		return nil
	})
}

// Accounts returns the accounts of this node, by id.
func (s *Store) Accounts() []Account {
	var out []Account
	s.read(func(st *state) {
		for _, a := range st.accounts {
			out = append(out, *a)
		}
	})
	slices.SortFunc(out, func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// CreateAdmin adds a user with AdministratorAccess and a key. Nobody is asked: it is for the first start.
func (s *Store) CreateAdmin(account, user string) (AccessKey, error) {
	var k AccessKey
	var bad violations
	bad.text(userName, user)
	if err := bad.err(); err != nil {
		return k, err
	}
	err := s.update(func(st *state, c *change) error {
		if st.accounts[account] == nil {
			return noSuchEntity("account", account)
		}
		if _, ok := ofUser.find(st, account, user); ok {
			return alreadyExists("User with name " + user + " already exists.")
		}
		v := View{store: s, by: guard.Session{Account: account}}
		u := &User{Bearer: v.bearer(rootPath, user, ofUser)}
		u.Attached = []string{AdministratorAccess}
		k = s.newKey(&u.Bearer)
		kept := k
		c.putUser(u)
		c.putKey(&kept)
		return nil
	})
	return k, err
}

// AdminKey returns an active key of a user made by CreateAdmin, so that the
// node can print it again; false when the user or its keys are gone.
func (s *Store) AdminKey(account, user string) (AccessKey, bool) {
	var k AccessKey
	ok := false
	s.read(func(st *state) {
		for _, c := range st.keysOf(account, user) {
			if c.Active && !ok {
				k, ok = *c, true
			}
		}
	})
	return k, ok
}

// Root is the session of an account's root user, for what the node itself does
// in an account's name at its first start.
func (s *Store) Root(account string) guard.Session {
	return guard.Session{Type: policy.Root, ARN: arn.Root(account), Account: account, UserID: account}
}

// RoleExists reports whether a role of this node has the ARN, case included.
func (s *Store) RoleExists(roleARN string) bool {
	ok := false
	s.read(func(st *state) { _, ok = st.arns[roleARN].(*Role) })
	return ok
}
