package node

import (
	"cmp"
	"fmt"
	"net"
	"strconv"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// redshiftPort is what every cluster asks for that asks for nothing.
const redshiftPort = 5439

// addresses are where a namespace may answer, best first: where it did last, unless
// it asks for another port now; the port it asks for; that port at a loopback
// address of its own, since every cluster on AWS has its own host, and Terraform
// takes a port it did not ask for as a change to be undone; any port.
func addresses(host string, ns *warehouse.Namespace, known remembered) []string {
	at := func(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }
	var all []string
	if known.Port != 0 && known.Asked == ns.Port {
		all = append(all, at(cmp.Or(known.Host, host), known.Port))
	}
	if ns.Port != 0 && ns.Port != redshiftPort { // That one belongs to the first cluster.
		all = append(all, at(host, ns.Port))
	}
	if ip := net.ParseIP(host).To4(); ns.Port != 0 && ip != nil && ip.IsLoopback() {
		for last := 2; last < 255; last++ {
			all = append(all, at(fmt.Sprintf("127.0.0.%d", last), ns.Port))
		}
	}
	return append(all, at(host, 0))
}
