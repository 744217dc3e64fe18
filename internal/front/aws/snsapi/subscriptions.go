package snsapi

import (
	"context"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/topic"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func subscriptions(t *topic.Topics) []aws.Operation {
	return []aws.Operation{
		op(t, "Subscribe", subscribe),
		open(t, "ConfirmSubscription", confirmSubscription),
		open(t, "Unsubscribe", unsubscribe),
		op(t, "ListSubscriptions", listSubscriptions),
		op(t, "ListSubscriptionsByTopic", listSubscriptionsByTopic),
		op(t, "GetSubscriptionAttributes", getSubscriptionAttributes),
		op(t, "SetSubscriptionAttributes", setSubscriptionAttributes),
	}
}

type subscribeInput struct {
	oneTopic
	Protocol              string `required:"true"`
	Endpoint              string
	Attributes            []pair `query:"Attributes,entry"`
	ReturnSubscriptionArn bool
}

type subscriptionOutput struct{ SubscriptionArn string }

// shown hides the ARN of a subscription that was not confirmed, as SNS does.
func shown(s *topic.Subscription, pending string) string {
	if s.Confirmed {
		return s.ARN
	}
	return pending
}

func subscribe(ctx context.Context, v *topic.View, in subscribeInput) (subscriptionOutput, error) {
	made, err := v.Subscribe(ctx, topic.SubscribeInput{TopicARN: in.TopicArn, Protocol: in.Protocol, Endpoint: in.Endpoint, Attributes: mapOf(in.Attributes)})
	if in.ReturnSubscriptionArn {
		return subscriptionOutput{made.ARN}, err
	}
	return subscriptionOutput{shown(&made, "pending confirmation")}, err
}

type confirmSubscriptionInput struct {
	oneTopic
	Token                     string `required:"true"`
	AuthenticateOnUnsubscribe string
}

func confirmSubscription(ctx context.Context, v *topic.View, in confirmSubscriptionInput) (subscriptionOutput, error) {
	arn, err := v.Confirm(ctx, in.TopicArn, in.Token, strings.EqualFold(in.AuthenticateOnUnsubscribe, "true"))
	return subscriptionOutput{arn}, err
}

type oneSubscription struct {
	SubscriptionArn string `required:"true"`
}

func unsubscribe(ctx context.Context, v *topic.View, in oneSubscription) (aws.Empty, error) {
	return aws.Empty{}, v.Unsubscribe(ctx, in.SubscriptionArn)
}

type subscription struct{ SubscriptionArn, Owner, Protocol, Endpoint, TopicArn string }

type listSubscriptionsOutput struct {
	Subscriptions members[subscription]
	NextToken     string `xml:",omitempty"`
}

func listed(found []topic.Subscription, next string, err error) (listSubscriptionsOutput, error) {
	out := listSubscriptionsOutput{NextToken: next}
	for _, s := range found {
		out.Subscriptions.Member = append(out.Subscriptions.Member, subscription{shown(&s, "PendingConfirmation"), s.Owner, s.Protocol, s.Endpoint, s.TopicARN})
	}
	return out, err
}

func listSubscriptions(ctx context.Context, v *topic.View, in nextInput) (listSubscriptionsOutput, error) {
	return listed(v.Subscriptions(ctx, in.NextToken))
}

type listSubscriptionsByTopicInput struct {
	oneTopic
	NextToken string
}

func listSubscriptionsByTopic(ctx context.Context, v *topic.View, in listSubscriptionsByTopicInput) (listSubscriptionsOutput, error) {
	return listed(v.SubscriptionsOf(ctx, in.TopicArn, in.NextToken))
}

func getSubscriptionAttributes(ctx context.Context, v *topic.View, in oneSubscription) (attributesOutput, error) {
	found, err := v.SubscriptionAttributes(ctx, in.SubscriptionArn)
	return attributesOutput{found}, err
}

type setSubscriptionAttributesInput struct {
	oneSubscription
	AttributeName  string `required:"true"`
	AttributeValue string
}

func setSubscriptionAttributes(ctx context.Context, v *topic.View, in setSubscriptionAttributesInput) (aws.Empty, error) {
	return aws.Empty{}, v.SetSubscriptionAttribute(ctx, in.SubscriptionArn, in.AttributeName, in.AttributeValue)
}
