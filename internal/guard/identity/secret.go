package identity

import "crypto/rand"

const (
	idLetters     = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	secretLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)

// random returns n letters of an alphabet whose length divides 256.
func random(n int, letters string) string {
	b := make([]byte, n)
	// crypto/rand never fails: it ends the program instead.
	_, _ = rand.Read(b)
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return string(b)
}

// uniqueID is an id such as AROA…, 21 letters long.
func uniqueID(prefix string) string { return prefix + random(17, idLetters) }

// keyID is an access key id, AKIA or ASIA and 16 letters.
func keyID(prefix string) string { return prefix + random(16, idLetters) }

func secretKey() string { return random(40, secretLetters) }

// sessionToken looks like AWS's; it carries nothing, the session is kept.
func sessionToken() string { return "IQoJb3JpZ2luX2Vj" + random(260, secretLetters) }
