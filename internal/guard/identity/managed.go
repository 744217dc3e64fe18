package identity

import (
	"crypto/sha256"
	"embed"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// managedFiles are the documents of AWS's own managed policies that loaders
// use. A dot in a file's name stands for the slash of a path.
//
//go:embed managed/*.json
var managedFiles embed.FS

// managedSince is when the oldest of them appeared; AWS's own change seldom.
var managedSince = time.Date(2015, 2, 6, 18, 40, 0, 0, time.UTC)

// addManaged puts AWS's own policies into memory. They are not kept in the file.
func (s *state) addManaged() error {
	all, err := managedPolicies()
	for _, p := range all {
		s.policies[p.ARN] = p
	}
	return err
}

// managedPolicies reads AWS's own policies once; they never change.
var managedPolicies = sync.OnceValues(func() ([]*ManagedPolicy, error) {
	files, err := managedFiles.ReadDir("managed")
	if err != nil {
		return nil, fmt.Errorf("list managed policies: %w", err)
	}
	var out []*ManagedPolicy
	for _, f := range files {
		text, err := managedFiles.ReadFile("managed/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("read managed policy %s: %w", f.Name(), err)
		}
		p := managedPolicy(f.Name(), strings.TrimSpace(string(text)))
		d, err := policy.Read([]byte(p.Versions[0].Document), policy.Identity)
		if err != nil {
			return nil, fmt.Errorf("read managed policy %s: %w", f.Name(), err)
		}
		p.document = d.Named(p.ARN)
		out = append(out, p)
	}
	return out, nil
})

func managedPolicy(file, text string) *ManagedPolicy {
	path, name, ok := strings.Cut(strings.TrimSuffix(file, ".json"), ".")
	if !ok {
		path, name = "", path
	} else {
		path += "/"
	}
	return &ManagedPolicy{
		ARN: "arn:aws:iam::aws:policy/" + path + name, Account: "aws", Path: "/" + path, Name: name,
		ID: managedID(name), Created: managedSince, Updated: managedSince,
		Versions: []PolicyVersion{{ID: "v1", Document: text, Created: managedSince}}, Default: "v1", NextVersion: 2,
	}
}

// managedID is the same on every start, as AWS's is.
func managedID(name string) string {
	sum := sha256.Sum256([]byte(name))
	id := make([]byte, 17)
	for i := range id {
		id[i] = idLetters[int(sum[i])%len(idLetters)]
	}
	return "ANPA" + string(id)
}
