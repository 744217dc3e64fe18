package mysql

import (
	"context"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// Changes delivers what happened after a position.
func (s *Source) Changes(context.Context, source.Position, source.Sink) error {
	return &fault.Error{Kind: fault.Unsupported, Code: "SourceChanges", Message: "the binary log cannot be read yet"}
}
