package secret

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
)

// The characters that passwords are made of.
const (
	lowercase   = "abcdefghijklmnopqrstuvwxyz"
	uppercase   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	numbers     = "0123456789"
	punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
)

// passwordLength lies well between Redshift's bounds, 8 and 64.
const passwordLength = 24

// NewPassword makes a random password as Redshift accepts it: with an upper
// case letter, a lower case letter and a digit, and nothing a shell or a URL changes.
func NewPassword() (string, error) {
	return PasswordInput{Length: passwordLength, Exclude: "IOl01" + punctuation}.make()
}

// PasswordInput says what a random password is made of. Zero values stand for
// Secrets Manager's defaults: 32 characters, one of each type at least.
type PasswordInput struct {
	Length                                             int
	Exclude                                            string // characters
	NoNumbers, NoPunctuation, NoUppercase, NoLowercase bool
	Space                                              bool // may be among the characters
	AnyType                                            bool // not each type has to be there
}

const (
	defaultLength = 32
	maxLength     = 4096
)

// RandomPassword makes a password for the caller, who keeps it.
func (v *View) RandomPassword(ctx context.Context, in PasswordInput) (string, error) {
	if err := v.ask(ctx, asked{action: "GetRandomPassword"}, nil, "*"); err != nil {
		return "", err
	}
	return in.make()
}

// types are the alphabets that are left.
func (in PasswordInput) types() []string {
	var all []string
	for _, t := range []struct {
		without bool
		letters string
	}{{in.NoLowercase, lowercase}, {in.NoUppercase, uppercase}, {in.NoNumbers, numbers}, {in.NoPunctuation, punctuation}, {!in.Space, " "}} {
		letters := strings.Map(func(c rune) rune {
			if strings.ContainsRune(in.Exclude, c) {
				return -1
			}
			return c
		}, t.letters)
		if !t.without && letters != "" {
			all = append(all, letters)
		}
	}
	return all
}

func (in PasswordInput) make() (string, error) {
	if in.Length == 0 {
		in.Length = defaultLength
	}
	types := in.types()
	switch {
	case in.Length < 1 || in.Length > maxLength:
		return "", invalid(fmt.Sprintf("PasswordLength must be between 1 and %d.", maxLength))
	case len(types) == 0:
		return "", invalid("The password must consist of at least one type of characters.")
	case !in.AnyType && in.Length < len(types):
		return "", invalid("The password length is too short to satisfy the requirement that each included type occurs.")
	}
	var password []byte
	if !in.AnyType {
		for _, t := range types {
			one, err := draw(t, 1)
			if err != nil {
				return "", err
			}
			password = append(password, one...)
		}
	}
	rest, err := draw(strings.Join(types, ""), in.Length-len(password))
	if err != nil {
		return "", err
	}
	password = append(password, rest...)
	if err := shuffle(password); err != nil {
		return "", err
	}
	return string(password), nil
}

// shuffle gives the characters a random order, so that none has a fixed place.
func shuffle(b []byte) error {
	for i := len(b) - 1; i > 0; i-- {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(i+1)))
		if err != nil {
			return fmt.Errorf("make a password: %w", err)
		}
		j := int(n.Int64())
		b[i], b[j] = b[j], b[i]
	}
	return nil
}
