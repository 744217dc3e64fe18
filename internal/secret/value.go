package secret

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// Reading is one version of a secret with its value.
type Reading struct {
	Entry
	Version Version
	Value   Value
}

// GetInput names a version by its id, by a label, or by both; by neither it is the current one.
type GetInput struct{ ID, Version, Stage string }

// Value reads a version.
func (v *View) Value(ctx context.Context, in GetInput) (Reading, error) {
	a := asked{action: "GetSecretValue", id: in.ID, facts: facts{}}
	if in.Version != "" {
		a.facts["secretsmanager:VersionId"] = []string{in.Version}
	}
	if in.Stage != "" || in.Version == "" {
		a.facts["secretsmanager:VersionStage"] = []string{orElse(in.Stage, Current)}
	}
	r, err := v.find(ctx, a)
	if err != nil {
		return Reading{}, err
	}
	if err := r.live(); err != nil {
		return Reading{}, err
	}
	return v.store.read(r, in)
}

func (s *Store) read(r *Entry, in GetInput) (Reading, error) {
	version, err := r.pick(in)
	if err != nil {
		return Reading{}, err
	}
	out := Reading{Entry: *r, Version: *version}
	err = s.db.View(func(tx *bbolt.Tx) error {
		out.Value, err = r.value(tx, version.ID)
		return err
	})
	if err != nil {
		return Reading{}, err
	}
	return out, s.touch(r, version.ID)
}

// touch notes the day a secret was read on, which costs a write only once a day.
func (s *Store) touch(r *Entry, version string) error {
	day := s.now().UTC().Truncate(24 * time.Hour)
	if v := r.version(version); r.Accessed.Equal(day) && v.Accessed.Equal(day) {
		return nil
	}
	_, err := s.change(r, func(_ *bbolt.Tx, r *Entry) error {
		r.Accessed = day
		if v := r.version(version); v != nil {
			v.Accessed = day
		}
		return nil
	})
	if fault.KindOf(err) == fault.NotFound {
		return nil // It was removed meanwhile; what was read is still what it was.
	}
	return err
}

func (r *Entry) pick(in GetInput) (*Version, error) {
	if in.Version == "" {
		stage := orElse(in.Stage, Current)
		if v := r.staged(stage); v != nil {
			return v, nil
		}
		return nil, noVersion("staging label: " + stage)
	}
	v := r.version(in.Version)
	if v == nil {
		return nil, noVersion("VersionId: " + in.Version)
	}
	if in.Stage != "" && !slices.Contains(v.Stages, in.Stage) {
		return nil, refused("You provided a VersionStage that is not associated to the provided VersionId.")
	}
	return v, nil
}

func noVersion(what string) *fault.Error {
	return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundException", Message: "Secrets Manager can't find the specified secret value for " + what}
}

func orElse(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// PutInput is a new value for a secret. No stages means that it becomes the current one.
type PutInput struct {
	ID, Token string
	Value     Value
	Stages    []string
}

// Put gives a secret a further version. Repeated with the same token and value it changes nothing.
func (v *View) Put(ctx context.Context, in PutInput) (Reading, error) {
	var id string
	r, err := v.change(ctx, asked{action: "PutSecretValue", id: in.ID}, func(tx *bbolt.Tx, r *Entry) error {
		err := r.changeable()
		if err == nil {
			err = in.check()
		}
		if err == nil {
			id, err = r.put(tx, in, v.store.now())
		}
		return err
	})
	if err != nil {
		return Reading{}, err
	}
	return Reading{Entry: *r, Version: *r.version(id)}, nil
}

func (in PutInput) check() error {
	if in.Value.empty() {
		return invalid("You must provide either SecretString or SecretBinary.")
	}
	return in.Value.check()
}

func (r *Entry) changeable() error {
	if err := r.live(); err != nil {
		return err
	}
	return r.free()
}

func (r *Entry) put(tx *bbolt.Tx, in PutInput, at time.Time) (string, error) {
	if in.Token != "" && r.version(in.Token) != nil {
		had, err := r.value(tx, in.Token)
		if err != nil || had.equal(in.Value) {
			return in.Token, err
		}
		return "", &fault.Error{Kind: fault.Exists, Code: "ResourceExistsException", On: r.ARN,
			Message: "You can't modify an existing version, you can only create a new version."}
	}
	id, err := r.add(tx, in.Token, in.Value, at)
	if err != nil {
		return "", err
	}
	stages := in.Stages
	if len(stages) == 0 || r.staged(Current) == nil && !slices.Contains(stages, Current) {
		stages = append([]string{Current}, stages...) // A first version is always the current one.
	}
	for _, s := range stages {
		r.attach(s, id)
	}
	return id, nil
}

// UpdateInput changes what is set; a value becomes the current version.
type UpdateInput struct {
	ID, Token           string
	Description, KMSKey *string
	Value               Value
}

// Update changes a secret's description and, when one is given, its value.
func (v *View) Update(ctx context.Context, in UpdateInput) (Change, error) {
	a := asked{action: "UpdateSecret", id: in.ID, facts: facts{}}
	if in.Description != nil {
		a.facts["secretsmanager:Description"] = []string{*in.Description}
	}
	if in.KMSKey != nil {
		a.facts["secretsmanager:KmsKeyId"] = []string{*in.KMSKey}
	}
	var out Change
	r, err := v.change(ctx, a, func(tx *bbolt.Tx, r *Entry) (err error) {
		out.Version, err = v.store.update(tx, r, in)
		return err
	})
	if err != nil {
		return Change{}, err
	}
	out.Entry = *r
	return out, nil
}

func (s *Store) update(tx *bbolt.Tx, r *Entry, in UpdateInput) (string, error) {
	if err := r.changeable(); err != nil {
		return "", err
	}
	if in.KMSKey != nil {
		if err := checkKey(*in.KMSKey); err != nil {
			return "", err
		}
		r.KMSKey = *in.KMSKey
	}
	if in.Description != nil {
		r.Description = *in.Description
	}
	r.Changed = s.now().UTC()
	if in.Value.empty() {
		return "", nil
	}
	if err := in.Value.check(); err != nil {
		return "", err
	}
	return r.put(tx, PutInput{Token: in.Token, Value: in.Value, Stages: []string{Current}}, s.now())
}

// StageInput moves a label.
type StageInput struct{ ID, Stage, RemoveFrom, MoveTo string }

// UpdateStage moves a label from one version to another, or takes it away.
func (v *View) UpdateStage(ctx context.Context, in StageInput) (Entry, error) {
	a := asked{action: "UpdateSecretVersionStage", id: in.ID, facts: facts{"secretsmanager:VersionStage": {in.Stage}}}
	r, err := v.change(ctx, a, func(_ *bbolt.Tx, r *Entry) error {
		if err := r.changeable(); err != nil {
			return err
		}
		r.Changed = v.store.now().UTC()
		return r.move(in)
	})
	if err != nil {
		return Entry{}, err
	}
	return *r, nil
}

func (r *Entry) move(in StageInput) error {
	for _, id := range []string{in.RemoveFrom, in.MoveTo} {
		if id != "" && r.version(id) == nil {
			return noVersion("VersionId: " + id)
		}
	}
	old := r.staged(in.Stage)
	switch {
	case in.RemoveFrom == "" && in.MoveTo == "":
		return invalid("You must provide either RemoveFromVersionId or MoveToVersionId.")
	case in.RemoveFrom != "" && (old == nil || old.ID != in.RemoveFrom):
		return invalid(fmt.Sprintf("The staging label %s isn't currently attached to version %s.", in.Stage, in.RemoveFrom))
	case in.MoveTo == "" && in.Stage == Current:
		return invalid("You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.")
	case in.MoveTo == "":
		r.detach(in.Stage)
		return nil
	case old != nil && old.ID != in.MoveTo && in.RemoveFrom == "":
		return invalid(fmt.Sprintf("The parameter RemoveFromVersionId can't be empty. Staging label %s is currently attached to version %s, so you must explicitly reference that version in RemoveFromVersionId.", in.Stage, old.ID))
	}
	r.attach(in.Stage, in.MoveTo)
	return nil
}

// Current returns the text of a secret's current version, if by may have it.
func (s *Store) Current(ctx context.Context, by guard.Session, id string) (string, error) {
	r, err := s.As(by).Value(ctx, GetInput{ID: id})
	if err != nil {
		return "", err
	}
	if r.Value.Text == nil {
		return "", invalid("The secret holds no text.")
	}
	return *r.Value.Text, nil
}
