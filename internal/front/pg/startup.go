package pg

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"time"
)

// Codes that stand where a startup message has its protocol version.
const (
	codeCancel = 80877102
	codeSSL    = 80877103
	codeGSS    = 80877104
)

// errDone ends a connection that has nothing more to say.
var errDone = errors.New("done")

// hello reads up to the startup message and keeps what it says. Encryption
// is answered on the way; a cancel request ends here.
func (c *conn) hello(ctx context.Context) error {
	var asked [2]bool // SSL, GSS: each once, as PostgreSQL has it
	for {
		code, body, err := c.startupPacket()
		if err != nil {
			return err
		}
		switch {
		case code == codeCancel && len(body) == 8:
			c.server.keys.cancel(int32(binary.BigEndian.Uint32(body)), body[4:])
			return errDone
		case code == codeSSL && !asked[0]:
			asked[0] = true
			err = c.encrypt(ctx)
		case code == codeGSS && !asked[1]:
			asked[1] = true
			_, err = c.net.Write([]byte{'N'})
		default:
			return c.introduce(code, body)
		}
		if err != nil {
			return err
		}
	}
}

// startupPacket reads exactly one packet: bytes sent ahead of a TLS handshake must not pass for encrypted ones.
func (c *conn) startupPacket() (code uint32, body []byte, err error) {
	var header [8]byte
	if _, err := io.ReadFull(c.net, header[:]); err != nil {
		return 0, nil, err
	}
	size := int(binary.BigEndian.Uint32(header[:])) - len(header)
	if size < 0 || size > smallMessage {
		return 0, nil, refuse(stateProtocol, "invalid length of startup packet")
	}
	body = make([]byte, size)
	if _, err := io.ReadFull(c.net, body); err != nil {
		return 0, nil, unexpected(err)
	}
	return binary.BigEndian.Uint32(header[4:]), body, nil
}

func (c *conn) encrypt(ctx context.Context) error {
	if c.server.cfg.TLS == nil {
		_, err := c.net.Write([]byte{'N'})
		return err
	}
	if _, err := c.net.Write([]byte{'S'}); err != nil {
		return err
	}
	t := tls.Server(c.net, c.server.cfg.TLS)
	ctx, cancel := context.WithTimeout(ctx, c.server.cfg.StartupTimeout)
	defer cancel()
	if err := t.HandshakeContext(ctx); err != nil {
		c.log.Info("no TLS with the client", "err", err)
		return errDone
	}
	c.net, c.secure, c.out.w = t, true, t
	return nil
}

// introduce reads the startup message: a version, then pairs of names and values.
func (c *conn) introduce(version uint32, body []byte) error {
	if version>>16 != 3 {
		return refuse(stateUnsupported, "unsupported frontend protocol %d.%d: server supports 3.0 to 3.0", version>>16, version&0xffff)
	}
	pairs, ok := strings.CutSuffix(string(body), "\x00\x00")
	if !ok && string(body) != "\x00" {
		return refuse(stateProtocol, "invalid startup packet layout: expected terminator as last byte")
	}
	fields := strings.Split(pairs, "\x00")
	var unknown []string
	options := map[string]string{}
	for i := 0; i+1 < len(fields); i += 2 {
		name, value := fields[i], fields[i+1]
		if strings.HasPrefix(name, "_pq_.") {
			unknown = append(unknown, name)
			continue
		}
		options[name] = value
	}
	if minor := version & 0xffff; minor > 0 {
		c.negotiate(unknown)
	}
	return c.setStartup(options)
}

// negotiate says that this server speaks 3.0. Clients of 3.0 are not told which of their
// options are unknown: Redshift's drivers send such options and do not know the message.
func (c *conn) negotiate(unknown []string) {
	b := append(c.out.buf, 'v')
	b = binary.BigEndian.AppendUint32(b, 0)
	b = binary.BigEndian.AppendUint32(b, 3<<16)
	b = binary.BigEndian.AppendUint32(b, uint32(len(unknown)))
	for _, name := range unknown {
		b = append(append(b, name...), 0)
	}
	start := len(c.out.buf)
	binary.BigEndian.PutUint32(b[start+1:], uint32(len(b)-start-1))
	c.out.buf = b
}

func (c *conn) setStartup(options map[string]string) error {
	s := &c.startup
	s.User, s.Database, s.ApplicationName = options["user"], options["database"], options["application_name"]
	if s.User == "" {
		return refuse(stateAuthFailed, "no PostgreSQL user name specified in startup packet")
	}
	if s.Database == "" {
		s.Database = s.User
	}
	for name, value := range switches(options["options"]) {
		if _, ok := options[name]; !ok {
			options[name] = value
		}
	}
	for _, name := range []string{"user", "database", "options"} {
		delete(options, name)
	}
	s.Options = options
	s.RemoteAddr = c.raw.RemoteAddr().String()
	return nil
}

// switches reads "-c name=value" and "--name=value" of the options parameter; a
// backslash keeps the blank that follows it.
func switches(text string) map[string]string {
	set := map[string]string{}
	words := splitSwitches(text)
	for i := 0; i < len(words); i++ {
		word, ok := strings.CutPrefix(words[i], "--")
		switch {
		case ok:
		case words[i] == "-c" && i+1 < len(words):
			i++
			word = words[i]
		case strings.HasPrefix(words[i], "-c"):
			word = words[i][2:]
		default:
			continue
		}
		if name, value, ok := strings.Cut(word, "="); ok {
			set[strings.ReplaceAll(name, "-", "_")] = value
		}
	}
	return set
}

func splitSwitches(text string) []string {
	var words []string
	var word []byte
	open := false
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case b == '\\' && i+1 < len(text):
			i++
			word, open = append(word, text[i]), true
		case b == ' ' || b == '\t' || b == '\n' || b == '\r':
			if open {
				words, word, open = append(words, string(word)), nil, false
			}
		default:
			word, open = append(word, b), true
		}
	}
	if open {
		words = append(words, string(word))
	}
	return words
}

// limitTime bounds what follows; zero takes the bound away.
func (c *conn) limitTime(d time.Duration) {
	var t time.Time
	if d > 0 {
		t = time.Now().Add(d)
	}
	_ = c.raw.SetDeadline(t) // It fails on closed connections only, and the next read says so.
	if c.stopping.Load() {
		c.stopReading()
	}
}
