package target

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/fault"
)

// ParseURL reads redshift://user:password@host:5439/database, and postgres:// for what speaks its protocol.
func ParseURL(url string) (*pgconn.Config, error) {
	rest, ok := strings.CutPrefix(url, "redshift://")
	if ok {
		url = "postgres://" + rest
	}
	c, err := pgconn.ParseConfig(url)
	if err != nil {
		// The error repeats the URL; a password in it is not for logs.
		return nil, &fault.Error{Kind: fault.Invalid, Code: "TargetURL", Op: "read the target's URL", Message: "it is not of the form redshift://user:password@host:5439/database",
			Hint: "write special characters of the password as %XX"}
	}
	if ok && !strings.Contains(hostOf(rest), ":") {
		c.Port = 5439
	}
	if c.Database == "" || c.Host == "" {
		return nil, fmt.Errorf("read the target's URL: it names no host or no database")
	}
	return c, nil
}

// hostOf is host and port of a URL without its scheme.
func hostOf(rest string) string {
	host, _, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	return host
}
