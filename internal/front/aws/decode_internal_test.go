package aws

import (
	"net/url"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
)

// anything has a field of each kind that inputs have.
type anything struct {
	Name   string            `query:"Name" json:"Name" required:"true" min:"1" max:"9" pattern:"[a-z]+"`
	Number *int              `query:"Number" json:"Number" min:"1" max:"100"`
	Ratio  float64           `query:"Ratio" json:"Ratio"`
	Flag   bool              `query:"Flag" json:"Flag"`
	At     Time              `query:"At" json:"At"`
	Keys   []string          `query:"Keys" json:"Keys" max:"2" each:"1 3" enum:"a b"`
	Parts  []anything        `query:"Parts,part" json:"Parts"`
	Flat   []anything        `query:"Flat," json:"Flat"`
	Next   *anything         `query:"Next" json:"Next"`
	Map    map[string]string `query:"-" json:"Map"`
	Blob   []byte            `query:"-" json:"Blob"`
	Any    any               `query:"-" json:"Any"`
}

// callersMistake checks that whatever is sent is decoded or refused as the caller's mistake.
func callersMistake(t *testing.T, err error) {
	t.Helper()
	if err != nil && fault.KindOf(err) != fault.Invalid {
		t.Errorf("refused with %v", err)
	}
}

func FuzzDecodeForm(f *testing.F) {
	f.Add("Name=a&Number=3&Keys.member.1=a&Parts.part.1.Name=b&Flat.1.Name=c&Next.Next.Name=d&At=2026-01-01T00:00:00Z")
	f.Add("Name=&Name.x=1&Keys.member.x=1&Keys.1=2&Number=99999999999999999999&Flag=maybe&Ratio=x&At=noon&Parts=&..=1")
	f.Fuzz(func(t *testing.T, text string) {
		form, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		for _, w := range []Wording{{}, PerParameter} {
			var in anything
			callersMistake(t, decodeForm(form, &in, w))
		}
	})
}

func FuzzDecodeJSON(f *testing.F) {
	f.Add(`{"Name":"a","Number":3,"Keys":["a"],"Parts":[{"Name":"b"}],"Next":{"Name":"c"},"Map":{"a":"b"},"Blob":"YQ==","Any":[1],"At":1.5}`)
	f.Add(`{"name":"a","Number":1e99,"Keys":{},"Parts":[null],"Next":[],"Map":{"a":1},"Blob":"!","At":"x","Flag":1,"Ratio":"x"}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range []Wording{{}, PerParameter} {
			var in anything
			callersMistake(t, decodeJSON([]byte(text), &in, w))
		}
	})
}
