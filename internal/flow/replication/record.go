package replication

import (
	"cmp"
	"crypto/rand"
	"regexp"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
)

// Resource is what every kind of resource has.
type Resource struct {
	ARN        string
	Identifier string
	Account    string
	Region     string
	Tags       map[string]string `json:",omitempty"`
	Created    time.Time
}

// The kinds of resources, as ARNs name them.
const (
	kindInstance    = "rep"
	kindEndpoint    = "endpoint"
	kindTask        = "task"
	kindGroup       = "subgrp"
	kindCertificate = "cert"
	kindConfig      = "replication-config"
	kindSubscriber  = "es"
	kindRun         = "assessment-run"
	kindAssessment  = "individual-assessment"
)

// ID is the last part of the ARN, by which logs name a task.
func (r *Resource) ID() string { return r.ARN[strings.LastIndexByte(r.ARN, ':')+1:] }

// newResource names a resource of the caller. An empty id makes one.
func (v *View) newResource(kind, identifier, id string, tags []Tag) (Resource, error) {
	r := Resource{Identifier: strings.ToLower(identifier), Account: v.by.Account, Region: cmp.Or(v.by.Request.Region, v.store.Region),
		Tags: tagMap(tags), Created: v.store.Now().UTC()}
	if id != "" && !validResourceID(id) {
		return r, invalid("The parameter ResourceIdentifier must be provided and must not contain more than 31 ASCII letters, digits, and hyphens; it cannot end with a hyphen or contain two consecutive hyphens.")
	}
	r.ARN = arn.ARN{Partition: arn.Partition, Service: "dms", Region: r.Region, Account: r.Account, Resource: kind + ":" + cmp.Or(id, rand.Text())}.String()
	return r, checkTags(tags, nil)
}

// named is a resource of the caller whose ARN ends with its name.
func (v *View) named(kind, name string) (Resource, error) {
	r, err := v.newResource(kind, name, "", nil)
	r.ARN = r.ARN[:strings.LastIndexByte(r.ARN, ':')+1] + r.Identifier
	return r, err
}

var resourceID = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,30}$`)

func validResourceID(id string) bool {
	return resourceID.MatchString(id) && !strings.HasSuffix(id, "-") && !strings.Contains(id, "--")
}

var identifierForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)

// checkIdentifier holds the name of a resource to DMS's rules.
func checkIdentifier(what, identifier string, longest int) error {
	if len(identifier) <= longest && identifierForm.MatchString(identifier) && !strings.HasSuffix(identifier, "-") && !strings.Contains(identifier, "--") {
		return nil
	}
	return invalid("The parameter " + what + " must be provided and must not be blank. It must begin with a letter, must contain only ASCII letters, digits and hyphens, and must not end with a hyphen or contain two consecutive hyphens.")
}

// kindOf is the kind that an ARN of DMS names, "" when it is none.
func kindOf(name string) string {
	a, err := arn.Parse(name)
	if err != nil || a.Service != "dms" {
		return ""
	}
	kind, _, _ := strings.Cut(a.Resource, ":")
	return kind
}

// accountOf is the account an ARN names, or another where it names none.
func accountOf(name, otherwise string) string {
	if a, err := arn.Parse(name); err == nil && a.Account != "" {
		return a.Account
	}
	return otherwise
}
