package logsapi

import (
	"cmp"
	"context"

	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) groups() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateLogGroup", "CreateLogGroup", createGroup),
		op(d, "DescribeLogGroups", "DescribeLogGroups", describeGroups),
		op(d, "ListLogGroups", "ListLogGroups", listGroups),
		op(d, "DeleteLogGroup", "DeleteLogGroup", deleteGroup),
		op(d, "PutRetentionPolicy", "PutRetentionPolicy", putRetention),
		op(d, "DeleteRetentionPolicy", "DeleteRetentionPolicy", deleteRetention),
	}
}

type createGroupInput struct {
	Name      string            `json:"logGroupName" required:"true" min:"1" max:"512" pattern:"[\\.\\-_/#A-Za-z0-9]+"`
	KMSKey    string            `json:"kmsKeyId" max:"256"`
	Tags      map[string]string `json:"tags" min:"1" max:"50"`
	Class     string            `json:"logGroupClass" enum:"STANDARD INFREQUENT_ACCESS DELIVERY"`
	Protected bool              `json:"deletionProtectionEnabled"`
}

func createGroup(ctx context.Context, v *logs.View, in createGroupInput) (aws.Empty, error) {
	return aws.Empty{}, v.CreateGroup(ctx, logs.CreateGroupInput{Name: in.Name, KMSKey: in.KMSKey, Class: in.Class, Protected: in.Protected, Tags: in.Tags})
}

type group struct {
	Name          string `json:"logGroupName"`
	Created       int64  `json:"creationTime"`
	Retention     int    `json:"retentionInDays,omitempty"`
	MetricFilters int    `json:"metricFilterCount"`
	ARN           string `json:"arn"`
	StoredBytes   int64  `json:"storedBytes"`
	KMSKey        string `json:"kmsKeyId,omitempty"`
	Class         string `json:"logGroupClass"`
	PlainARN      string `json:"logGroupArn"`
	Protected     bool   `json:"deletionProtectionEnabled"`
}

func describeGroup(g logs.Described) group {
	return group{Name: g.Name, Created: millis(g.Created), Retention: g.Retention, ARN: g.ARN() + ":*", StoredBytes: g.Bytes, KMSKey: g.KMSKey,
		Class: cmp.Or(g.Class, "STANDARD"), PlainARN: g.ARN(), Protected: g.Protected}
}

type describeGroupsInput struct {
	Accounts    []string `json:"accountIdentifiers" max:"20" pattern:"^\\d{12}$" each:"12 12"`
	Prefix      string   `json:"logGroupNamePrefix" min:"1" max:"512" pattern:"[\\.\\-_/#A-Za-z0-9]+"`
	Pattern     string   `json:"logGroupNamePattern" max:"512" pattern:"[\\.\\-_/#A-Za-z0-9]*"`
	NextToken   string   `json:"nextToken" min:"1"`
	Limit       int      `json:"limit" min:"1" max:"50"`
	Linked      bool     `json:"includeLinkedAccounts"`
	Class       string   `json:"logGroupClass" enum:"STANDARD INFREQUENT_ACCESS DELIVERY"`
	Identifiers []string `json:"logGroupIdentifiers" min:"1" max:"50" pattern:"[\\w#+=/:,.@-]*" each:"1 2048"`
}

type groupList struct {
	Groups    []group `json:"logGroups"`
	NextToken string  `json:"nextToken,omitempty"`
}

const defaultLimit = 50

func describeGroups(ctx context.Context, v *logs.View, in describeGroupsInput) (groupList, error) {
	all, next, err := v.Groups(ctx, logs.GroupsInput{Action: "DescribeLogGroups", Prefix: in.Prefix, Pattern: in.Pattern, Class: in.Class, Names: in.Identifiers, Accounts: in.Accounts,
		Page: logs.Page{Max: cmp.Or(in.Limit, defaultLimit), Token: in.NextToken}})
	return groupList{each(all, describeGroup), next}, err
}

type listGroupsInput struct {
	Pattern   string   `json:"logGroupNamePattern" min:"3" max:"129" pattern:"(\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24})(\\|\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24}){0,4}"`
	Class     string   `json:"logGroupClass" enum:"STANDARD INFREQUENT_ACCESS DELIVERY"`
	Linked    bool     `json:"includeLinkedAccounts"`
	Accounts  []string `json:"accountIdentifiers" max:"20" pattern:"^\\d{12}$" each:"12 12"`
	NextToken string   `json:"nextToken" min:"1"`
	Limit     int      `json:"limit" min:"1" max:"1000"`
}

type groupSummary struct {
	Name  string `json:"logGroupName"`
	ARN   string `json:"logGroupArn"`
	Class string `json:"logGroupClass"`
}

type summaryList struct {
	Groups    []groupSummary `json:"logGroups"`
	NextToken string         `json:"nextToken,omitempty"`
}

func listGroups(ctx context.Context, v *logs.View, in listGroupsInput) (summaryList, error) {
	all, next, err := v.Groups(ctx, logs.GroupsInput{Action: "ListLogGroups", Pattern: in.Pattern, Expression: true, Class: in.Class, Accounts: in.Accounts,
		Page: logs.Page{Max: cmp.Or(in.Limit, defaultLimit), Token: in.NextToken}})
	return summaryList{each(all, func(g logs.Described) groupSummary { return groupSummary{g.Name, g.ARN(), cmp.Or(g.Class, "STANDARD")} }), next}, err
}

type groupName struct {
	Name string `json:"logGroupName" required:"true" min:"1" max:"512" pattern:"[\\.\\-_/#A-Za-z0-9]+"`
}

func deleteGroup(ctx context.Context, v *logs.View, in groupName) (aws.Empty, error) {
	return aws.Empty{}, v.DeleteGroup(ctx, in.Name)
}

type retentionInput struct {
	groupName
	Days int `json:"retentionInDays" required:"true"`
}

func putRetention(ctx context.Context, v *logs.View, in retentionInput) (aws.Empty, error) {
	if in.Days == 0 {
		in.Days = -1 // Which is no number of days: only the other operation means for ever.
	}
	return aws.Empty{}, v.SetRetention(ctx, in.Name, in.Days)
}

func deleteRetention(ctx context.Context, v *logs.View, in groupName) (aws.Empty, error) {
	return aws.Empty{}, v.SetRetention(ctx, in.Name, 0)
}
