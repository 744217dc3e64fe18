package arrival

import "context"

// ModifyInput says what becomes different; what is nil stays.
type ModifyInput struct {
	ARN               string
	Name, Description *string
}

// Modify changes an integration's name and description.
func (v *View) Modify(ctx context.Context, in ModifyInput) (Integration, error) {
	if err := v.ask(ctx, "redshift:ModifyIntegration", in.ARN); err != nil {
		return Integration{}, err
	}
	v.s.changing.Lock()
	defer v.s.changing.Unlock()
	now, err := v.own(in.ARN)
	if err != nil {
		return Integration{}, err
	}
	if now.Status == Creating || now.Status == Deleting {
		return Integration{}, conflictState(now)
	}
	if in.Name == nil && in.Description == nil {
		return Integration{}, invalid("The request must name what to change: IntegrationName or Description.")
	}
	if in.Name != nil {
		if err := v.rename(&now, *in.Name); err != nil {
			return Integration{}, err
		}
	}
	if in.Description != nil {
		now.Description = *in.Description
	}
	if err := v.s.put(now); err != nil {
		return Integration{}, err
	}
	v.s.leave() // The warehouse mirrors it.
	return now, nil
}

func (v *View) rename(in *Integration, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	in.Name = name
	return v.nameFree(name, in.ARN)
}

// Delete ends an integration: no event of its bucket is delivered any more. Run
// takes its entry out of the bucket and then forgets it. COPY JOBs stay.
func (v *View) Delete(ctx context.Context, integration string) (Integration, error) {
	if err := v.ask(ctx, "redshift:DeleteIntegration", integration); err != nil {
		return Integration{}, err
	}
	v.s.changing.Lock()
	defer v.s.changing.Unlock()
	in, err := v.own(integration)
	if err != nil {
		return Integration{}, err
	}
	if in.Status == Deleting {
		return in, nil // Clients repeat what they got no answer to.
	}
	in.Status = Deleting
	if err := v.s.put(in); err != nil {
		return Integration{}, err
	}
	v.s.leave()
	return in, nil
}
