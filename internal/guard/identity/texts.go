package identity

import (
	"fmt"
	"sync"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// maxTexts bounds the compiled session policies that are remembered.
const maxTexts = 1000

// texts remembers compiled session policies, so that each call of a session does not read them again.
type texts struct {
	mu   sync.Mutex
	docs map[string]*policy.Document
}

func (t *texts) document(text string) (*policy.Document, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if d := t.docs[text]; d != nil {
		return d, nil
	}
	d, err := policy.Read([]byte(text), policy.SessionPolicy)
	if err != nil {
		return nil, fmt.Errorf("read session policy: %w", err)
	}
	if t.docs == nil || len(t.docs) >= maxTexts {
		t.docs = map[string]*policy.Document{}
	}
	t.docs[text] = d.Named("session policy")
	return t.docs[text], nil
}
