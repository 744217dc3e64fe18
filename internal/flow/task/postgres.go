package task

import (
	"cmp"
	"crypto/tls"
	"net/url"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/postgres"
)

// openPostgres makes a source of one database. Its slot is named after the task, since
// each reader needs one of its own.
func openPostgres(u *url.URL, password string, secure *tls.Config, o Open) (source.Source, string, error) {
	database := strings.TrimPrefix(u.Path, "/")
	c := postgres.Config{
		Addrs: addresses(u, "5432"), Database: cmp.Or(database, u.User.Username()), User: u.User.Username(), Password: password,
		TLS: secure, Slot: cmp.Or(u.Query().Get("slot"), slot(o.Name)), Publication: u.Query().Get("publication"),
	}
	return postgres.New(c), "postgres", nil
}

// slot is a task's name in the characters that names of slots may have.
func slot(name string) string {
	const most = 63
	s := "inlet_" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '_'
	}, name)
	return s[:min(len(s), most)]
}
