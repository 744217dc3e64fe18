package e2e

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// model is a service as botocore describes it.
type model struct {
	Operations map[string]struct {
		HTTP struct {
			Method     string `json:"method"`
			RequestURI string `json:"requestUri"`
		} `json:"http"`
		Input, Output *reference
		Deprecated    bool
	} `json:"operations"`
	Shapes map[string]*shape `json:"shapes"`
}

// reference is where a shape is used.
type reference struct {
	Shape        string `json:"shape"`
	LocationName string `json:"locationName"`
	Flattened    bool   `json:"flattened"`
}

// shape is a type of a model.
type shape struct {
	Type      string                `json:"type"`
	Required  []string              `json:"required"`
	Members   map[string]*reference `json:"members"`
	Member    *reference            `json:"member"`
	Key       *reference            `json:"key"`
	Value     *reference            `json:"value"`
	Enum      []string              `json:"enum"`
	Flattened bool                  `json:"flattened"`
	Min       *float64              `json:"min"`
	Max       *float64              `json:"max"`
	Pattern   string                `json:"pattern"`
}

// readModel reads the newest version of a service's model.
func readModel(t *testing.T, folder, service string) *model {
	t.Helper()
	versions, err := filepath.Glob(filepath.Join(folder, service, "*", "service-2.json.gz"))
	if err != nil || len(versions) == 0 {
		t.Fatalf("botocore has no model of %s: %v", service, err)
	}
	file, err := os.Open(versions[len(versions)-1])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	m := &model{}
	if err := json.NewDecoder(text).Decode(m); err != nil {
		t.Fatal(err)
	}
	return m
}

// models is the folder of botocore's models.
func models(t *testing.T) string {
	t.Helper()
	python := findPython(t, "botocore", "pip install boto3")
	out, err := exec.Command(string(python), "-c", "import botocore, os; print(os.path.dirname(botocore.__file__))").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "data")
}

// TestModels compares the types of the doors with the services' models: what we
// take and give must be theirs, and what a call must have we must take.
func TestModels(t *testing.T) {
	folder, lacking := models(t), map[string]map[string]bool{}
	for _, door := range doors() {
		service, ok := door.(tabled)
		if !ok {
			continue // S3's requests are read by hand; its answers are compared by the scripts.
		}
		lacking[door.Name()] = map[string]bool{}
		t.Run(door.Name(), func(t *testing.T) {
			m := readModel(t, folder, door.Name())
			for _, op := range service.Operations() {
				if !op.Supported() {
					continue
				}
				in := &comparison{model: m, tags: inputTags(service), lacking: lacking[door.Name()]}
				out := &comparison{model: m, tags: outputTags(service), lacking: lacking[door.Name()]}
				in.operation(op.Input(), m.Operations[op.Name].Input)
				out.operation(op.Output(), m.Operations[op.Name].Output)
				for _, wrong := range append(in.wrong, out.wrong...) {
					if name := op.Name + " " + wrong; !deliberate[name] {
						t.Error(name)
					}
				}
			}
		})
	}
	compareLacking(t, tableOf(lacking))
}

// deliberate are differences from the models that are meant.
var deliberate = map[string]bool{
	// The other way to name the warehouse is a domain name, which none has here.
	"GetClusterCredentials input ClusterIdentifier is required here: true, by the model: false":        true,
	"GetClusterCredentialsWithIAM input ClusterIdentifier is required here: true, by the model: false": true,
	"GetCredentials input workgroupName is required here: true, by the model: false":                   true,
	// A tag without a key is none, which the model does not say.
	"CreateSecret input Tags.Key is required here: true, by the model: false": true,
	"TagResource input Tags.Key is required here: true, by the model: false":  true,
	// What the model leaves to the documentation, or the service to its own words.
	`UpdateAccessKey input Status enum is "Active Inactive" here, "Active Expired Inactive" in the model`: true,
	`SimulatePrincipalPolicy input PermissionsBoundaryPolicyInputList max is "1" here, "" in the model`:   true,
	`SimulateCustomPolicy input PermissionsBoundaryPolicyInputList max is "1" here, "" in the model`:      true,
	`AssumeRole input Policy max is "2048" here, "" in the model`:                                         true,
	// The guide spells encryption modes in another way, and events are of tasks, too.
	`CreateEndpoint input RedshiftSettings.EncryptionMode enum is "" here, "sse-kms sse-s3" in the model`: true,
	`ModifyEndpoint input RedshiftSettings.EncryptionMode enum is "" here, "sse-kms sse-s3" in the model`: true,
	`DescribeEvents input SourceType enum is "" here, "replication-instance" in the model`:                true,
	// It never has an answer.
	"GetLoginProfile output LoginProfile is required by the model and missing": true,
}

// TestUnsupported compares the names of all rows with the models' operations.
func TestUnsupported(t *testing.T) {
	folder := models(t)
	for _, door := range doors() {
		service, ok := door.(tabled)
		if !ok {
			continue
		}
		rows := map[string]bool{}
		m := readModel(t, folder, door.Name())
		for _, op := range service.Operations() {
			rows[op.Name] = true
			if _, known := m.Operations[op.Name]; !known {
				t.Errorf("%s has no operation %s", door.Name(), op.Name)
			}
		}
		for name := range m.Operations {
			if !rows[name] {
				t.Logf("%s: %s is unknown to inlet", door.Name(), name)
			}
		}
	}
}

func (m *model) of(r *reference) *shape { return m.named(r.Shape) }

// named is a shape; an operation without input or output has an empty one.
func (m *model) named(name string) *shape {
	if s := m.Shapes[name]; s != nil {
		return s
	}
	return &shape{Type: "structure"}
}

// wire is the name of a member where it stands.
func (m *model) wire(name string, r *reference) string {
	if s := m.of(r); s.Type == "list" && s.Flattened && s.Member.LocationName != "" {
		return s.Member.LocationName
	}
	if r.LocationName != "" {
		return r.LocationName
	}
	return name
}

func path(at, name string) string { return strings.TrimPrefix(fmt.Sprint(at, ".", name), ".") }
