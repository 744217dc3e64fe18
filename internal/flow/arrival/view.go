package arrival

import (
	"context"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/guard"
)

// DescribeInput asks for one page of integrations.
type DescribeInput struct {
	ARN     string // "" for all
	Filters []Filter
	Page
}

// Filter selects the integrations that have one of the values.
type Filter struct {
	Name   string // integration-arn, source-arn, source-types or status
	Values []string
}

// sourceType is the kind of source that integrations have here.
const sourceType = "s3-event-notifications"

// Describe returns a page of the integrations of the caller's account, and the marker of the next.
func (v *View) Describe(ctx context.Context, in DescribeInput) (found []Integration, marker string, err error) {
	if err := v.ask(ctx, "redshift:DescribeIntegrations", in.ARN); err != nil {
		return nil, "", err
	}
	for _, f := range in.Filters {
		if err := f.check(); err != nil {
			return nil, "", err
		}
	}
	found = v.s.list(func(i *Integration) bool {
		return i.Account == v.by.Account && (in.ARN == "" || i.ARN == in.ARN) && in.selects(i)
	})
	if in.ARN != "" && len(found) == 0 {
		return nil, "", noIntegration(in.ARN)
	}
	return in.cut(found)
}

func (f *Filter) check() error {
	switch f.Name {
	case "integration-arn", "source-arn", "source-types", "status":
		return nil
	}
	return invalid("The filter name " + f.Name + " is not valid.")
}

// selects reports whether every filter has a value that fits.
func (in *DescribeInput) selects(i *Integration) bool {
	has := map[string]string{"integration-arn": i.ARN, "source-arn": i.SourceARN, "source-types": sourceType, "status": string(i.Status)}
	for _, f := range in.Filters {
		fits := false
		for _, value := range f.Values {
			fits = fits || strings.EqualFold(value, has[f.Name])
		}
		if !fits {
			return false
		}
	}
	return true
}

// DescribeInboundInput asks for one page of the integrations that feed a caller's namespaces.
type DescribeInboundInput struct {
	ARN, TargetARN string // "" for all
	Page
}

// DescribeInbound returns a page of the integrations that feed namespaces of the caller's account, whosever they are.
func (v *View) DescribeInbound(ctx context.Context, in DescribeInboundInput) (found []Integration, marker string, err error) {
	if err := v.ask(ctx, "redshift:DescribeInboundIntegrations", in.TargetARN); err != nil {
		return nil, "", err
	}
	if in.TargetARN != "" {
		if n, err := v.s.namespaces.ByARN(in.TargetARN); err != nil || n.Account != v.by.Account {
			return nil, "", noNamespace(in.TargetARN)
		}
	}
	found = v.s.list(func(i *Integration) bool {
		a, err := arn.Parse(i.TargetARN)
		return err == nil && a.Account == v.by.Account && (in.TargetARN == "" || i.TargetARN == in.TargetARN) && (in.ARN == "" || i.ARN == in.ARN)
	})
	if in.ARN != "" && len(found) == 0 {
		return nil, "", noIntegration(in.ARN)
	}
	return in.cut(found)
}

// own finds an integration of the caller's account.
func (v *View) own(integration string) (Integration, error) {
	found := v.s.list(func(i *Integration) bool { return i.Account == v.by.Account && i.ARN == integration })
	if len(found) == 0 {
		return Integration{}, noIntegration(integration)
	}
	return found[0], nil
}

// ask asks for an action on an integration, or on none in particular.
func (v *View) ask(ctx context.Context, action, on string) error {
	call := guard.Call{By: v.by, Action: action, On: on, Owner: v.by.Account}
	if on == "" {
		call.On = "*"
	} else if in, err := v.own(on); err == nil && len(in.Tags) > 0 {
		call.Context = resourceTags(&in)
	}
	return v.s.guard.Check(ctx, call)
}
