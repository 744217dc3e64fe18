package secret

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// Entry is what is known of a secret besides its values.
type Entry struct {
	ARN         string
	Account     string
	Region      string
	Name        string
	Description string    `json:",omitempty"`
	KMSKey      string    `json:",omitempty"` // as the caller named it, "" for the service's own
	Owner       string    `json:",omitempty"` // the service that manages the secret
	Tags        []Tag     `json:",omitempty"`
	Policy      string    `json:",omitempty"` // resource policy, JSON
	Versions    []Version `json:",omitempty"` // oldest first

	Created  time.Time
	Changed  time.Time
	Accessed time.Time // day of the last reading, zero when there was none
	Deleted  time.Time // when its deletion was ordered, zero when it was not
	Purge    time.Time // when the recovery window ends
}

// Version is one value a secret had, with the labels that say what it is for.
type Version struct {
	ID       string
	Stages   []string `json:",omitempty"`
	Created  time.Time
	Accessed time.Time
}

// Tag is a label of a secret.
type Tag struct{ Key, Value string }

// Value is what is kept secret: text, or bytes when Text is nil.
type Value struct {
	Text   *string `json:",omitempty"`
	Binary []byte  `json:",omitempty"`
}

// The labels Secrets Manager itself moves.
const (
	Current  = "AWSCURRENT"
	Previous = "AWSPREVIOUS"
)

func (v Value) empty() bool { return v.Text == nil && v.Binary == nil }

func (v Value) equal(w Value) bool {
	if v.Text == nil || w.Text == nil {
		return v.Text == nil && w.Text == nil && bytes.Equal(v.Binary, w.Binary)
	}
	return *v.Text == *w.Text
}

// maxValue is how many bytes a secret holds.
const maxValue = 65536

func (v Value) check() error {
	switch {
	case v.Text != nil && v.Binary != nil:
		return invalid("You can't specify both a binary secret value and a string secret value in the same secret.")
	case v.Text != nil && len(*v.Text) > maxValue || len(v.Binary) > maxValue:
		return invalid(fmt.Sprintf("The secret value is larger than the limit of %d bytes.", maxValue))
	}
	return nil
}

func (r *Entry) expired(now time.Time) bool { return !r.Purge.IsZero() && !now.Before(r.Purge) }

// version finds a version by its id.
func (r *Entry) version(id string) *Version {
	for i := range r.Versions {
		if r.Versions[i].ID == id {
			return &r.Versions[i]
		}
	}
	return nil
}

// staged finds the version that carries a label.
func (r *Entry) staged(stage string) *Version {
	for i := range r.Versions {
		if slices.Contains(r.Versions[i].Stages, stage) {
			return &r.Versions[i]
		}
	}
	return nil
}

// attach moves a label to a version. The version that was current becomes the previous one.
func (r *Entry) attach(stage, version string) {
	old := r.staged(stage)
	if old != nil && old.ID == version {
		return
	}
	if old != nil {
		r.detach(stage)
	}
	v := r.version(version)
	v.Stages = append(v.Stages, stage)
	if stage == Current {
		v.Stages = slices.DeleteFunc(v.Stages, func(s string) bool { return s == Previous })
		if old != nil {
			r.attach(Previous, old.ID)
		}
	}
}

func (r *Entry) detach(stage string) {
	if v := r.staged(stage); v != nil {
		v.Stages = slices.DeleteFunc(v.Stages, func(s string) bool { return s == stage })
	}
}

// ident is a secret as a caller named it.
type ident struct {
	account, region string
	name            string // for an ARN what stands behind "secret:"
	arn             string // "" when a name was given
}

// identify reads a SecretId; a bare name means one of the caller's own secrets.
func identify(by guard.Session, id string) ident {
	a, err := arn.Parse(id)
	name, ok := strings.CutPrefix(a.Resource, "secret:")
	if err != nil || a.Service != "secretsmanager" || !ok {
		return ident{account: by.Account, region: by.Request.Region, name: id}
	}
	return ident{account: a.Account, region: a.Region, name: name, arn: id}
}

// names are what the secret may be called: an ARN ends in a hyphen and six
// characters, but a name may do so too.
func (i ident) names() []string {
	n := len(i.name) - suffixLength - 1
	if i.arn == "" || n <= 0 || i.name[n] != '-' {
		return []string{i.name}
	}
	return []string{i.name[:n], i.name}
}

// resource is the ARN the guard is asked about when there is no such secret.
func (i ident) resource() string {
	if i.arn != "" {
		return i.arn
	}
	return secretARN(i.account, i.region, i.name, strings.Repeat("?", suffixLength))
}

// suffixLength is how many random characters end an ARN, so that a secret made
// anew under its old name is not reached by policies for the old one.
const suffixLength = 6

func secretARN(account, region, name, suffix string) string {
	return arn.ARN{Partition: arn.Partition, Service: "secretsmanager", Region: region, Account: account, Resource: "secret:" + name + "-" + suffix}.String()
}

func newSuffix() (string, error) {
	return draw("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", suffixLength)
}

// draw makes n random characters of an ASCII alphabet.
func draw(alphabet string, n int) (string, error) {
	out := make([]byte, n)
	for i := range out {
		at, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			return "", fmt.Errorf("draw random characters: %w", err)
		}
		out[i] = alphabet[at.Int64()]
	}
	return string(out), nil
}

func newVersionID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // Never fails (crypto/rand).
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func invalid(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterException", Message: message}
}

func refused(message string) error {
	return &fault.Error{Kind: fault.Conflict, Code: "InvalidRequestException", Message: message}
}
