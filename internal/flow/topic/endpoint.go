package topic

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// checkEndpoint refuses what no message could be sent to. Loopback and private
// addresses are allowed, since this node runs where its users' programs do.
func checkEndpoint(protocol, endpoint string) error {
	switch protocol {
	case "http", "https":
		u, err := url.Parse(endpoint)
		if err != nil || u.Scheme != protocol || u.Hostname() == "" || u.Fragment != "" {
			return invalid("Endpoint must match the specified protocol")
		}
		if u.User != nil {
			return invalid("Endpoint Reason: user and password in a URL are not supported by inlet")
		}
		if ip, err := netip.ParseAddr(u.Hostname()); err == nil && forbidden(ip) {
			return invalid("Endpoint Reason: the address is not allowed")
		}
		return nil
	case "file":
		// The form of a path is fixed here, os.Root sees to the rest when it is opened.
		if endpoint == "" || !filepath.IsLocal(endpoint) || strings.HasSuffix(endpoint, "/") {
			return invalid("Endpoint Reason: a file is named by its path below the notifications directory of the node")
		}
		return nil
	case "email", "email-json", "sms", "sqs", "lambda", "application", "firehose":
		return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameter",
			Message: "Invalid parameter: Protocol Reason: the protocol " + protocol + " is not supported by inlet: use http, https or file"}
	}
	return invalid("Amazon SNS does not support this protocol string: " + protocol)
}

// forbidden are addresses that no endpoint of a user has: link-local ones answer
// with the credentials of machines in clouds.
func forbidden(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified()
}

// sendTimeout bounds one attempt to deliver.
const sendTimeout = 15 * time.Second

// newClient is a client that looks at every address it connects to, follows no
// redirection and uses no proxy.
func newClient() *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || forbidden(to.Addr()) {
			return &fault.Error{Kind: fault.Denied, Message: "the address " + address + " is not allowed"}
		}
		return nil
	}}
	return &http.Client{
		Timeout:       sendTimeout,
		Transport:     &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
