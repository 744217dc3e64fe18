package warehouse

import (
	"context"
	"crypto/rand"
	"math/big"
	"strings"
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
