package secret

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const maxPolicy = 20480

// PutPolicy replaces a secret's resource policy; blockPublic refuses one that lets everybody in.
func (v *View) PutPolicy(ctx context.Context, id, text string, blockPublic bool) (Entry, error) {
	a := asked{"PutResourcePolicy", id, facts{"secretsmanager:BlockPublicPolicy": {fmt.Sprint(blockPublic)}}}
	r, err := v.change(ctx, a, func(_ *bbolt.Tx, r *Entry) error {
		if err := r.live(); err != nil {
			return err
		}
		d, err := parsePolicy(text)
		if err != nil {
			return err
		}
		if blockPublic && d.Public() {
			return &fault.Error{Kind: fault.Denied, Code: "PublicPolicyException", On: r.ARN,
				Message: "The resource policy grants broad access to the secret."}
		}
		r.Policy = text
		return nil
	})
	if err != nil {
		return Entry{}, err
	}
	return *r, nil
}

func parsePolicy(text string) (*policy.Document, error) {
	if len(text) > maxPolicy {
		return nil, malformedPolicy(fmt.Sprintf("This resource policy is longer than %d characters.", maxPolicy), nil)
	}
	d, err := policy.Parse([]byte(text), policy.Resource)
	if err != nil {
		message := "This resource policy contains invalid Json."
		if e, ok := errors.AsType[*policy.Error](err); ok {
			message = e.Message
		}
		return nil, malformedPolicy(message, err)
	}
	return d, nil
}

func malformedPolicy(message string, err error) error {
	return &fault.Error{Kind: fault.Invalid, Code: "MalformedPolicyDocumentException", Message: message, Err: err}
}

// Policy returns a secret, whose resource policy may be "".
func (v *View) Policy(ctx context.Context, id string) (Entry, error) {
	r, err := v.find(ctx, asked{action: "GetResourcePolicy", id: id})
	if err == nil {
		err = r.live()
	}
	if err != nil {
		return Entry{}, err
	}
	return *r, nil
}

// DeletePolicy takes a secret's resource policy away.
func (v *View) DeletePolicy(ctx context.Context, id string) (Entry, error) {
	r, err := v.change(ctx, asked{action: "DeleteResourcePolicy", id: id}, func(_ *bbolt.Tx, r *Entry) error {
		if err := r.live(); err != nil {
			return err
		}
		r.Policy = ""
		return nil
	})
	if err != nil {
		return Entry{}, err
	}
	return *r, nil
}

// Problem is what speaks against a resource policy.
type Problem struct{ Check, Message string }

// ValidatePolicy says what speaks against a resource policy. id may be "".
func (v *View) ValidatePolicy(ctx context.Context, id, text string) ([]Problem, error) {
	var err error
	a := asked{action: "ValidateResourcePolicy", id: id}
	if id == "" {
		err = v.ask(ctx, a, nil, "*")
	} else {
		_, err = v.find(ctx, a)
	}
	if err != nil {
		return nil, err
	}
	d, err := parsePolicy(text)
	if err != nil {
		return nil, err
	}
	if d.Public() {
		return []Problem{{"BLOCK_PUBLIC_POLICY", "The resource policy grants broad access to the secret."}}, nil
	}
	return nil, nil
}
