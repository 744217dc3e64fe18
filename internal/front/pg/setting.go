package pg

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/flow/session"
)

// news is what a session has said and the client has not been told yet. Sessions
// may speak from any goroutine; only the connection's own writes to the client.
type news struct {
	notices  []session.Notice
	settings []session.Setting
}

func (c *conn) notice(n session.Notice) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.news.notices = append(c.news.notices, n)
}

func (c *conn) settingChanged(s session.Setting) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.news.settings = append(c.news.settings, s)
}

// tellNews sends what the session said since the last call.
func (c *conn) tellNews() {
	c.mu.Lock()
	n := c.news
	c.news = news{}
	c.mu.Unlock()
	for _, m := range n.notices {
		c.out.send(noticeResponse(m))
	}
	for _, s := range n.settings {
		c.set(s)
	}
}

// set takes note of a run-time parameter. Before the first ReadyForQuery it only changes what greet will send.
func (c *conn) set(s session.Setting) {
	switch {
	case strings.EqualFold(s.Name, "extra_float_digits"):
		if n, err := strconv.Atoi(s.Value); err == nil {
			c.style.floatDigits = n
		}
		return
	case strings.EqualFold(s.Name, "TimeZone"):
		if zone, err := time.LoadLocation(s.Value); err == nil && s.Value != "Local" {
			c.style.zone = zone
		}
	}
	i := slices.IndexFunc(c.settings, func(t session.Setting) bool { return strings.EqualFold(t.Name, s.Name) })
	switch {
	case i < 0:
		c.settings = append(c.settings, s)
	case c.settings[i].Value == s.Value:
		return
	default:
		c.settings[i].Value = s.Value
		s.Name = c.settings[i].Name // libpq compares names as they were first sent.
	}
	if c.greeted {
		c.out.send(&pgproto3.ParameterStatus{Name: clean(s.Name), Value: clean(s.Value)})
	}
}

// firstSettings are the parameters every client is told; the session may still change them while it opens.
func firstSettings(s *Startup) []session.Setting {
	return []session.Setting{
		{Name: "server_version", Value: "8.0.2"},
		{Name: "client_encoding", Value: clientEncoding(s.Options["client_encoding"])},
		{Name: "DateStyle", Value: "ISO, MDY"},
		{Name: "integer_datetimes", Value: "on"},
		{Name: "is_superuser", Value: "off"},
		{Name: "session_authorization", Value: s.User},
		{Name: "TimeZone", Value: "UTC"},
		{Name: "standard_conforming_strings", Value: "on"},
		{Name: "server_protocol_version", Value: "0"},
		{Name: "datashare_enabled", Value: "off"},
	}
}

// clientEncoding repeats the client's own name of UTF-8, since some drivers
// compare it; whoever asks for another encoding learns that this is UTF8.
func clientEncoding(asked string) string {
	asked = strings.Trim(asked, `'"`)
	switch strings.ToUpper(strings.NewReplacer("-", "", "_", "").Replace(asked)) {
	case "UTF8", "UNICODE":
		return asked
	}
	return "UTF8"
}

// greet ends the start of a session.
func (c *conn) greet(secret uint32) {
	c.tellNews()
	for _, s := range c.settings {
		c.out.send(&pgproto3.ParameterStatus{Name: clean(s.Name), Value: clean(s.Value)})
	}
	c.greeted = true
	c.out.send(&pgproto3.BackendKeyData{ProcessID: uint32(c.startup.PID), SecretKey: secret})
}
