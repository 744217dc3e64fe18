package identity

import (
	"cmp"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const (
	defaultTokenDuration = 43200
	maxTokenDuration     = 129600
)

// SessionTokenInput are GetSessionToken's parameters. Duration 0 means twelve hours.
type SessionTokenInput struct {
	Duration int    // seconds
	Device   string // serial number of an MFA device, of which there are none here
}

// SessionToken makes temporary credentials with which a user acts as itself.
// AWS asks for no permission.
func (s *Store) SessionToken(by guard.Session, in SessionTokenInput) (Credentials, error) {
	duration := cmp.Or(in.Duration, defaultTokenDuration)
	var bad violations
	bad.number(duration, minDuration, maxTokenDuration, "durationSeconds")
	if err := firstError(bad.err(), checkDevice(in.Device)); err != nil {
		return Credentials{}, err
	}
	if by.Type != policy.User || !by.Issued.IsZero() {
		return Credentials{}, &fault.Error{Kind: fault.Denied, Code: "AccessDenied", Message: "Cannot call GetSessionToken with session credentials"}
	}
	by.Issued, by.Request = s.now().UTC(), guard.Request{}
	return s.keep(by, duration)
}

// keep makes credentials for a session and keeps both until they expire.
func (s *Store) keep(by guard.Session, duration int) (Credentials, error) {
	by.AccessKeyID = keyID("ASIA")
	kept := &Session{
		AccessKeyID: by.AccessKeyID, Secret: secretKey(), Token: sessionToken(), By: by,
		Expires: by.Issued.Add(time.Duration(duration) * time.Second),
	}
	kept.By.Request = guard.Request{}
	err := s.update(func(st *state, c *change) error {
		s.dropExpired(st, c)
		c.putSession(kept)
		return nil
	})
	if err != nil {
		return Credentials{}, err
	}
	return Credentials{
		AccessKeyID: kept.AccessKeyID, SecretAccessKey: kept.Secret, SessionToken: kept.Token, Expiration: kept.Expires, Session: by,
	}, nil
}
