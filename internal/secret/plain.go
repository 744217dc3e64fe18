package secret

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"
)

// plainTable holds passwords as first versions of inlet kept them: a text with a name.
var plainTable = []byte("secrets")

// plain is such a password, "" when there is none.
func plain(tx *bbolt.Tx, account, name string) (string, error) {
	text := tx.Bucket(plainTable).Get([]byte(account + "/" + name))
	if text == nil {
		return "", nil
	}
	var x struct{ Value string }
	if err := json.Unmarshal(text, &x); err != nil {
		return "", fmt.Errorf("read the password %s: %w", name, err)
	}
	return x.Value, nil
}
