package node

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/guard/identity"
)

// profile1 and profile2 are the names of the accounts' profiles for AWS clients.
const (
	profile1 = "account1"
	profile2 = "account2"
)

// admin is the name of each account's first user.
const admin = "admin"

// writeProfiles writes the config and credentials files that AWS clients read.
func writeProfiles(l layout, region, endpoint string, ids *identity.Store) error {
	var config, credentials strings.Builder
	for _, p := range []struct{ name, account string }{{profile1, Account1}, {profile2, Account2}} {
		fmt.Fprintf(&config, "[profile %s]\nregion = %s\nendpoint_url = %s\ns3 =\n  signature_version = s3v4\n  addressing_style = path\n\n", p.name, region, endpoint)
		key, ok := ids.AdminKey(p.account, admin)
		if !ok {
			continue // Somebody removed the user or its keys: then the profile has none.
		}
		fmt.Fprintf(&credentials, "[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n\n", p.name, key.ID, key.Secret)
	}
	if err := replace(l.config(), []byte(config.String())); err != nil {
		return fmt.Errorf("write the AWS config file: %w", err)
	}
	if err := replace(l.credentials(), []byte(credentials.String())); err != nil {
		return fmt.Errorf("write the AWS credentials file: %w", err)
	}
	return nil
}

// AdminKey is an access key of an account's administrator; it is empty when the
// administrator or its keys are gone.
func (n *Node) AdminKey(account string) (id, secret string) {
	key, _ := n.identities.AdminKey(account, admin)
	return key.ID, key.Secret
}
