package pg_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/front/pg"
)

func TestStartup(t *testing.T) {
	b := newFake()
	c := dial(t, start(t, pg.Config{Backend: b}))
	c.start(map[string]string{"user": "ada", "application_name": "test", "client_encoding": "'utf-8'", "_pq_.compression": "lz4",
		"driver_version": "2", "options": `-c statement_timeout=5 --search-path=a\ b -cx=y -d 3`, "x": "z"})
	c.password("ada", "Secret1")
	want := lines("AuthenticationOk", "S server_version=8.0.2", "S client_encoding=utf-8", "S DateStyle=ISO, MDY", "S integer_datetimes=on",
		"S is_superuser=on", "S session_authorization=ada", "S TimeZone=UTC", "S standard_conforming_strings=on",
		"S server_protocol_version=0", "S datashare_enabled=off", "K", "Z I")
	if diff := cmp.Diff(want, c.until("Z")); diff != "" {
		t.Error(diff)
	}
	s := b.startups[0]
	if s.User != "ada" || s.Database != "ada" || s.ApplicationName != "test" || s.PID == 0 || s.RemoteAddr != c.nc.LocalAddr().String() {
		t.Errorf("startup: %+v", s)
	}
	options := map[string]string{"application_name": "test", "client_encoding": "'utf-8'", "driver_version": "2",
		"statement_timeout": "5", "search_path": "a b", "x": "z"}
	if diff := cmp.Diff(options, s.Options); diff != "" {
		t.Error(diff)
	}
}

func TestRefusedStartup(t *testing.T) {
	b := newFake()
	addr := start(t, pg.Config{Backend: b})
	for _, tc := range []struct {
		name, user, database, password, want string
	}{
		{"wrong password", "ada", "dev", "secret1", `E FATAL 28000 password authentication failed for user "ada"`},
		{"unknown user", "eve", "dev", "Secret1", `E FATAL 28000 password authentication failed for user "eve"`},
		{"unknown database", "ada", "nowhere", "Secret1", "AuthenticationOk\n" + `E FATAL 3D000 database "nowhere" does not exist`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := dial(t, addr)
			c.start(map[string]string{"user": tc.user, "database": tc.database})
			c.password(tc.user, tc.password)
			if diff := cmp.Diff(tc.want+"\nclosed", c.until("closed")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// packet makes a startup packet of a code and what follows it.
func packet(code uint32, body string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	return append(binary.BigEndian.AppendUint32(b, code), body...)
}

func TestStartupPackets(t *testing.T) {
	addr := start(t, pg.Config{Backend: newFake()})
	const v3, user = 3 << 16, "user\x00ada\x00\x00"
	for _, tc := range []struct {
		name string
		send []byte
		want string // the first bytes of the answer
	}{
		{"version 2", packet(2<<16, user), "E\x00\x00\x00"},
		{"version 3.2", packet(v3+2, "user\x00ada\x00_pq_.x\x001\x00\x00"), "v\x00\x00\x00\x13\x00\x03\x00\x00\x00\x00\x00\x01_pq_.x\x00R"},
		{"SSL, refused", packet(80877103, ""), "N"},
		{"GSS, then SSL, then startup", append(append(packet(80877104, ""), packet(80877103, "")...), packet(v3, user)...), "NNR\x00\x00\x00\x0c\x00\x00\x00\x05"},
		{"SSL twice", append(packet(80877103, ""), packet(80877103, "")...), "NE"},
		{"no user", packet(v3, "database\x00dev\x00\x00"), "E"},
		{"nothing", packet(v3, "\x00"), "E"},
		{"not ended", packet(v3, "user\x00ada"), "E"},
		{"too long", []byte{0, 1, 0, 0, 0, 3, 0, 0}, "E"},
		{"too short", []byte{0, 0, 0, 7, 0, 3, 0, 0}, "E"},
		{"not PostgreSQL", []byte("GET / HTTP/1.1\r\n\r\n"), "E"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := dial(t, addr)
			if _, err := c.nc.Write(tc.send); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, len(tc.want))
			if _, err := io.ReadFull(c.nc, got); err != nil || string(got) != tc.want {
				t.Errorf("got %q (%v), want %q", got, err, tc.want)
			}
		})
	}
}

func certificate(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// encrypt takes the connection through SSLRequest.
func encrypt(t *testing.T, addr string) *client {
	t.Helper()
	c := dial(t, addr)
	if _, err := c.nc.Write(packet(80877103, "")); err != nil {
		t.Fatal(err)
	}
	var answer [1]byte
	if _, err := io.ReadFull(c.nc, answer[:]); err != nil || answer[0] != 'S' {
		t.Fatalf("answer %q (%v)", answer, err)
	}
	// The certificate was made above and nobody signed it.
	return talk(t, tls.Client(c.nc, &tls.Config{InsecureSkipVerify: true}))
}

func TestTLS(t *testing.T) {
	addr := start(t, pg.Config{Backend: newFake(), TLS: certificate(t)})
	c := encrypt(t, addr)
	c.start(map[string]string{"user": "ada"})
	c.password("ada", "Secret1")
	if got := c.until("Z"); !strings.HasSuffix(got, "Z I") {
		t.Error(got)
	}
	login(t, addr) // Clear connections stay possible.
}

func TestClearTextPassword(t *testing.T) {
	addr := start(t, pg.Config{Backend: newFake(), TLS: certificate(t), ClearText: true})
	for password, want := range map[string]string{"Secret1": "Z I", "Secret2": "closed", "": "closed"} {
		c := encrypt(t, addr)
		c.start(map[string]string{"user": "ada"})
		if _, ok := c.receive().(*pgproto3.AuthenticationCleartextPassword); !ok {
			t.Fatal("no request for a clear-text password")
		}
		c.send(&pgproto3.PasswordMessage{Password: password})
		if got := c.until("Z"); !strings.HasSuffix(got, want) {
			t.Errorf("%q: %s", password, got)
		}
	}
	login(t, addr) // Without TLS the password is never asked for in clear.
}

func TestBytesAheadOfTLS(t *testing.T) {
	c := dial(t, start(t, pg.Config{Backend: newFake(), TLS: certificate(t)}))
	if _, err := c.nc.Write(append(packet(80877103, ""), packet(3<<16, "user\x00ada\x00\x00")...)); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(c.nc)
	if err != nil && !errors.Is(err, net.ErrClosed) && !strings.Contains(err.Error(), "reset") {
		t.Fatal(err)
	}
	if len(got) == 0 || got[0] != 'S' || strings.Contains(string(got), "R\x00\x00\x00\x0c") {
		t.Errorf("a startup message sent ahead of TLS was answered: %q", got)
	}
}

func TestTimeouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := startOnPipes(t, pg.Config{Backend: newFake(), StartupTimeout: 2 * time.Second, AuthTimeout: 3 * time.Second})
		began := time.Now()
		silent := talk(t, l.dial())
		if _, err := silent.nc.Read(make([]byte, 1)); err != io.EOF || time.Since(began) != 2*time.Second {
			t.Errorf("before startup: %v after %v", err, time.Since(began))
		}
		began = time.Now()
		shy := talk(t, l.dial())
		shy.start(map[string]string{"user": "ada"})
		shy.receive()
		if _, err := shy.nc.Read(make([]byte, 1)); err != io.EOF || time.Since(began) != 3*time.Second {
			t.Errorf("before the password: %v after %v", err, time.Since(began))
		}
	})
}
