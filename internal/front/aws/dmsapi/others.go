package dmsapi

import (
	"context"
	"maps"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/front/aws"
)

// others are the operations on accounts, tags, events and certificates.
func (d door) others() []aws.Operation {
	return []aws.Operation{
		op(d, "DescribeAccountAttributes", describeAccount),
		op(d, "AddTagsToResource", addTags),
		op(d, "RemoveTagsFromResource", removeTags),
		op(d, "ListTagsForResource", listTags),
		op(d, "DescribeEvents", describeEvents),
		op(d, "DescribeEventCategories", describeEventCategories),
		op(d, "ImportCertificate", importCertificate),
		op(d, "DescribeCertificates", describeCertificates),
		op(d, "DeleteCertificate", deleteCertificate),
	}
}

type quota struct {
	Name string `json:"AccountQuotaName"`
	Used int64  `json:"Used"`
	Max  int64  `json:"Max"`
}

type account struct {
	Quotas []quota `json:"AccountQuotas"`
	ID     string  `json:"UniqueAccountIdentifier"`
}

func describeAccount(ctx context.Context, v *replication.View, _ aws.Empty) (account, error) {
	quotas, id, err := v.AccountAttributes(ctx)
	return account{each(quotas, func(q replication.Quota) quota { return quota(q) }), id}, err
}

type addTagsInput struct {
	ResourceARN string `json:"ResourceArn" required:"true"`
	Tags        []tag  `json:"Tags" required:"true"`
}

func addTags(ctx context.Context, v *replication.View, in addTagsInput) (aws.Empty, error) {
	return aws.Empty{}, v.AddTags(ctx, in.ResourceARN, tags(in.Tags))
}

type removeTagsInput struct {
	ResourceARN string   `json:"ResourceArn" required:"true"`
	TagKeys     []string `json:"TagKeys" required:"true"`
}

func removeTags(ctx context.Context, v *replication.View, in removeTagsInput) (aws.Empty, error) {
	return aws.Empty{}, v.RemoveTags(ctx, in.ResourceARN, in.TagKeys)
}

type listTagsInput struct {
	ResourceARN     string   `json:"ResourceArn"`
	ResourceARNList []string `json:"ResourceArnList"`
}

type tagList struct {
	Tags []tag `json:"TagList"`
}

func listTags(ctx context.Context, v *replication.View, in listTagsInput) (tagList, error) {
	names := in.ResourceARNList
	if in.ResourceARN != "" {
		names = append([]string{in.ResourceARN}, names...)
	}
	all, err := v.ListTags(ctx, names)
	out := tagList{[]tag{}}
	for _, r := range all {
		for _, t := range r.Tags {
			out.Tags = append(out.Tags, tag{t.Key, t.Value, r.ARN})
		}
	}
	return out, err
}

type describeEventsInput struct {
	filtered
	Source     string   `json:"SourceIdentifier"`
	Type       string   `json:"SourceType"`
	Start      aws.Time `json:"StartTime"`
	End        aws.Time `json:"EndTime"`
	Duration   int      `json:"Duration"`
	Categories []string `json:"EventCategories"`
}

type event struct {
	Source     string   `json:"SourceIdentifier"`
	Type       string   `json:"SourceType"`
	Message    string   `json:"Message"`
	Categories []string `json:"EventCategories"`
	Date       aws.Time `json:"Date"`
}

type eventList struct {
	Marker string  `json:"Marker,omitempty"`
	Events []event `json:"Events"`
}

func describeEvents(ctx context.Context, v *replication.View, in describeEventsInput) (eventList, error) {
	all, marker, err := v.Events(ctx, replication.EventsInput{Query: in.query(), Source: in.Source, Type: in.Type, Start: in.Start.Time, End: in.End.Time,
		Duration: in.Duration, Categories: in.Categories})
	return eventList{marker, each(all, func(e replication.Event) event {
		return event{e.Identifier, e.Type, e.Message, []string{e.Category}, aws.Time{Time: e.At}}
	})}, err
}

type describeCategoriesInput struct {
	Type    string   `json:"SourceType"`
	Filters []filter `json:"Filters"`
}

type categoryGroup struct {
	Type       string   `json:"SourceType"`
	Categories []string `json:"EventCategories"`
}

type categoryList struct {
	Groups []categoryGroup `json:"EventCategoryGroupList"`
}

func describeEventCategories(ctx context.Context, v *replication.View, in describeCategoriesInput) (categoryList, error) {
	all, err := v.EventCategories(ctx, in.Type, filtered{Filters: in.Filters}.query().Filters)
	return categoryList{each(slices.Sorted(maps.Keys(all)), func(kind string) categoryGroup { return categoryGroup{kind, all[kind]} })}, err
}

type certificate struct {
	Identifier string   `json:"CertificateIdentifier"`
	Created    aws.Time `json:"CertificateCreationDate"`
	PEM        string   `json:"CertificatePem"`
	ARN        string   `json:"CertificateArn"`
	Owner      string   `json:"CertificateOwner"`
	From       aws.Time `json:"ValidFromDate"`
	To         aws.Time `json:"ValidToDate"`
	Algorithm  string   `json:"SigningAlgorithm"`
	KeyLength  int      `json:"KeyLength"`
	KMSKey     string   `json:"KmsKeyId,omitempty"`
}

func describeCertificate(c replication.Certificate) certificate {
	return certificate{c.Identifier, aws.Time{Time: c.Created}, c.PEM, c.ARN, c.Account, aws.Time{Time: c.From}, aws.Time{Time: c.To}, c.Algorithm, c.KeyLength, c.KMSKey}
}

type oneCertificate struct {
	Certificate certificate `json:"Certificate"`
}

type importCertificateInput struct {
	Identifier string `json:"CertificateIdentifier" required:"true"`
	PEM        string `json:"CertificatePem" sensitive:"true"`
	Wallet     []byte `json:"CertificateWallet"`
	Tags       []tag  `json:"Tags"`
	KMSKey     string `json:"KmsKeyId"`
}

func importCertificate(ctx context.Context, v *replication.View, in importCertificateInput) (oneCertificate, error) {
	c, err := v.ImportCertificate(ctx, replication.ImportCertificateInput{Identifier: in.Identifier, PEM: in.PEM, KMSKey: in.KMSKey, Wallet: in.Wallet, Tags: tags(in.Tags)})
	return oneCertificate{describeCertificate(c)}, err
}

type certificateList struct {
	Marker       string        `json:"Marker,omitempty"`
	Certificates []certificate `json:"Certificates"`
}

func describeCertificates(ctx context.Context, v *replication.View, in filtered) (certificateList, error) {
	all, marker, err := v.Certificates(ctx, in.query())
	return certificateList{marker, each(all, describeCertificate)}, err
}

type certificateARN struct {
	ARN string `json:"CertificateArn" required:"true"`
}

func deleteCertificate(ctx context.Context, v *replication.View, in certificateARN) (oneCertificate, error) {
	c, err := v.DeleteCertificate(ctx, in.ARN)
	return oneCertificate{describeCertificate(c)}, err
}
