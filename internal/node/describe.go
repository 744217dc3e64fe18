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

// login is the way into a namespace. The password is known when it is a secret
// that Redshift manages; any other is known to who set it.
func (n *Node) login(ns *warehouse.Namespace) (l Login, err error) {
	l = Login{Namespace: ns.ARN(), Secret: ns.AdminSecret, Database: ns.DBName, User: ns.AdminUser}
	if c, missing := n.fleet.find(ns.ARN()); missing == nil {
		l.SQLHost, l.SQLPort = c.host, c.port
	}
	if ns.AdminPassword == "" || ns.AdminSecret != "" {
		l.Password, err = passwords{n.secrets}.of(ns)
	}
	return l, err
}
