package identity

import (
	"cmp"
	"context"
	"strings"
)

// renaming says what user or group gets which path and name; "" leaves either.
type renaming struct{ name, newPath, newName string }

// rename checks a change of path or name, which takes the permission on both
// ARNs, and lets f write it.
func (v *View) rename(ctx context.Context, h holder, r renaming, f func(s *state, c *change, old, renamed Bearer)) error {
	if err := r.check(h); err != nil {
		return err
	}
	return v.store.update(func(s *state, c *change) error {
		old, ok := h.find(s, v.by.Account, r.name)
		renamed := old.copy()
		renamed.Path, renamed.Name = cmp.Or(r.newPath, old.Path), cmp.Or(r.newName, old.Name)
		renamed.ARN = h.arn(old.Account, renamed.Path, renamed.Name)
		for _, on := range []string{old.ARN, renamed.ARN} {
			if err := v.check(ctx, asked{action: "Update" + h.action, on: on, tags: old.Tags}); err != nil {
				return err
			}
		}
		if !ok {
			return noSuchEntity(h.word, r.name)
		}
		if _, taken := h.find(s, old.Account, renamed.Name); taken && !strings.EqualFold(renamed.Name, old.Name) {
			return alreadyExists(h.action + " with name " + renamed.Name + " already exists.")
		}
		f(s, c, *old, renamed)
		return nil
	})
}

func (r renaming) check(h holder) error {
	var bad violations
	if r.newName != "" {
		c := userName
		if h.word == ofGroup.word {
			c = groupName
		}
		c.member = "new" + h.action + "Name"
		bad.text(c, r.newName)
	}
	if r.newPath != "" {
		bad.path(r.newPath)
	}
	return bad.err()
}

// UpdateUser gives a user another path or name; "" leaves either. Keys, groups and policies stay.
func (v *View) UpdateUser(ctx context.Context, name, newPath, newName string) error {
	r := renaming{name: name, newPath: newPath, newName: newName}
	return v.rename(ctx, ofUser, r, func(s *state, c *change, old, renamed Bearer) {
		u := s.users[nameKey(old.Account, old.Name)]
		c.put(userTable, nameKey(old.Account, old.Name), nil, func(s *state) error { s.dropUser(u); return nil })
		c.putUser(&User{Bearer: renamed, Groups: u.Groups})
		for _, k := range s.keysOf(old.Account, old.Name) {
			moved := *k
			moved.User = renamed.Name
			c.putKey(&moved)
		}
	})
}
