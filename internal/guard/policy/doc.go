// Package policy decides by policy documents alone: it reads them, matches a
// request against every statement and says which policy allowed or denied, and
// why. It does no I/O, knows no clock and is safe for concurrent use.
package policy
