package node

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// Root is an account's root user.
func (n *Node) Root(account string) guard.Session { return n.root(account) }

// Namespaces are the records of the warehouses.
func (n *Node) Namespaces() *warehouse.Namespaces { return n.namespaces }

// Host starts and stops warehouses.
func (n *Node) Host() warehouse.Host { return n.fleet }

// Sink takes files.
func (n *Node) Sink() arrival.Sink { return n.fleet }

// Session opens a session without a connection.
func (n *Node) Session(ctx context.Context, namespace string, o session.Options) (*session.Session, error) {
	return n.fleet.Session(ctx, namespace, o)
}

// Rest waits until nothing is delivered behind the back of clients.
func (n *Node) Rest() { n.fleet.works.Wait() }

// Doors are the services of the node.
func (n *Node) Doors() []aws.Service { return n.doors() }

// Identities are the users and roles.
func (n *Node) Identities() *identity.Store { return n.identities }
