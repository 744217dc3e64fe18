package node

import (
	"fmt"
	"net"
	"os"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// describe is what others may know of the node.
func (n *Node) describe(files layout, region string, awsAddr net.Addr) (Info, error) {
	host, port := reachable(awsAddr)
	i := Info{PID: os.Getpid(), Data: string(files), Region: region, AWS: fmt.Sprintf("http://%s", net.JoinHostPort(host, fmt.Sprint(port)))}
	var err error
	if ns := oldest(n.namespaces, warehouse.Provisioned); ns != nil {
		i.Cluster = ns.Cluster
		if i.Login, err = n.login(ns); err != nil {
			return i, err
		}
	}
	if ns := oldest(n.namespaces, warehouse.Serverless); ns != nil {
		i.Serverless.Workgroup, i.Serverless.Name = ns.Workgroup, ns.Name
		if i.Serverless.Login, err = n.login(ns); err != nil {
			return i, err
		}
	}
	return i, nil
}

// login is the way into a namespace. The password of one that was created with
// another is known to its creator alone.
func (n *Node) login(ns *warehouse.Namespace) (Login, error) {
	l := Login{Namespace: ns.ARN(), Database: ns.DBName, User: ns.AdminUser}
	if c, err := n.fleet.find(ns.ARN()); err == nil {
		l.SQLHost, l.SQLPort = c.host, c.port
	}
	if ns.AdminPassword != "" {
		return l, nil
	}
	var err error
	l.Password, err = n.adminPassword(ns)
	return l, err
}
