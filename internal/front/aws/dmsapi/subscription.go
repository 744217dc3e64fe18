package dmsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) subscriptions() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateEventSubscription", createSubscription),
		op(d, "DescribeEventSubscriptions", describeSubscriptions),
		op(d, "ModifyEventSubscription", modifySubscription),
		op(d, "DeleteEventSubscription", deleteSubscription),
	}
}

type subscription struct {
	Account    string   `json:"CustomerAwsId"`
	Name       string   `json:"CustSubscriptionId"`
	Topic      string   `json:"SnsTopicArn"`
	Status     string   `json:"Status"`
	Created    string   `json:"SubscriptionCreationTime"`
	Type       string   `json:"SourceType,omitempty"`
	Sources    []string `json:"SourceIdsList"`
	Categories []string `json:"EventCategoriesList"`
	Enabled    bool     `json:"Enabled"`
}

func describeSubscription(s replication.Subscription) subscription {
	return subscription{s.Account, s.Identifier, s.Topic, s.Status, replication.SubscriptionTime(s.Created), s.Type, texts(s.Sources), texts(s.Categories), s.Enabled}
}

// texts are a list that is empty rather than null.
func texts(all []string) []string { return append([]string{}, all...) }

type oneSubscription struct {
	Subscription subscription `json:"EventSubscription"`
}

type createSubscriptionInput struct {
	Name       string   `json:"SubscriptionName" required:"true"`
	Topic      string   `json:"SnsTopicArn" required:"true"`
	Type       *string  `json:"SourceType"`
	Categories []string `json:"EventCategories"`
	Sources    []string `json:"SourceIds"`
	Enabled    *bool    `json:"Enabled"`
	Tags       []tag    `json:"Tags"`
}

func createSubscription(ctx context.Context, v *replication.View, in createSubscriptionInput) (oneSubscription, error) {
	s, err := v.Subscribe(ctx, replication.SubscribeInput{Name: in.Name, Sources: in.Sources, Tags: tags(in.Tags),
		SubscriptionChange: replication.SubscriptionChange{Topic: &in.Topic, Type: in.Type, Categories: in.Categories, Enabled: in.Enabled}})
	s.Status = "creating"
	return oneSubscription{describeSubscription(s)}, err
}

type describeSubscriptionsInput struct {
	Name string `json:"SubscriptionName"`
	filtered
}

type subscriptionList struct {
	Marker        string         `json:"Marker,omitempty"`
	Subscriptions []subscription `json:"EventSubscriptionsList"`
}

func describeSubscriptions(ctx context.Context, v *replication.View, in describeSubscriptionsInput) (subscriptionList, error) {
	all, marker, err := v.Subscriptions(ctx, in.Name, in.query())
	return subscriptionList{marker, each(all, describeSubscription)}, err
}

type modifySubscriptionInput struct {
	Name       string   `json:"SubscriptionName" required:"true"`
	Topic      *string  `json:"SnsTopicArn"`
	Type       *string  `json:"SourceType"`
	Categories []string `json:"EventCategories"`
	Enabled    *bool    `json:"Enabled"`
}

func modifySubscription(ctx context.Context, v *replication.View, in modifySubscriptionInput) (oneSubscription, error) {
	s, err := v.ModifySubscription(ctx, in.Name, replication.SubscriptionChange{Topic: in.Topic, Type: in.Type, Categories: in.Categories, Enabled: in.Enabled})
	s.Status = "modifying"
	return oneSubscription{describeSubscription(s)}, err
}

type subscriptionName struct {
	Name string `json:"SubscriptionName" required:"true"`
}

func deleteSubscription(ctx context.Context, v *replication.View, in subscriptionName) (oneSubscription, error) {
	s, err := v.DeleteSubscription(ctx, in.Name)
	s.Status = "deleting"
	return oneSubscription{describeSubscription(s)}, err
}
