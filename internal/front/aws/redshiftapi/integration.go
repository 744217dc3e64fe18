package redshiftapi

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
)

// integrationOperations are the rows of event integrations.
func integrationOperations(x *arrival.Integrations) []aws.Operation {
	return []aws.Operation{
		integrationOp(x, "CreateIntegration", createIntegration),
		integrationOp(x, "DescribeIntegrations", describeIntegrations),
		integrationOp(x, "ModifyIntegration", modifyIntegration),
		integrationOp(x, "DeleteIntegration", deleteIntegration),
		integrationOp(x, "DescribeInboundIntegrations", describeInboundIntegrations),
	}
}

// integrationOp makes a row whose handler gets the integrations as the caller sees them.
func integrationOp[In, Out any](x *arrival.Integrations, name string, h func(context.Context, *arrival.View, In) (Out, error)) aws.Operation {
	return aws.Op(name, "redshift:"+name, func(ctx context.Context, s guard.Session, in In) (Out, error) {
		return h(ctx, x.As(s), in)
	})
}

// integration is an integration as its owner sees it.
type integration struct {
	IntegrationArn, IntegrationName, SourceArn, TargetArn, Status string
	Errors                                                        members[integrationError]
	CreateTime                                                    string
	Description                                                   string `xml:",omitempty"`
	Tags                                                          members[tag]
}

type integrationError struct{ ErrorCode, ErrorMessage string }

func showIntegration(i arrival.Integration) integration {
	return integration{
		IntegrationArn: i.ARN, IntegrationName: i.Name, SourceArn: i.SourceARN, TargetArn: i.TargetARN, Status: string(i.Status),
		Errors: integrationErrors(i), CreateTime: integrationTime(i.Created), Description: i.Description, Tags: tagsOf(i.Tags),
	}
}

func integrationErrors(i arrival.Integration) members[integrationError] {
	return collect("IntegrationError", i.Errors, func(e arrival.IntegrationError) integrationError {
		return integrationError{e.Code, e.Message}
	})
}

func integrationTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

type createIntegrationInput struct {
	SourceArn       string `required:"true" min:"1" max:"255" pattern:"arn:aws[a-z\\-]*:(s3|dynamodb):.*:.*:[a-zA-Z0-9._\\-\\/]+"`
	TargetArn       string `required:"true" min:"20" max:"2048" pattern:"arn:aws[a-z\\-]*:redshift(-serverless)?:[a-z0-9\\-]+:[0-9]{12}:(namespace\\/|namespace:)[a-z0-9\\-]+"`
	IntegrationName string `required:"true" min:"1" max:"63" pattern:"[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*"`
	KMSKeyId        string
	TagList         []tag  `query:"TagList,Tag"`
	Description     string `max:"1000" pattern:".*"`

	AdditionalEncryptionContext []struct {
		Key   string `query:"key"`
		Value string `query:"value"`
	} `query:"AdditionalEncryptionContext,entry"`
}

func createIntegration(ctx context.Context, v *arrival.View, in createIntegrationInput) (integration, error) {
	input := arrival.CreateInput{Name: in.IntegrationName, SourceARN: in.SourceArn, TargetARN: in.TargetArn,
		Description: in.Description, KMSKey: in.KMSKeyId, EncryptionContext: map[string]string{}}
	for _, e := range in.AdditionalEncryptionContext {
		input.EncryptionContext[e.Key] = e.Value
	}
	for _, t := range in.TagList {
		input.Tags = append(input.Tags, arrival.Tag(t))
	}
	made, err := v.Create(ctx, input)
	return showIntegration(made), err
}

type describeIntegrationsInput struct {
	paging
	IntegrationArn string `min:"1" max:"255" pattern:"arn:aws[a-z\\-]*:redshift:[a-z0-9\\-]*:[0-9]*:integration:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"`
	Filters        []struct {
		Name   string   `required:"true" enum:"integration-arn source-arn source-types status"`
		Values []string `query:"Values,Value" required:"true"`
	} `query:"Filters,DescribeIntegrationsFilter"`
}

type describeIntegrationsOutput struct {
	Marker       string `xml:",omitempty"`
	Integrations members[integration]
}

func describeIntegrations(ctx context.Context, v *arrival.View, in describeIntegrationsInput) (describeIntegrationsOutput, error) {
	input := arrival.DescribeInput{ARN: in.IntegrationArn, Page: arrival.Page{Max: in.MaxRecords, Marker: in.Marker}}
	for _, f := range in.Filters {
		input.Filters = append(input.Filters, arrival.Filter{Name: f.Name, Values: f.Values})
	}
	found, marker, err := v.Describe(ctx, input)
	return describeIntegrationsOutput{marker, collect("Integration", found, showIntegration)}, err
}

type modifyIntegrationInput struct {
	IntegrationArn  string  `required:"true" min:"1" max:"255" pattern:"arn:aws[a-z\\-]*:redshift:[a-z0-9\\-]*:[0-9]*:integration:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"`
	Description     *string `max:"1000" pattern:".*"`
	IntegrationName *string `min:"1" max:"63" pattern:"[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*"`
}

func modifyIntegration(ctx context.Context, v *arrival.View, in modifyIntegrationInput) (integration, error) {
	now, err := v.Modify(ctx, arrival.ModifyInput{ARN: in.IntegrationArn, Name: in.IntegrationName, Description: in.Description})
	return showIntegration(now), err
}

type deleteIntegrationInput struct {
	IntegrationArn string `required:"true" min:"1" max:"255" pattern:"arn:aws[a-z\\-]*:redshift:[a-z0-9\\-]*:[0-9]*:integration:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"`
}

func deleteIntegration(ctx context.Context, v *arrival.View, in deleteIntegrationInput) (integration, error) {
	gone, err := v.Delete(ctx, in.IntegrationArn)
	return showIntegration(gone), err
}
