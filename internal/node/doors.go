package node

import (
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/dataapi"
	"github.com/inlet-data/inlet/internal/front/aws/dmsapi"
	"github.com/inlet-data/inlet/internal/front/aws/iamapi"
	"github.com/inlet-data/inlet/internal/front/aws/logsapi"
	"github.com/inlet-data/inlet/internal/front/aws/redshiftapi"
	"github.com/inlet-data/inlet/internal/front/aws/s3api"
	"github.com/inlet-data/inlet/internal/front/aws/secretsapi"
	"github.com/inlet-data/inlet/internal/front/aws/serverlessapi"
	"github.com/inlet-data/inlet/internal/front/aws/snsapi"
	"github.com/inlet-data/inlet/internal/front/aws/stsapi"
)

// doors are the AWS services of the node, over its stations.
func (n *Node) doors() []aws.Service {
	return []aws.Service{
		s3api.New(n.buckets),
		iamapi.New(n.identities),
		stsapi.New(n.identities),
		redshiftapi.New(redshiftapi.Config{Namespaces: n.namespaces, Integrations: n.integrations}),
		serverlessapi.New(n.namespaces),
		dataapi.New(n.statements),
		secretsapi.New(n.secrets),
		snsapi.New(n.topics),
		dmsapi.New(n.replication),
		logsapi.New(n.logs),
	}
}
