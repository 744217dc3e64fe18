package snsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/topic"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func topics(t *topic.Topics) []aws.Operation {
	return []aws.Operation{
		op(t, "CreateTopic", createTopic),
		op(t, "DeleteTopic", deleteTopic),
		op(t, "ListTopics", listTopics),
		op(t, "GetTopicAttributes", getTopicAttributes),
		op(t, "SetTopicAttributes", setTopicAttributes),
		op(t, "AddPermission", addPermission),
		op(t, "RemovePermission", removePermission),
		op(t, "Publish", publish),
		op(t, "TagResource", tagResource),
		op(t, "UntagResource", untagResource),
		op(t, "ListTagsForResource", listTags),
	}
}

type createTopicInput struct {
	Name                 string `required:"true"`
	Attributes           []pair `query:"Attributes,entry"`
	Tags                 []tag
	DataProtectionPolicy string
}

type createTopicOutput struct{ TopicArn string }

func createTopic(ctx context.Context, v *topic.View, in createTopicInput) (createTopicOutput, error) {
	if in.DataProtectionPolicy != "" {
		return createTopicOutput{}, unsupportedParameter("DataProtectionPolicy")
	}
	arn, err := v.Create(ctx, topic.CreateInput{Name: in.Name, Attributes: mapOf(in.Attributes), Tags: tagsOf(in.Tags)})
	return createTopicOutput{arn}, err
}

func unsupportedParameter(name string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameter", Message: "Invalid parameter: " + name + " is not supported by inlet"}
}

type oneTopic struct {
	TopicArn string `required:"true"`
}

func deleteTopic(ctx context.Context, v *topic.View, in oneTopic) (aws.Empty, error) {
	return aws.Empty{}, v.Delete(ctx, in.TopicArn)
}

type nextInput struct{ NextToken string }

type listTopicsOutput struct {
	Topics    members[createTopicOutput]
	NextToken string `xml:",omitempty"`
}

func listTopics(ctx context.Context, v *topic.View, in nextInput) (listTopicsOutput, error) {
	found, next, err := v.List(ctx, in.NextToken)
	out := listTopicsOutput{NextToken: next}
	for _, arn := range found {
		out.Topics.Member = append(out.Topics.Member, createTopicOutput{arn})
	}
	return out, err
}

type attributesOutput struct{ Attributes entries }

func getTopicAttributes(ctx context.Context, v *topic.View, in oneTopic) (attributesOutput, error) {
	found, err := v.Attributes(ctx, in.TopicArn)
	return attributesOutput{found}, err
}

type setTopicAttributesInput struct {
	oneTopic
	AttributeName  string `required:"true"`
	AttributeValue string
}

func setTopicAttributes(ctx context.Context, v *topic.View, in setTopicAttributesInput) (aws.Empty, error) {
	return aws.Empty{}, v.SetAttribute(ctx, in.TopicArn, in.AttributeName, in.AttributeValue)
}

type addPermissionInput struct {
	oneTopic
	Label        string   `required:"true"`
	AWSAccountId []string `required:"true"`
	ActionName   []string `required:"true"`
}

func addPermission(ctx context.Context, v *topic.View, in addPermissionInput) (aws.Empty, error) {
	return aws.Empty{}, v.AddPermission(ctx, in.TopicArn, topic.Permission{Label: in.Label, Accounts: in.AWSAccountId, Actions: in.ActionName})
}

type removePermissionInput struct {
	oneTopic
	Label string `required:"true"`
}

func removePermission(ctx context.Context, v *topic.View, in removePermissionInput) (aws.Empty, error) {
	return aws.Empty{}, v.RemovePermission(ctx, in.TopicArn, in.Label)
}

type publishInput struct {
	TopicArn, TargetArn, PhoneNumber string
	Message                          string `required:"true"`
	Subject, MessageStructure        string
	MessageDeduplicationId           string
	MessageGroupId                   string
	MessageAttributes                []messageAttribute `query:"MessageAttributes,entry"`
}

type messageAttribute struct {
	Name  string `required:"true"`
	Value struct {
		DataType                 string `required:"true"`
		StringValue, BinaryValue string
	} `required:"true"`
}

type publishOutput struct{ MessageId string }

func publish(ctx context.Context, v *topic.View, in publishInput) (publishOutput, error) {
	for name, value := range map[string]string{"PhoneNumber": in.PhoneNumber, "MessageDeduplicationId": in.MessageDeduplicationId, "MessageGroupId": in.MessageGroupId} {
		if value != "" {
			return publishOutput{}, unsupportedParameter(name)
		}
	}
	input := topic.PublishInput{TopicARN: in.TopicArn, Subject: in.Subject, Message: in.Message, Structure: in.MessageStructure}
	if in.TopicArn == "" {
		input.TopicARN = in.TargetArn
	}
	for _, a := range in.MessageAttributes {
		one := topic.Attribute{Name: a.Name, Type: a.Value.DataType, Value: a.Value.StringValue}
		if one.Value == "" {
			one.Value = a.Value.BinaryValue
		}
		input.Attributes = append(input.Attributes, one)
	}
	id, err := v.Publish(ctx, input)
	return publishOutput{id}, err
}

type oneResource struct {
	ResourceArn string `required:"true" min:"1" max:"1011"`
}

type tagResourceInput struct {
	oneResource
	Tags []tag `required:"true"`
}

func tagResource(ctx context.Context, v *topic.View, in tagResourceInput) (done, error) {
	return done{}, v.AddTags(ctx, in.ResourceArn, tagsOf(in.Tags))
}

type untagResourceInput struct {
	oneResource
	TagKeys []string `required:"true" each:"1 128"`
}

func untagResource(ctx context.Context, v *topic.View, in untagResourceInput) (done, error) {
	return done{}, v.RemoveTags(ctx, in.ResourceArn, in.TagKeys)
}

type listTagsOutput struct{ Tags members[tag] }

func listTags(ctx context.Context, v *topic.View, in oneResource) (listTagsOutput, error) {
	found, err := v.Tags(ctx, in.ResourceArn)
	var out listTagsOutput
	for _, t := range found {
		out.Tags.Member = append(out.Tags.Member, tag(t))
	}
	return out, err
}
