package dialect

import (
	"strings"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/fault"
)

type tokenKind uint8

const (
	tokenEnd    tokenKind = iota
	tokenWord             // an unquoted identifier or keyword
	tokenQuoted           // a "quoted identifier"
	tokenString           // any string literal
	tokenNumber
	tokenParam // $1
	tokenOp    // an operator or a punctuation mark
)

// token is one lexical element. val is folded for words and quoted names,
// decoded for strings, and as written for the rest.
type token struct {
	kind       tokenKind
	start, end int // bytes of the source
	val        string
	match      int // for an opening or closing bracket: the index of its partner, else -1
}

func (t token) is(op string) bool     { return t.kind == tokenOp && t.val == op }
func (t token) word(word string) bool { return t.kind == tokenWord && t.val == word }

// maxIdentifier is the length in bytes to which Redshift cuts names.
const maxIdentifier = 127

// foldName is how Redshift stores a name: lower case (ASCII only, as other
// letters have no locale-free fold) and cut at a character boundary.
func foldName(s string, keepCase bool) string {
	if !keepCase {
		s = lowerASCII(s)
	}
	if len(s) <= maxIdentifier {
		return s
	}
	n := maxIdentifier
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func lowerASCII(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			return strings.Map(func(r rune) rune {
				if r >= 'A' && r <= 'Z' {
					return r + 'a' - 'A'
				}
				return r
			}, s)
		}
	}
	return s
}

// position turns a byte offset into the 1-based character that clients show.
func position(src string, offset int) int {
	return utf8.RuneCountInString(src[:min(offset, len(src))]) + 1
}

func syntaxFault(src string, offset int, message string) *fault.Error {
	return &fault.Error{Kind: fault.Invalid, Code: codeSyntax, Message: message, Position: position(src, offset)}
}

// SQLSTATEs this package raises.
const (
	codeSyntax       = "42601"
	codeUnsupported  = "0A000"
	codeEncoding     = "22021"
	codeTooComplex   = "54001"
	codeTableDef     = "42P16"
	codeInvalidValue = "22023"
	codeNoType       = "42704"
	codeNoFunction   = "42883"
	codeDuplicateCol = "42701"
	codeInvalidCol   = "42611"
	codeEngine       = "XX000"
)
