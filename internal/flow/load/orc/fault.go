package orc

import "fmt"

// InvalidError says why a file cannot be read.
type InvalidError struct{ Reason string }

func (e *InvalidError) Error() string { return e.Reason }

func invalid(format string, args ...any) error { return &InvalidError{fmt.Sprintf(format, args...)} }

// ValueError says why a value does not go into its column.
type ValueError struct{ Reason string }

func (e *ValueError) Error() string { return e.Reason }

func refused(format string, args ...any) error { return &ValueError{fmt.Sprintf(format, args...)} }

var errEnd = &InvalidError{"a stream ends too early"}
