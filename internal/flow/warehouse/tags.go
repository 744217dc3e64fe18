package warehouse

import (
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// maxTags is how many tags a thing may have.
const maxTags = 50

// tagFacts are the condition keys of a request that sets tags.
func tagFacts(tags map[string]string) map[string][]string {
	facts := map[string][]string{}
	for k, v := range tags {
		facts["aws:RequestTag/"+k] = []string{v}
		facts["aws:TagKeys"] = append(facts["aws:TagKeys"], k)
	}
	return facts
}

// checkTags reports whether tags may be added to those that are there.
func checkTags(there, added map[string]string) error {
	n := len(there)
	for k, v := range added {
		if k == "" || len(k) > 128 || len(v) > 256 {
			return &fault.Error{Kind: fault.Invalid, Code: "InvalidTagFault", Message: "A tag key must have 1 to 128 characters and its value at most 256."}
		}
		if strings.HasPrefix(strings.ToLower(k), "aws:") {
			return &fault.Error{Kind: fault.Invalid, Code: "InvalidTagFault", Message: "The tag key " + k + " begins with aws:, which is reserved."}
		}
		if _, ok := there[k]; !ok {
			n++
		}
	}
	if n > maxTags {
		return &fault.Error{Kind: fault.TooLarge, Code: "TagLimitExceededFault", Message: "A resource can have at most 50 tags."}
	}
	return nil
}
