package arrival

import (
	"context"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// maxPerTarget is how many integrations may feed one namespace.
const maxPerTarget = 50

// View is the integrations as one session sees them: every method asks the guard first.
type View struct {
	s  *Integrations
	by guard.Session
}

// As binds the integrations to a session.
func (s *Integrations) As(by guard.Session) *View { return &View{s, by} }

// CreateInput describes an integration that is to be made.
type CreateInput struct {
	Name, SourceARN, TargetARN, Description string
}

// Create makes an integration. What the caller may not do is refused; what the
// service may not do makes the integration fail, with the reasons in Errors.
func (v *View) Create(ctx context.Context, in CreateInput) (Integration, error) {
	v.s.changing.Lock()
	defer v.s.changing.Unlock()
	target, err := v.check(ctx, &in)
	if err != nil {
		return Integration{}, err
	}
	made := Integration{ARN: arn.Integration(target.Region, v.by.Account, newID()), Name: in.Name, Account: v.by.Account, SourceARN: in.SourceARN,
		TargetARN: in.TargetARN, Description: in.Description, Status: Creating, Created: time.Now().UTC()}
	if err := v.s.put(made); err != nil {
		return Integration{}, err
	}
	return v.s.activate(ctx, made)
}

// check asks what is asked of the caller, in AWS's order, and brings the source into its usual form.
func (v *View) check(ctx context.Context, in *CreateInput) (*warehouse.Namespace, error) {
	source, err := arn.Parse(in.SourceARN)
	if err != nil || source.Service != "s3" || strings.Contains(source.Resource, "/") {
		return nil, invalid("The source ARN " + in.SourceARN + " is not the ARN of a bucket.")
	}
	in.SourceARN = arn.Bucket(source.Resource)
	if len(in.Name) > 63 || !validName.MatchString(in.Name) {
		return nil, invalid("The integration name " + in.Name + " is not valid.")
	}
	targetARN, err := arn.Parse(in.TargetARN)
	if err != nil {
		return nil, invalid("The target ARN " + in.TargetARN + " is not the ARN of a namespace.")
	}
	err = v.s.guard.Check(ctx, guard.Call{By: v.by, Action: "redshift:CreateIntegration", On: arn.Integration(targetARN.Region, v.by.Account, "*"),
		Owner: v.by.Account, Context: map[string][]string{
			"redshift:IntegrationSourceArn": {in.SourceARN}, "redshift:IntegrationTargetArn": {in.TargetARN}}})
	if err != nil {
		return nil, err
	}
	target, err := v.ends(in, source.Resource)
	if err != nil {
		return nil, err
	}
	if err := v.mayFeed(ctx, in, target); err != nil {
		return nil, err
	}
	return target, v.room(in)
}

// ends finds source and target, which must fit together.
func (v *View) ends(in *CreateInput, name string) (*warehouse.Namespace, error) {
	source, err := v.s.store.Find(name)
	if fault.KindOf(err) == fault.NotFound || err == nil && source.Owner != v.by.Account {
		return nil, noSource(in.SourceARN)
	}
	if err != nil {
		return nil, err
	}
	if strings.Contains(name, ".") {
		return nil, unsupported(in.SourceARN, "The name of the source bucket must not contain a period.")
	}
	target, err := v.s.namespaces.ByARN(in.TargetARN)
	if err != nil {
		return nil, noTarget(in.TargetARN)
	}
	if target.Region != source.Region {
		return nil, unsupported(in.SourceARN, "The source bucket is in "+source.Region+" and the target in "+target.Region+": they must be in the same Region.")
	}
	return target, nil
}

// mayFeed asks the namespace whether the caller may send it events.
func (v *View) mayFeed(ctx context.Context, in *CreateInput, target *warehouse.Namespace) error {
	doc, err := resourcePolicy(target)
	if err != nil {
		return err
	}
	return v.s.guard.Check(ctx, guard.Call{By: v.by, Action: "redshift:CreateInboundIntegration", On: in.TargetARN, Owner: target.Account, Policy: doc,
		Context: map[string][]string{"aws:SourceArn": {in.SourceARN}, "aws:SourceAccount": {v.by.Account}}})
}

func resourcePolicy(n *warehouse.Namespace) (*policy.Document, error) {
	if n.Policy == "" {
		return nil, nil
	}
	doc, err := policy.Read([]byte(n.Policy), policy.Namespace)
	if err != nil {
		return nil, &fault.Error{Code: "InternalFailure", On: n.ARN(), Message: "The stored resource policy cannot be read.", Err: err}
	}
	return doc.Named("resource policy of " + n.ARN()), nil
}

// room refuses a second integration of the same ends or name, and one too many.
func (v *View) room(in *CreateInput) error {
	if len(v.s.list(func(i *Integration) bool { return i.SourceARN == in.SourceARN && i.TargetARN == in.TargetARN })) > 0 {
		return exists(in.SourceARN, "An integration between the source "+in.SourceARN+" and the target "+in.TargetARN+" already exists.")
	}
	if len(v.s.list(func(i *Integration) bool { return i.Account == v.by.Account && i.Name == in.Name })) > 0 {
		return exists(in.Name, "An integration with the name "+in.Name+" already exists.")
	}
	if len(v.s.list(func(i *Integration) bool { return i.TargetARN == in.TargetARN })) >= maxPerTarget {
		return &fault.Error{Kind: fault.TooLarge, Code: "IntegrationQuotaExceededFault", On: in.TargetARN,
			Message: "You can't create any more zero-ETL or S3 event integrations because the quota has been reached."}
	}
	return nil
}

// notification is the integration's entry in the bucket's configuration.
func (i *Integration) notification() bucket.Integration {
	return bucket.Integration{ID: i.ARN, ARN: i.ARN, Events: []string{"s3:ObjectCreated:*"}}
}
