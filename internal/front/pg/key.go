package pg

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"sync"
)

// firstPID is where process ids start: Redshift's look like this.
const firstPID = 1073741824

// keyTable finds sessions for cancel requests.
type keyTable struct {
	mu   sync.Mutex
	last int32
	keys map[int32]key
}

type key struct {
	secret [4]byte
	cancel func()
}

// add gives out a process id and its secret. cancel is called for requests that know both.
func (t *keyTable) add(cancel func()) (pid int32, secret uint32) {
	var k key
	_, _ = rand.Read(k.secret[:]) // It never fails: crypto/rand ends the program instead.
	k.cancel = cancel
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.keys == nil {
		t.keys = map[int32]key{}
	}
	for taken := true; taken; _, taken = t.keys[t.last] {
		t.last++
		if t.last < firstPID {
			t.last = firstPID
		}
	}
	t.keys[t.last] = k
	return t.last, binary.BigEndian.Uint32(k.secret[:])
}

func (t *keyTable) remove(pid int32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.keys, pid)
}

// cancel stops what the session runs if the secret is right, and says nothing either way.
func (t *keyTable) cancel(pid int32, secret []byte) {
	t.mu.Lock()
	k, ok := t.keys[pid]
	t.mu.Unlock()
	if ok && subtle.ConstantTimeCompare(k.secret[:], secret) == 1 {
		k.cancel()
	}
}
