package redshiftapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/arrival"
)

// inboundIntegration is an integration as the account of its target sees it.
type inboundIntegration struct {
	IntegrationArn, SourceArn, TargetArn, Status string
	Errors                                       members[integrationError]
	CreateTime                                   string
}

type describeInboundIntegrationsInput struct {
	paging
	IntegrationArn string `min:"1" max:"255" pattern:"arn:aws[a-z\\-]*:.+:[a-z0-9\\-]*:[0-9]*:integration:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"`
	TargetArn      string `min:"20" max:"2048" pattern:"arn:aws[a-z\\-]*:redshift(-serverless)?:[a-z0-9\\-]+:[0-9]{12}:(namespace\\/|namespace:)[a-z0-9\\-]+"`
}

type describeInboundIntegrationsOutput struct {
	Marker              string `xml:",omitempty"`
	InboundIntegrations members[inboundIntegration]
}

func describeInboundIntegrations(ctx context.Context, v *arrival.View, in describeInboundIntegrationsInput) (describeInboundIntegrationsOutput, error) {
	found, marker, err := v.DescribeInbound(ctx, arrival.DescribeInboundInput{
		ARN: in.IntegrationArn, TargetARN: in.TargetArn, Page: arrival.Page{Max: in.MaxRecords, Marker: in.Marker}})
	all := collect("InboundIntegration", found, func(i arrival.Integration) inboundIntegration {
		return inboundIntegration{i.ARN, i.SourceARN, i.TargetARN, string(i.Status), integrationErrors(i), integrationTime(i.Created)}
	})
	return describeInboundIntegrationsOutput{marker, all}, err
}
