package postgres_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/postgres"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

// certificate makes a key pair for 127.0.0.1.
func certificate(t *testing.T) (cert, key []byte) {
	t.Helper()
	private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der := must(x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private))(t)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(private))(t)})
}

// TestTLS: snapshot and log come encrypted, and only from a server that is vouched for.
func TestTLS(t *testing.T) {
	s := start(t)
	cert, key := certificate(t)
	s.Exec(t, "CREATE TABLE shop.t (id int PRIMARY KEY)", "INSERT INTO shop.t VALUES (1)", "ALTER SYSTEM SET ssl_cert_file = '"+s.File(t, "cert", cert)+"'", "ALTER SYSTEM SET ssl_key_file = '"+s.File(t, "key", key)+"'", "ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()")
	until(t, func() bool { return s.Value(t, "SHOW ssl") == "on" })
	config := s.config()
	config.TLS = &tls.Config{RootCAs: x509.NewCertPool()}
	config.TLS.RootCAs.AppendCertsFromPEM(cert)
	src := postgres.New(config)
	defer src.Close()
	from := position(t, src)
	var b strings.Builder
	must(src.Snapshot(context.Background(), must(src.Describe(context.Background(), shop("t")))(t), source.Range{}, &b))(t)
	s.Exec(t, "INSERT INTO shop.t VALUES (2)")
	k := &sourcetest.Notes{Until: position(t, src)}
	k.Each = func() error {
		if s.Value(t, "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)") != "t" {
			t.Error("the log comes in clear text")
		}
		if k.At < k.Until {
			return nil
		}
		return sourcetest.ErrEnd
	}
	if err := src.Changes(context.Background(), from, k); !errors.Is(err, sourcetest.ErrEnd) || b.String() != "1\n" || strings.Join(k.Lines, "; ") != "INSERT t 2" {
		t.Errorf("snapshot %q, changes %v, %v", b.String(), k.Lines, err)
	}
	if err := postgres.New(withoutCA(config)).Check(context.Background(), nil); err == nil {
		t.Error("a certificate that nobody vouches for is taken")
	}
}

func withoutCA(c postgres.Config) postgres.Config {
	c.TLS = &tls.Config{RootCAs: x509.NewCertPool()}
	return c
}
