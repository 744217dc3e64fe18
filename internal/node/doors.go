package node

import (
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/iamapi"
	"github.com/inlet-data/inlet/internal/front/aws/s3api"
	"github.com/inlet-data/inlet/internal/front/aws/secretsapi"
	"github.com/inlet-data/inlet/internal/front/aws/stsapi"
)

// doors are the AWS services of the node, over its stations.
func (n *Node) doors() []aws.Service {
	return []aws.Service{
		s3api.New(n.buckets),
		iamapi.New(n.identities),
		stsapi.New(),
		secretsapi.New(n.secrets),
	}
}
