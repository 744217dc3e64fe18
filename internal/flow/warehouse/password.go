package warehouse

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// Secrets keeps the passwords of administrators that Redshift manages itself.
type Secrets interface {
	// PutAdminPassword makes or replaces the secret of ns's administrator and returns its ARN.
	PutAdminPassword(ctx context.Context, ns *Namespace, password, kmsKey string) (arn string, err error)
	// DeleteAdminPassword removes it; a missing one is no error.
	DeleteAdminPassword(ctx context.Context, ns *Namespace) error
}

// SetSecrets names who keeps managed passwords. Without it ManageMasterPassword is refused.
func (s *Namespaces) SetSecrets(k Secrets) { s.secrets = k }

const (
	minPassword = 8
	maxPassword = 64
	newLength   = 40
)

// checkPassword holds a password to Redshift's rules.
func checkPassword(code, parameter, password string) error {
	switch {
	case len(password) < minPassword || len(password) > maxPassword:
		return badParameter(code, "The parameter %s must contain at least 8 and at most 64 characters.", parameter)
	case !strings.ContainsAny(password, upper) || !strings.ContainsAny(password, lower) || !strings.ContainsAny(password, digits):
		return badParameter(code, "The parameter %s must contain at least one uppercase letter, one lowercase letter, and one number.", parameter)
	}
	for _, c := range []byte(password) {
		if c < '!' || c > '~' || strings.IndexByte(`'"\/@`, c) >= 0 {
			return badParameter(code, `The parameter %s can be any printable ASCII character except ' (single quote), " (double quote), \, /, @, or space.`, parameter)
		}
	}
	return nil
}

const (
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lower  = "abcdefghijklmnopqrstuvwxyz"
	digits = "0123456789"
)

// newPassword makes a random password that keeps the rules.
func newPassword() string {
	classes := []string{upper, lower, digits}
	p := make([]byte, newLength)
	for i := range p {
		from := upper + lower + digits
		if i < len(classes) {
			from = classes[i]
		}
		n, _ := rand.Int(rand.Reader, big.NewInt(int64(len(from)))) // crypto/rand ends the program rather than fail.
		p[i] = from[n.Int64()]
	}
	return string(p)
}

// managing reports whether managed passwords can be had.
func (s *Namespaces) managing() error {
	if s.secrets != nil {
		return nil
	}
	return &fault.Error{Kind: fault.Unsupported, Code: "UnsupportedOperation", Message: "Passwords managed as secrets are not supported here: give a password."}
}

// manage gives a new namespace a password that is kept as a secret.
func (s *Namespaces) manage(ctx context.Context, n *Namespace) (*Namespace, error) {
	if err := s.managing(); err != nil {
		return n, err
	}
	secret, digest, err := s.keep(ctx, n)
	if err != nil {
		return n, err
	}
	return s.update(n.ID, func(n *Namespace) error { n.AdminSecret, n.AdminPassword = secret, digest; return nil })
}

// keep makes a password, keeps it as a secret, and returns the secret's ARN and the password's digest.
func (s *Namespaces) keep(ctx context.Context, n *Namespace) (secret, digest string, err error) {
	password := newPassword()
	secret, err = s.secrets.PutAdminPassword(ctx, n, password, n.secretKey())
	if err != nil {
		return "", "", fmt.Errorf("keep the administrator's password of %s: %w", n.Label(), err)
	}
	return secret, PasswordDigest(password, n.AdminUser), nil
}

func (n *Namespace) secretKey() string {
	if n.Kind == Serverless {
		return n.Storage.SecretKMSKey
	}
	return n.Settings.SecretKMSKey
}

// unmanage removes the secret of a namespace that has one.
func (s *Namespaces) unmanage(ctx context.Context, n *Namespace) error {
	if n.AdminSecret == "" || s.secrets == nil {
		return nil
	}
	if err := s.secrets.DeleteAdminPassword(ctx, n); err != nil {
		return fmt.Errorf("remove the secret of %s: %w", n.Label(), err)
	}
	return nil
}

// newAdmin is what a call says about an administrator's password: the password
// itself, or that Redshift manages it.
type newAdmin struct {
	password string
	managed  *bool
}

// check reports whether the password may change so.
func (a newAdmin) check(n *Namespace) error {
	switch {
	case a.managed == nil && a.password != "" && n.AdminSecret != "":
		return badParameter("InvalidParameterCombination", "You can't specify a password while Redshift manages it: turn that off in the same call.")
	case a.managed != nil && !*a.managed && a.password == "" && n.AdminSecret != "":
		return badParameter("InvalidParameterCombination", "A password is required when Redshift no longer manages it.")
	}
	return nil
}

// repassword gives an administrator the password that the caller or Redshift
// chooses: first to the engine, then into the record.
func (s *Namespaces) repassword(ctx context.Context, n *Namespace, a newAdmin) error {
	if err := a.check(n); err != nil {
		return err
	}
	managed := a.managed != nil && *a.managed
	switch {
	case managed && n.AdminSecret == "":
		return s.nowManaged(ctx, n)
	case managed || a.password == "":
		return nil
	}
	if err := s.setAdminPassword(ctx, n, PasswordDigest(a.password, n.AdminUser)); err != nil {
		return err
	}
	if err := s.unmanage(ctx, n); err != nil {
		return err
	}
	_, err := s.update(n.ID, func(n *Namespace) error { n.AdminSecret = ""; return nil })
	return err
}

// nowManaged replaces the caller's password by one that is kept as a secret.
func (s *Namespaces) nowManaged(ctx context.Context, n *Namespace) error {
	if err := s.managing(); err != nil {
		return err
	}
	secret, digest, err := s.keep(ctx, n)
	if err != nil {
		return err
	}
	if err := s.setAdminPassword(ctx, n, digest); err != nil {
		return errors.Join(err, s.secrets.DeleteAdminPassword(ctx, n))
	}
	_, err = s.update(n.ID, func(n *Namespace) error { n.AdminSecret = secret; return nil })
	return err
}

// setAdminPassword gives an administrator another password, now or when the namespace starts.
func (s *Namespaces) setAdminPassword(ctx context.Context, n *Namespace, digest string) error {
	h, err := s.hosting()
	if err != nil {
		return err
	}
	a, ok := h.(Administrators)
	if !ok {
		return &fault.Error{Kind: fault.Unsupported, Code: "UnsupportedOperation", Message: "The administrator's password cannot be changed here: use ALTER USER."}
	}
	running := n.Running()
	if running {
		if err := a.SetAdminPassword(ctx, n, digest); err != nil {
			return fmt.Errorf("set the administrator's password of %s: %w", n.Label(), err)
		}
	}
	_, err = s.update(n.ID, func(n *Namespace) error { n.AdminPassword, n.AdminChanged = digest, !running; return nil })
	return err
}

// overdue sets a password that was changed while the namespace did not run.
func (s *Namespaces) overdue(ctx context.Context, h Host, n *Namespace) error {
	a, ok := h.(Administrators)
	if !n.AdminChanged || !ok {
		return nil
	}
	if err := a.SetAdminPassword(ctx, n, n.AdminPassword); err != nil {
		return fmt.Errorf("set the administrator's password of %s: %w", n.Label(), err)
	}
	return nil
}
