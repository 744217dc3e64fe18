package topic

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
)

// pageSize is how many topics or subscriptions one answer lists.
const pageSize = 100

var validName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// CreateInput describes a topic to make.
type CreateInput struct {
	Name       string
	Attributes map[string]string
	Tags       []Tag
}

// Create makes a topic and returns its ARN; one that the account has already is returned as it is.
func (v *View) Create(ctx context.Context, in CreateInput) (string, error) {
	made, err := v.newTopic(in.Name)
	if err != nil {
		return "", err
	}
	if _, err := v.ask(ctx, "CreateTopic", made.ARN, tagFacts(in.Tags)); err != nil && fault.KindOf(err) != fault.NotFound {
		return "", err
	}
	if err := checkTags(in.Tags, nil); err != nil {
		return "", err
	}
	for _, name := range slices.Sorted(maps.Keys(in.Attributes)) {
		if err := v.t.set(&made, name, in.Attributes[name]); err != nil {
			return "", err
		}
	}
	made.Tags = tagMap(in.Tags)
	return made.ARN, v.t.add(made, in)
}

func (v *View) newTopic(name string) (Topic, error) {
	if strings.HasSuffix(name, ".fifo") {
		return Topic{}, &fault.Error{Kind: fault.Invalid, Code: "InvalidParameter", Message: "Invalid parameter: FIFO topics are not supported by inlet"}
	}
	if !validName.MatchString(name) {
		return Topic{}, invalid("Topic Name")
	}
	region := v.by.Request.Region
	if region == "" {
		region = v.t.Region
	}
	made := Topic{Name: name, Account: v.by.Account, Created: v.t.Now().UTC()}
	made.ARN = arn.ARN{Partition: arn.Partition, Service: "sns", Region: region, Account: v.by.Account, Resource: name}.String()
	made.Policy = defaultPolicy(made.ARN, made.Account)
	return made, nil
}

// add stores a topic unless it is there: with other attributes or tags that is an error.
func (t *Topics) add(made Topic, in CreateInput) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if old, ok := t.topics[made.ARN]; ok {
		return old.same(&made, in)
	}
	if err := t.db.Update(func(tx *bbolt.Tx) error { return putJSON(tx, topicTable, made.ARN, made) }); err != nil {
		return fmt.Errorf("store topic %s: %w", made.ARN, err)
	}
	t.topics[made.ARN] = made
	return nil
}

func (t *Topic) same(made *Topic, in CreateInput) error {
	if len(in.Tags) > 0 && !maps.Equal(t.Tags, made.Tags) {
		return invalid("Tags Reason: Topic already exists with different tags")
	}
	_, policed := in.Attributes["Policy"]
	_, shown := in.Attributes["DisplayName"]
	if policed && t.Policy != made.Policy || shown && t.DisplayName != made.DisplayName {
		return invalid("Attributes Reason: Topic already exists with different attributes")
	}
	return nil
}

// Delete removes a topic with its subscriptions and what waits for delivery; a missing one is no error.
func (v *View) Delete(ctx context.Context, topic string) error {
	if err := checkARN(topic); err != nil {
		return err
	}
	if _, err := v.ask(ctx, "DeleteTopic", topic, nil); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	}
	for _, s := range v.t.subscribed(func(s *Subscription) bool { return s.TopicARN == topic }) {
		if err := v.t.unsubscribe(s.ARN); err != nil {
			return err
		}
	}
	v.t.mu.Lock()
	defer v.t.mu.Unlock()
	if err := v.t.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(topicTable).Delete([]byte(topic)) }); err != nil {
		return fmt.Errorf("remove topic %s: %w", topic, err)
	}
	delete(v.t.topics, topic)
	return nil
}

// List returns a page of the ARNs of the account's topics, and what asks for the next.
func (v *View) List(ctx context.Context, token string) (found []string, next string, err error) {
	if _, err := v.ask(ctx, "ListTopics", "*", nil); err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, "", err
	}
	v.t.mu.Lock()
	for _, one := range v.t.topics {
		if one.Account == v.by.Account && v.here(one.ARN) {
			found = append(found, one.ARN)
		}
	}
	v.t.mu.Unlock()
	slices.Sort(found)
	return cut(found, func(s string) string { return s }, token)
}

// here reports whether an ARN is of the region the request was signed for.
func (v *View) here(name string) bool {
	a, err := arn.Parse(name)
	return err == nil && (v.by.Request.Region == "" || a.Region == v.by.Request.Region)
}

// cut takes one page behind token; tokens are the keys of last elements.
func cut[T any](all []T, key func(T) string, token string) (page []T, next string, err error) {
	if token != "" && !strings.HasPrefix(token, "arn:") {
		return nil, "", invalid("NextToken Reason: Invalid token")
	}
	from := slices.IndexFunc(all, func(x T) bool { return key(x) > token })
	if from < 0 {
		return nil, "", nil
	}
	if all = all[from:]; len(all) <= pageSize {
		return all, "", nil
	}
	return all[:pageSize], key(all[pageSize-1]), nil
}

// Attributes returns what GetTopicAttributes tells of a topic.
func (v *View) Attributes(ctx context.Context, topic string) (map[string]string, error) {
	if err := checkARN(topic); err != nil {
		return nil, err
	}
	one, err := v.ask(ctx, "GetTopicAttributes", topic, nil)
	if err != nil {
		return nil, err
	}
	confirmed := v.t.subscribed(func(s *Subscription) bool { return s.TopicARN == topic && s.Confirmed })
	waiting := v.t.subscribed(func(s *Subscription) bool { return s.TopicARN == topic && !s.Confirmed })
	return map[string]string{
		"TopicArn": one.ARN, "Owner": one.Account, "Policy": one.Policy, "DisplayName": one.DisplayName,
		"SubscriptionsConfirmed": fmt.Sprint(len(confirmed)), "SubscriptionsPending": fmt.Sprint(len(waiting)), "SubscriptionsDeleted": "0",
	}, nil
}

// SetAttribute changes one attribute of a topic: DisplayName or Policy.
func (v *View) SetAttribute(ctx context.Context, topic, name, value string) error {
	if err := checkARN(topic); err != nil {
		return err
	}
	if _, err := v.ask(ctx, "SetTopicAttributes", topic, nil); err != nil {
		return err
	}
	return v.t.change(topic, func(one *Topic) error { return v.t.set(one, name, value) })
}

// maxDisplayName is how many characters a display name may have.
const maxDisplayName = 100

func (t *Topics) set(one *Topic, name, value string) error {
	switch name {
	case "DisplayName":
		if len(value) > maxDisplayName {
			return invalid("DisplayName")
		}
		one.DisplayName = value
		return nil
	case "Policy":
		return t.setPolicy(one, value)
	}
	if value == "" || value == "false" {
		return nil // Clients clear what they never set.
	}
	return invalid("AttributeName Reason: the attribute " + name + " is not supported by inlet")
}

func checkARN(topic string) error {
	a, err := arn.Parse(topic)
	if err != nil || a.Service != "sns" || strings.Contains(a.Resource, ":") {
		return invalid("TopicArn")
	}
	return nil
}

// accountOf is the account an ARN names, or another where it names none.
func accountOf(name, otherwise string) string {
	if a, err := arn.Parse(name); err == nil && a.Account != "" {
		return a.Account
	}
	return otherwise
}
