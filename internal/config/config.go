// Package config reads the file that describes a pipeline: accounts, roles,
// buckets, the warehouse, integrations and SQL. Decoding is strict: what the
// file says and nobody reads is an error, not a surprise.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"gopkg.in/yaml.v3"
)

// DefaultRegion is the region of a node that is first started without another.
const DefaultRegion = "us-east-1"

// File is one pipeline.
type File struct {
	Region       string        `yaml:"region"` // "" is the node's own
	Accounts     []Account     `yaml:"accounts"`
	Roles        []Role        `yaml:"roles"`
	Buckets      []Bucket      `yaml:"buckets"`
	Warehouse    Warehouse     `yaml:"warehouse"`
	Integrations []Integration `yaml:"integrations"`
	// StrictIntegrations makes an integration fail whose bucket policy has conditions on aws:SourceArn or aws:SourceAccount.
	StrictIntegrations bool `yaml:"strictIntegrations"`
	// SQL runs in the warehouse as its administrator, one statement after the other.
	SQL []string `yaml:"sql"`
	// Jobs are settings of COPY JOBs, which exist already or are made by SQL.
	Jobs []Job `yaml:"jobs"`
	// Tasks run while the node does; the roles they take are those of this file.
	Tasks []Task `yaml:"tasks"`
}

// Account is an AWS account the node shall know, besides its first two.
type Account struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
}

// Role is an IAM role: who may take it, and its inline policies by name.
type Role struct {
	Name     string              `yaml:"name"`
	Account  string              `yaml:"account"`
	Trust    Document            `yaml:"trust"`
	Policies map[string]Document `yaml:"policies"`
}

// Bucket is an S3 bucket with the policy its account puts on it.
type Bucket struct {
	Name    string   `yaml:"name"`
	Account string   `yaml:"account"`
	Policy  Document `yaml:"policy"`
}

// Warehouse is what the pipeline changes at the cluster.
type Warehouse struct {
	Roles  []string `yaml:"roles"`  // ARNs to attach
	Policy Document `yaml:"policy"` // resource policy of the namespace
}

// Integration brings the events of a bucket to the warehouse.
type Integration struct {
	Name    string `yaml:"name"`
	Account string `yaml:"account"` // that creates it, and owns the bucket
	Bucket  string `yaml:"bucket"`
}

// Job is what a COPY JOB does that Redshift's does not: the settings of COPY JOB ALTER … SET, by name.
type Job struct {
	Name     string            `yaml:"name"`
	Settings map[string]string `yaml:"settings"`
}

// Read reads and checks the file at path.
func Read(path string) (*File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	f, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Parse decodes and checks one pipeline. Errors name the line.
func Parse(text []byte) (*File, error) {
	var f File
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return nil, plain(err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("the file has more than one document")
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	return &f, nil
}

// plain takes the decoder's type names out of its messages, which people do not know.
func plain(err error) error {
	e, ok := errors.AsType[*yaml.TypeError](err)
	if !ok {
		return err
	}
	lines := make([]string, len(e.Errors))
	for i, s := range e.Errors {
		if before, _, ok := strings.Cut(s, " not found in type "); ok {
			line, field, _ := strings.Cut(before, ": field ")
			s = line + ": there is no key " + field
		}
		lines[i] = s
	}
	return errors.New(strings.Join(lines, "\n"))
}
