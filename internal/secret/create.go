package secret

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
)

// CreateInput is what CreateSecret takes. Without a value the secret has no version yet.
type CreateInput struct {
	Name, Description, KMSKey string
	Token                     string // becomes the id of the first version
	Value                     Value
	Tags                      []Tag
}

// Change is a secret with the version a call made, "" when it made none.
type Change struct {
	Entry
	Version string
}

var goodName = regexp.MustCompile(`^[A-Za-z0-9/_+=.@!-]{1,512}$`)

// Create makes a secret. Repeated with the same token and value it changes nothing.
func (v *View) Create(ctx context.Context, in CreateInput) (Change, error) {
	suffix, err := newSuffix()
	if err != nil {
		return Change{}, err
	}
	now := v.store.now().UTC()
	r := &Entry{ARN: secretARN(v.by.Account, v.by.Request.Region, in.Name, suffix), Account: v.by.Account, Region: v.by.Request.Region, Name: in.Name,
		Description: in.Description, KMSKey: in.KMSKey, Created: now, Changed: now}
	if err := v.mayCreate(ctx, r, in); err != nil {
		return Change{}, err
	}
	if err := in.check(); err != nil {
		return Change{}, err
	}
	if r.Tags, err = merge(nil, in.Tags); err != nil {
		return Change{}, err
	}
	var out Change
	err = v.store.db.Update(func(tx *bbolt.Tx) error {
		out, err = v.store.create(tx, r, in)
		return err
	})
	return out, err
}

// mayCreate asks for the secret and, as AWS does, once more for its tags.
func (v *View) mayCreate(ctx context.Context, r *Entry, in CreateInput) error {
	a := asked{action: "CreateSecret", facts: requestTags(in.Tags)}
	a.facts["secretsmanager:Name"] = []string{in.Name}
	a.facts["secretsmanager:Description"] = []string{in.Description}
	if in.KMSKey != "" {
		a.facts["secretsmanager:KmsKeyId"] = []string{in.KMSKey}
	}
	if err := v.ask(ctx, a, nil, r.ARN); err != nil || len(in.Tags) == 0 {
		return err
	}
	return v.ask(ctx, asked{action: "TagResource", facts: a.facts}, nil, r.ARN)
}

func (in CreateInput) check() error {
	if !goodName.MatchString(in.Name) {
		return invalid("Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!")
	}
	if err := checkKey(in.KMSKey); err != nil {
		return err
	}
	return in.Value.check()
}

// checkKey refuses keys other than the service's own, since there is no KMS here to encrypt with.
func checkKey(key string) error {
	if key == "" || strings.HasSuffix(key, "alias/aws/secretsmanager") {
		return nil
	}
	return &fault.Error{Kind: fault.Unsupported, Code: "EncryptionFailure", On: key,
		Message: "Secrets are not encrypted with keys of KMS here; leave KmsKeyId out.",
		Hint:    "The node keeps secrets in its data directory, which only its owner can read."}
}

func (s *Store) create(tx *bbolt.Tx, r *Entry, in CreateInput) (Change, error) {
	old, err := s.load(tx, r.key())
	if err != nil {
		return Change{}, err
	}
	if old != nil {
		return s.again(tx, old, in)
	}
	if text := tx.Bucket(secretTable).Get(r.key()); text != nil { // Its recovery window is over.
		if err := s.sweep(tx, r.key(), text); err != nil {
			return Change{}, err
		}
	}
	out := Change{Entry: *r}
	if !in.Value.empty() {
		if out.Version, err = r.add(tx, in.Token, in.Value, s.now()); err != nil {
			return Change{}, err
		}
		r.attach(Current, out.Version)
		out.Entry = *r
	}
	return out, r.save(tx)
}

// again answers a repeated CreateSecret.
func (s *Store) again(tx *bbolt.Tx, old *Entry, in CreateInput) (Change, error) {
	if !old.Deleted.IsZero() {
		return Change{}, refused("You can't create this secret because a secret with this name is already scheduled for deletion.")
	}
	if in.Token != "" && old.version(in.Token) != nil {
		had, err := old.value(tx, in.Token)
		if err != nil || had.equal(in.Value) {
			return Change{*old, in.Token}, err
		}
	}
	return Change{}, &fault.Error{Kind: fault.Exists, Code: "ResourceExistsException", On: old.ARN,
		Message: fmt.Sprintf("The operation failed because the secret %s already exists.", old.Name)}
}

// add gives the secret a further version, without labels.
func (r *Entry) add(tx *bbolt.Tx, token string, value Value, at time.Time) (string, error) {
	if token == "" {
		token = newVersionID()
	}
	if err := r.prune(tx, at); err != nil {
		return "", err
	}
	r.Versions = append(r.Versions, Version{ID: token, Created: at.UTC()})
	r.Changed = at.UTC()
	return token, r.putValue(tx, token, value)
}

// maxVersions is how many versions are kept; those without a label go first, once they are a day old.
const maxVersions = 100

func (r *Entry) prune(tx *bbolt.Tx, at time.Time) error {
	for i := 0; i < len(r.Versions) && len(r.Versions) >= maxVersions; {
		v := r.Versions[i]
		if len(v.Stages) > 0 || at.Sub(v.Created) < 24*time.Hour {
			i++
			continue
		}
		if err := tx.Bucket(valueTable).Delete(r.valueKey(v.ID)); err != nil {
			return fmt.Errorf("remove a version of secret %s: %w", r.Name, err)
		}
		r.Versions = append(r.Versions[:i:i], r.Versions[i+1:]...)
	}
	if len(r.Versions) >= maxVersions {
		return &fault.Error{Kind: fault.TooLarge, Code: "LimitExceededException", On: r.ARN,
			Message: fmt.Sprintf("The secret has reached the limit of %d versions within 24 hours.", maxVersions)}
	}
	return nil
}
