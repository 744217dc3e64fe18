package arrival

import (
	"context"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/guard"
)

// Describe returns an integration of the caller's account, or all of them when integration is "".
func (v *View) Describe(ctx context.Context, integration string) ([]Integration, error) {
	if err := v.ask(ctx, "redshift:DescribeIntegrations", integration); err != nil {
		return nil, err
	}
	found := v.s.list(func(i *Integration) bool {
		return i.Account == v.by.Account && (integration == "" || i.ARN == integration)
	})
	if integration != "" && len(found) == 0 {
		return nil, noIntegration(integration)
	}
	return found, nil
}

// DescribeInbound returns the integrations that feed a namespace of the caller's account, whosever they are.
func (v *View) DescribeInbound(ctx context.Context, target string) ([]Integration, error) {
	if err := v.ask(ctx, "redshift:DescribeInboundIntegrations", ""); err != nil {
		return nil, err
	}
	return v.s.list(func(i *Integration) bool {
		a, err := arn.Parse(i.TargetARN)
		return err == nil && a.Account == v.by.Account && (target == "" || i.TargetARN == target)
	}), nil
}

// Delete ends an integration: no event of its bucket is delivered any more. COPY JOBs stay.
func (v *View) Delete(ctx context.Context, integration string) (Integration, error) {
	if err := v.ask(ctx, "redshift:DeleteIntegration", integration); err != nil {
		return Integration{}, err
	}
	v.s.changing.Lock()
	defer v.s.changing.Unlock()
	found := v.s.list(func(i *Integration) bool { return i.Account == v.by.Account && i.ARN == integration })
	if len(found) == 0 {
		return Integration{}, noIntegration(integration)
	}
	in := found[0]
	in.Status = Deleting
	if err := v.s.put(in); err != nil {
		return Integration{}, err
	}
	if v.s.finish(ctx, in) != nil {
		v.s.leave() // It is deleted for its owner; Run takes the rest away.
	}
	return in, nil
}

func (v *View) ask(ctx context.Context, action, on string) error {
	if on == "" {
		on = "*"
	}
	return v.s.guard.Check(ctx, guard.Call{By: v.by, Action: action, On: on, Owner: v.by.Account})
}
