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
	Tags                                    []Tag
	// KMSKey is a key of the caller's. There is no KMS on this node, so that one is refused.
	KMSKey            string
	EncryptionContext map[string]string
}

// Create begins to make an integration. What the caller may not do is refused;
// what the service may not do makes the integration fail later, with the reasons
// in Errors. Run decides that; Settled waits for it.
func (v *View) Create(ctx context.Context, in CreateInput) (Integration, error) {
	v.s.changing.Lock()
	defer v.s.changing.Unlock()
	target, err := v.check(ctx, &in)
	if err != nil {
		return Integration{}, err
	}
	made := Integration{ARN: arn.Integration(target.Region, v.by.Account, newID()), Name: in.Name, Account: v.by.Account, SourceARN: in.SourceARN,
		TargetARN: in.TargetARN, Description: in.Description, Tags: tagMap(in.Tags), Status: Creating, Created: time.Now().UTC()}
	if err := v.s.put(made); err != nil {
		return Integration{}, err
	}
	v.s.leave()
	return made, nil
}

// check asks what is asked of the caller, in AWS's order, and brings the source into its usual form.
func (v *View) check(ctx context.Context, in *CreateInput) (*warehouse.Namespace, error) {
	source, err := arn.Parse(in.SourceARN)
	if err != nil || source.Service != "s3" || strings.Contains(source.Resource, "/") {
		return nil, invalid("The source ARN " + in.SourceARN + " is not the ARN of a bucket.")
	}
	in.SourceARN = arn.Bucket(source.Resource)
	if err := checkName(in.Name); err != nil {
		return nil, err
	}
	targetARN, err := arn.Parse(in.TargetARN)
	if err != nil {
		return nil, invalid("The target ARN " + in.TargetARN + " is not the ARN of a namespace.")
	}
	facts := tagFacts(in.Tags)
	facts["redshift:IntegrationSourceArn"], facts["redshift:IntegrationTargetArn"] = []string{in.SourceARN}, []string{in.TargetARN}
	err = v.s.guard.Check(ctx, guard.Call{By: v.by, Action: "redshift:CreateIntegration", On: arn.Integration(targetARN.Region, v.by.Account, "*"),
		Owner: v.by.Account, Context: facts})
	if err != nil {
		return nil, err
	}
	if err := in.options(); err != nil {
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

// options checks what an integration has besides its ends.
func (in *CreateInput) options() error {
	if in.KMSKey != "" || len(in.EncryptionContext) > 0 {
		return unsupported(in.KMSKey, "Integrations with a customer managed key are not supported by inlet: leave KMSKeyId and AdditionalEncryptionContext out.")
	}
	return checkTags(in.Tags, nil)
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
	if target.Status != "" && target.Status != warehouse.StatusAvailable {
		return nil, &fault.Error{Kind: fault.Conflict, Code: "InvalidClusterState", On: in.TargetARN, Message: "The target is in the state " + string(target.Status) + ": it must be available."}
	}
	if target.Region != source.Region {
		return nil, unsupported(in.SourceARN, "The source bucket is in "+source.Region+" and the target in "+target.Region+": they must be in the same Region.")
	}
	return target, nil
}

// mayFeed asks the namespace whether the caller may send it events.
func (v *View) mayFeed(ctx context.Context, in *CreateInput, target *warehouse.Namespace) error {
	doc, err := target.PolicyDocument()
	if err != nil {
		return err
	}
	return v.s.guard.Check(ctx, guard.Call{By: v.by, Action: "redshift:CreateInboundIntegration", On: in.TargetARN, Owner: target.Account, Policy: doc,
		Context: map[string][]string{"aws:SourceArn": {in.SourceARN}, "aws:SourceAccount": {v.by.Account}}})
}

// room refuses a second integration of the same ends or name, and one too many.
// One that is being deleted takes no room: what is left of it is tidying up.
func (v *View) room(in *CreateInput) error {
	if len(v.s.living(func(i *Integration) bool { return i.SourceARN == in.SourceARN && i.TargetARN == in.TargetARN })) > 0 {
		return exists(in.SourceARN, "An integration between the source "+in.SourceARN+" and the target "+in.TargetARN+" already exists.")
	}
	if err := v.nameFree(in.Name, ""); err != nil {
		return err
	}
	if len(v.s.living(func(i *Integration) bool { return i.TargetARN == in.TargetARN })) >= maxPerTarget {
		return &fault.Error{Kind: fault.TooLarge, Code: "IntegrationQuotaExceededFault", On: in.TargetARN,
			Message: "You can't create any more zero-ETL or S3 event integrations because the quota has been reached."}
	}
	return nil
}

// nameFree refuses a name that an integration of the account has, but for one.
func (v *View) nameFree(name, but string) error {
	taken := func(i *Integration) bool { return i.Account == v.by.Account && i.Name == name && i.ARN != but }
	if len(v.s.living(taken)) > 0 {
		return exists(name, "An integration with the name "+name+" already exists.")
	}
	return nil
}

func (s *Integrations) living(match func(*Integration) bool) []Integration {
	return s.list(func(i *Integration) bool { return i.Status != Deleting && match(i) })
}

// notification is the integration's entry in the bucket's configuration.
func (i *Integration) notification() bucket.Integration {
	return bucket.Integration{ID: i.ARN, ARN: i.ARN, Events: []string{"s3:ObjectCreated:*"}}
}
