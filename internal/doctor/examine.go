package doctor

import (
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Examine explains the refusals of one id, oldest first, and mends them
// together: where two need the same document changed, one command changes it for both.
func Examine(id string, all []Facts) Report {
	x := examination{report: &Report{ID: id, Findings: []Finding{}, Mends: []Mend{}}, documents: map[string]*policy.Document{}, mends: map[string]int{}}
	for i := range all {
		x.one(&all[i])
	}
	return *x.report
}

// examination is an Examine under way.
type examination struct {
	report    *Report
	documents map[string]*policy.Document // as mended so far
	mends     map[string]int              // number of a document's or command's mend in the report
}

func (x *examination) one(f *Facts) {
	finding := f.finding()
	x.overlay(f)
	if err := x.mend(f); err != nil {
		finding.NoMend = err.Error()
	}
	x.report.Findings = append(x.report.Findings, finding)
	for _, c := range f.after() {
		if !slices.Contains(x.report.After, c) {
			x.report.After = append(x.report.After, c)
		}
	}
}

// mend adds what lets one call pass its hop.
func (x *examination) mend(f *Facts) error {
	if f.Missing != "" {
		m := f.supply()
		x.add(m.Command, m)
		return nil
	}
	if now := policy.Explain(f.Request, f.Set); now.Public {
		m := f.unblock()
		x.add(m.Command, m)
		return nil
	}
	m, err := f.mend()
	if err != nil {
		return err
	}
	for _, s := range m.edited {
		doc := s.get(&m.set)
		key := f.documentKey(s.kind, doc.Name())
		x.documents[key] = doc
		x.add(key, f.apply(s, doc))
	}
	for _, r := range m.gone {
		mend := f.remove(r)
		x.add(mend.Command, mend)
	}
	return nil
}

// add puts a mend into the report, in place of an earlier one of the same document.
func (x *examination) add(key string, m Mend) {
	if i, ok := x.mends[key]; ok {
		x.report.Mends[i] = m
		return
	}
	x.mends[key] = len(x.report.Mends)
	x.report.Mends = append(x.report.Mends, m)
}

// overlay puts the documents that were mended for earlier calls in their places.
func (x *examination) overlay(f *Facts) {
	for _, k := range []policy.Kind{policy.Identity, policy.Boundary, policy.SessionPolicy, f.resourceKind()} {
		for _, s := range slots(&f.Set, k) {
			if doc := x.documents[f.documentKey(k, s.get(&f.Set).Name())]; doc != nil {
				f.Set = s.put(f.Set, doc)
			}
		}
	}
	if k := f.resourceKind(); f.Set.Resource == nil && x.documents[f.documentKey(k, "")] != nil {
		f.Set.Resource = x.documents[f.documentKey(k, "")]
	}
	for key, doc := range x.documents {
		mine := strings.HasPrefix(key, f.documentKey(policy.Identity, ""))
		if mine && !slices.ContainsFunc(f.Set.Identity, func(d *policy.Document) bool { return d.Name() == doc.Name() }) {
			f.Set.Identity = append(slices.Clip(f.Set.Identity), doc)
		}
	}
}

// documentKey tells documents apart: by their bearer or resource, and for bearers by name.
func (f *Facts) documentKey(k policy.Kind, name string) string {
	switch k {
	case policy.Identity, policy.Boundary, policy.SessionPolicy:
		return k.String() + " " + f.caller() + " " + name
	case policy.Bucket:
		return k.String() + " " + f.bucket()
	case policy.SCP, policy.RCP:
		return k.String() + " " + name
	}
	return k.String() + " " + f.Request.Resource
}

// after lists the commands that have to follow a mend: an integration that
// failed stays failed, and is made anew.
func (f *Facts) after() []string {
	source := f.key("aws:SourceArn")
	if _, ok := integrations(source); !ok || f.Request.Principal.Type != policy.Service {
		return nil
	}
	return []string{f.aws(f.key("aws:SourceAccount"), "redshift", "delete-integration", "--integration-arn", source)}
}
