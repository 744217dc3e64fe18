package aws

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// Wording is how a service refuses parameters. The zero value counts all that
// is wrong in one message, as IAM and the JSON services do.
type Wording struct {
	Invalid string // Code; "" means ValidationError in Query and ValidationException in JSON.
	Missing string // Code for a parameter that has to be there; "" means that of Invalid.
	Single  bool   // One message for the first parameter that is wrong.
}

// PerParameter is the wording of Redshift and others that name one parameter at a time.
var PerParameter = Wording{Invalid: "InvalidParameterValue", Missing: "MissingParameter", Single: true}

// place is where a parameter stands: as the request names it, and as messages do.
type place struct{ wire, member string }

func (p place) step(name string) place {
	small := strings.ToLower(name[:min(1, len(name))]) + name[min(1, len(name)):]
	if p.wire == "" {
		return place{name, small}
	}
	return place{p.wire + "." + name, p.member + "." + small}
}

// item is an element of a list; AWS counts them from one.
func (p place) item(wire string, n int) place {
	return place{p.wire + wire, fmt.Sprintf("%s.%d.member", p.member, n)}
}

// violation is one thing that is wrong with a call's parameters.
type violation struct {
	at      place
	value   string // as messages quote it, "" when it must not be seen
	missing bool
	rule    string // "Member must …"
}

// violations are all that is wrong, in the order of the input's fields.
type violations []violation

// maxQuoted bounds how much of a wrong value a message repeats.
const maxQuoted = 2048

func quoted(value string) string {
	if len(value) > maxQuoted {
		value = strings.ToValidUTF8(value[:maxQuoted], "") + "…"
	}
	return "'" + value + "' "
}

// err words the violations; otherwise is the code when the wording has none.
func (v violations) err(w Wording, otherwise string) error {
	if len(v) == 0 {
		return nil
	}
	code := orElse(w.Invalid, otherwise)
	if w.Single {
		return v[0].single(code, w.Missing)
	}
	noun, texts := "error", make([]string, len(v))
	if len(v) > 1 {
		noun = "errors"
	}
	for i, one := range v {
		texts[i] = fmt.Sprintf("Value %sat '%s' failed to satisfy constraint: %s", one.value, one.at.member, one.rule)
	}
	return &fault.Error{Kind: fault.Invalid, Code: code, Message: fmt.Sprintf(
		"%d validation %s detected: %s", len(v), noun, strings.Join(texts, "; "))}
}

func (v violation) single(code, missing string) error {
	if v.missing {
		return &fault.Error{
			Kind: fault.Invalid, Code: orElse(missing, code), Message: "The request must contain the parameter " + v.at.wire + ".",
		}
	}
	rule := strings.Replace(v.rule, "Member must", "it must", 1)
	return &fault.Error{Kind: fault.Invalid, Code: code, Message: fmt.Sprintf(
		"Invalid value %sfor the parameter %s: %s.", v.value, v.at.wire, rule)}
}
