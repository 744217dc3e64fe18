// Package redshiftapi answers Amazon Redshift's control API: clusters, their
// roles, policies, credentials, tags and groups, and event integrations.
package redshiftapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
)

const (
	version   = "2012-12-01"
	namespace = "http://redshift.amazonaws.com/doc/2012-12-01/"
)

// Config says what the service is made of.
type Config struct {
	Namespaces   *warehouse.Namespaces
	Integrations *arrival.Integrations
}

// statuses are the codes whose status in Redshift's model is not their kind's.
var statuses = map[string]int{
	"ClusterAlreadyExists": http.StatusBadRequest, "InvalidClusterState": http.StatusBadRequest,
	"ClusterSubnetGroupAlreadyExists": http.StatusBadRequest, "ClusterSubnetGroupNotFoundFault": http.StatusBadRequest,
	"InvalidClusterSubnetGroupStateFault": http.StatusBadRequest, "ClusterParameterGroupAlreadyExists": http.StatusBadRequest,
	"InvalidClusterParameterGroupState": http.StatusBadRequest, "IntegrationAlreadyExistsFault": http.StatusBadRequest,
	"IntegrationConflictOperationFault": http.StatusBadRequest, "IntegrationConflictStateFault": http.StatusBadRequest,
	"IntegrationQuotaExceededFault": http.StatusBadRequest,
}

// New makes the service.
func New(c Config) *aws.QueryService {
	d := door{c.Namespaces, c.Integrations}
	return aws.NewQuery("redshift", aws.Query{Version: version, Namespace: namespace, Statuses: statuses, Wording: aws.PerParameter},
		slices.Concat(d.clusters(), d.access(), d.tagging(), d.groups(), d.parameters(), integrationOperations(c.Integrations), unsupported())...)
}

// door has the handlers; each binds a store to its caller.
type door struct {
	namespaces   *warehouse.Namespaces
	integrations *arrival.Integrations
}

// op makes a row whose handler gets the namespaces as the caller sees them.
func op[In, Out any](d door, name string, h func(context.Context, *warehouse.NamespaceView, In) (Out, error)) aws.Operation {
	return aws.Op(name, "redshift:"+name, func(ctx context.Context, s guard.Session, in In) (Out, error) {
		return h(ctx, d.namespaces.As(s), in)
	})
}
