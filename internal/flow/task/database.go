package task

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/mysql"
)

// Open says how a source is opened besides its URL.
type Open struct {
	Name string              // Of the task: what a server keeps for a reader is named after it.
	Env  func(string) string // Nil is os.Getenv.
}

// OpenSource makes the source that a URL names and tells its engine: mysql, mariadb or
// postgres, as in mysql://user:password@host:3306?ssl-mode=verify-full&ssl-ca=FILE. Hosts
// after commas take over. A password that is not in it comes from the environment.
func OpenSource(raw string, o Open) (source.Source, string, error) {
	u, err := parseURL(raw)
	if err != nil {
		return nil, "", err
	}
	if o.Env == nil {
		o.Env = os.Getenv
	}
	secure, err := encryption(u)
	if err != nil {
		return nil, "", err
	}
	password, given := u.User.Password()
	switch u.Scheme {
	case "mysql", "mariadb":
		if !given {
			password = o.Env("MYSQL_PWD")
		}
		return mysql.New(mysql.Config{Addrs: addresses(u, "3306"), User: u.User.Username(), Password: password, TLS: secure}), u.Scheme, nil
	case "postgres", "postgresql":
		if !given {
			password = o.Env("PGPASSWORD")
		}
		return openPostgres(u, password, secure, o)
	}
	return nil, "", unknownURL(u.Scheme)
}

// parseURL reads a URL; its error does not repeat it, since there may be a password in it.
func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User == nil || u.User.Username() == "" {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "SourceURL", Message: "the source's URL cannot be read",
			Hint: "mysql://user:password@host:3306 or postgres://user:password@host:5432/database; characters such as @ and / in a password are written %40 and %2F"}
	}
	return u, nil
}

func unknownURL(scheme string) error {
	return &fault.Error{Kind: fault.Unsupported, Code: "SourceURL", Message: fmt.Sprintf("%s:// is no source", scheme), Hint: "mysql://, mariadb:// and postgres:// are"}
}

// addresses are the hosts of a URL with their ports.
func addresses(u *url.URL, port string) []string {
	var all []string
	for _, host := range strings.Split(u.Host, ",") {
		if h, p, err := net.SplitHostPort(host); err == nil {
			all = append(all, net.JoinHostPort(h, cmp.Or(p, port)))
		} else {
			all = append(all, net.JoinHostPort(strings.Trim(host, "[]"), port))
		}
	}
	return all
}

// encryption reads the parameters ssl-mode and ssl-ca, also as PostgreSQL spells them.
func encryption(u *url.URL) (*tls.Config, error) {
	q := u.Query()
	for name := range q {
		switch name {
		case "ssl-mode", "sslmode", "ssl-ca", "sslrootcert", "slot", "publication":
		default:
			return nil, &fault.Error{Kind: fault.Invalid, Code: "SourceURL", Message: fmt.Sprintf("the source's URL has the parameter %q, which is not known", name), Hint: "ssl-mode, ssl-ca, slot and publication are"}
		}
	}
	mode, file := cmp.Or(q.Get("ssl-mode"), q.Get("sslmode")), cmp.Or(q.Get("ssl-ca"), q.Get("sslrootcert"))
	host, _, err := net.SplitHostPort(addresses(u, "0")[0])
	if err != nil {
		return nil, fmt.Errorf("host of the source: %w", err)
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the source's certificates: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, &fault.Error{Kind: fault.Invalid, Code: "SourceURL", On: file, Message: "the file holds no certificate"}
		}
	}
	switch strings.ToLower(mode) {
	case "", "none", "disable", "disabled":
		return nil, nil
	case "require", "required":
		c.InsecureSkipVerify = true // It is what the mode means: encrypted, to whomever.
		return c, nil
	case "verify-ca", "verify-full", "verify_ca", "verify_identity":
		return c, nil
	}
	return nil, &fault.Error{Kind: fault.Invalid, Code: "SourceURL", Message: fmt.Sprintf("ssl-mode is %q", mode), Hint: "it may be none, require, verify-ca or verify-full"}
}
