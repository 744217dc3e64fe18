package task

import (
	"crypto/tls"
	"net/url"

	"github.com/inlet-data/inlet/internal/flow/source"
)

func openPostgres(u *url.URL, _ string, _ *tls.Config, _ Open) (source.Source, string, error) {
	return nil, "", unknownURL(u.Scheme)
}
