//go:build !cgo

package duckdb

import (
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Engine stands in for the engine in a program built without a C compiler, so
// that the program builds and says what is missing instead of failing to compile.
type Engine struct{ warehouse.Engine }

// Open tells how to get the engine.
func Open(Config) (*Engine, error) {
	return nil, &fault.Error{Kind: fault.Unsupported, Message: "this inlet was built without a C++ compiler, which its engine needs",
		Hint: "Install one and build again: apt-get install g++ (Debian, Ubuntu) or xcode-select --install (macOS)."}
}

// Catalog is the name of the main database.
func (e *Engine) Catalog() string { return "" }

// RegisterScalar adds nothing: there is no engine.
func (e *Engine) RegisterScalar(warehouse.Function) error {
	_, err := Open(Config{})
	return err
}
