package pg

import (
	"context"
	"crypto/md5"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"
)

// authenticate asks for the password. An unknown user goes the same way as a
// wrong password, and gets the same answer.
func (c *conn) authenticate(ctx context.Context) error {
	clear := c.secure && c.server.cfg.ClearText
	var salt [4]byte
	_, _ = rand.Read(salt[:]) // It never fails: crypto/rand ends the program instead.
	if clear {
		c.out.send(&pgproto3.AuthenticationCleartextPassword{})
	} else {
		c.out.send(&pgproto3.AuthenticationMD5Password{Salt: salt})
	}
	c.out.flush()
	answer, err := c.password()
	if err != nil {
		return err
	}
	stored, known, err := c.server.cfg.Backend.Password(ctx, c.startup.User)
	if err != nil {
		return err
	}
	hash, usable := strings.CutPrefix(stored, "md5")
	if clear {
		answer = md5Hex(answer + c.startup.User)
	} else {
		hash = "md5" + md5Hex(hash+string(salt[:]))
	}
	same := subtle.ConstantTimeCompare([]byte(answer), []byte(hash)) == 1
	if !known || !usable || !same {
		c.log.Warn("password authentication failed", "user", c.startup.User)
		return refuse(stateAuthFailed, "password authentication failed for user %q", c.startup.User)
	}
	c.out.send(&pgproto3.AuthenticationOk{})
	return nil
}

func (c *conn) password() (string, error) {
	kind, body, err := c.in.next()
	switch {
	case err != nil:
		return "", err
	case kind == 'X':
		return "", errDone
	case kind != 'p':
		return "", refuse(stateProtocol, "expected password response, got message type %d", kind)
	}
	var m pgproto3.PasswordMessage
	if err := decode(&m, body); err != nil {
		return "", err
	}
	return m.Password, nil
}

func md5Hex(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}
