package orc

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // A laptop need not have the zones that writers name.
)

// location is a zone by its name, or as Java names one without: GMT+02:00.
func location(name string) (*time.Location, error) {
	rest, ok := strings.CutPrefix(name, "GMT")
	if !ok {
		rest, ok = strings.CutPrefix(name, "UTC")
	}
	if ok && len(rest) > 1 && (rest[0] == '+' || rest[0] == '-') {
		return shifted(rest)
	}
	if name == "Local" {
		return nil, fmt.Errorf("zone %q is no place", name)
	}
	return time.LoadLocation(name)
}

func shifted(offset string) (*time.Location, error) {
	for _, layout := range []string{"-07:00", "-0700", "-07"} {
		if t, err := time.Parse(layout, offset); err == nil {
			_, seconds := t.Zone()
			return time.FixedZone(offset, seconds), nil
		}
	}
	return nil, fmt.Errorf("offset %q is not understood", offset)
}
