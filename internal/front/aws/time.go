package aws

import (
	"fmt"
	"strconv"
	"time"
)

// Time is a point in time as AWS's protocols write it: ISO 8601 in XML and in
// forms, a number of seconds in JSON.
type Time struct{ time.Time }

const isoTime = "2006-01-02T15:04:05.000Z"

// MarshalText prints ISO 8601 with milliseconds.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.UTC().Format(isoTime)), nil }

// Date is a point in time in whole seconds, as IAM and STS write theirs.
type Date struct{ time.Time }

// MarshalText prints ISO 8601.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.UTC().Format(time.RFC3339)), nil }

// UnmarshalText reads ISO 8601 or a number of seconds.
func (t *Time) UnmarshalText(text []byte) error {
	if seconds, err := strconv.ParseFloat(string(text), 64); err == nil {
		t.Time = time.UnixMilli(int64(seconds * 1000)).UTC()
		return nil
	}
	v, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return fmt.Errorf("read the time %q: %w", text, err)
	}
	t.Time = v.UTC()
	return nil
}

// MarshalJSON prints seconds since 1970 with milliseconds, since SDKs refuse strings.
func (t Time) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(t.UnixMilli())/1000, 'f', -1, 64), nil
}

// UnmarshalJSON reads a number of seconds, or a quoted time.
func (t *Time) UnmarshalJSON(text []byte) error {
	if n := len(text); n >= 2 && text[0] == '"' {
		text = text[1 : n-1]
	}
	if string(text) == "null" {
		return nil
	}
	return t.UnmarshalText(text)
}
