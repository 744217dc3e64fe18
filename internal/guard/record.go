package guard

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// record is a denial as it is written.
type record struct {
	At             time.Time           `json:"at"`
	IDs            []string            `json:"ids,omitempty"`
	By             Session             `json:"by"`
	Action         string              `json:"action"`
	On             string              `json:"on"`
	Owner          string              `json:"owner,omitempty"`
	Policy         *recordedPolicy     `json:"policy,omitempty"`
	MustName       bool                `json:"must_name,omitempty"`
	RestrictPublic bool                `json:"restrict_public,omitempty"`
	Context        map[string][]string `json:"context,omitempty"`
	Decision       policy.Decision     `json:"decision"`
	Missing        Thing               `json:"missing,omitempty"`
}

// recordedPolicy is the resource's policy at that moment.
type recordedPolicy struct {
	Kind policy.Kind `json:"kind"`
	Name string      `json:"name"`
	Text string      `json:"text"`
}

func encode(d *Denied) ([]byte, error) {
	c := &d.Call
	r := record{At: d.At, IDs: d.IDs, By: c.By, Action: c.Action, On: c.On, Owner: c.Owner, MustName: c.MustName,
		RestrictPublic: c.RestrictPublic, Context: c.Context, Decision: d.Decision, Missing: d.Missing}
	if c.Policy != nil {
		r.Policy = &recordedPolicy{c.Policy.Kind(), c.Policy.Name(), c.Policy.Text()}
	}
	return json.Marshal(r)
}

func decode(text []byte) (*Denied, error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("read a kept denial: %w", err)
	}
	d := &Denied{At: r.At, IDs: r.IDs, Decision: r.Decision, Missing: r.Missing, Call: Call{By: r.By, Action: r.Action, On: r.On,
		Owner: r.Owner, MustName: r.MustName, RestrictPublic: r.RestrictPublic, Context: r.Context}}
	if r.Policy != nil {
		doc, err := policy.Read([]byte(r.Policy.Text), r.Policy.Kind)
		if err != nil {
			return nil, fmt.Errorf("read the policy of a kept denial: %w", err)
		}
		d.Call.Policy = doc.Named(r.Policy.Name)
	}
	return d, nil
}
