package secret

import (
	"context"
	"errors"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// BatchInput names secrets, or filters them; not both.
type BatchInput struct {
	Page
	IDs     []string
	Filters []Filter
}

// Failure is a secret of a batch that could not be read.
type Failure struct{ ID, Code, Message string }

const maxBatch = 20

// Batch reads the current versions of several secrets. What cannot be read is
// told beside what can.
func (v *View) Batch(ctx context.Context, in BatchInput) (values []Reading, failures []Failure, next string, err error) {
	if err := v.ask(ctx, asked{action: "BatchGetSecretValue"}, nil, "*"); err != nil {
		return nil, nil, "", err
	}
	if (len(in.IDs) == 0) == (len(in.Filters) == 0) {
		return nil, nil, "", invalid("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
	}
	if len(in.IDs) > maxBatch {
		return nil, nil, "", invalid("A batch has at most 20 secrets.")
	}
	ids := in.IDs
	if len(in.Filters) > 0 {
		if ids, next, err = v.filtered(ctx, in); err != nil {
			return nil, nil, "", err
		}
	}
	for _, id := range ids {
		one, err := v.Value(ctx, GetInput{ID: id})
		if err == nil {
			values = append(values, one)
			continue
		}
		f, ok := failureOf(id, err)
		if !ok {
			return nil, nil, "", err
		}
		failures = append(failures, f)
	}
	return values, failures, next, nil
}

// filtered are the ARNs of the secrets that the filters let through, for which the caller has to be able to list.
func (v *View) filtered(ctx context.Context, in BatchInput) ([]string, string, error) {
	if in.Limit <= 0 || in.Limit > maxBatch {
		in.Limit = maxBatch
	}
	found, next, err := v.List(ctx, ListInput{Page: in.Page, Filters: in.Filters})
	ids := make([]string, len(found))
	for i, r := range found {
		ids[i] = r.ARN
	}
	return ids, next, err
}

func failureOf(id string, err error) (Failure, bool) {
	if d, ok := errors.AsType[*guard.Denied](err); ok {
		return Failure{id, "AccessDeniedException", d.Message()}, true
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind != fault.Internal {
		return Failure{id, f.Code, f.Message}, true
	}
	return Failure{}, false
}
