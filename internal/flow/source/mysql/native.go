package mysql

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// At is the position of a place that people name by file and offset.
func (s *Source) At(ctx context.Context, file string, offset uint32) (source.Position, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return "", err
	}
	defer c.Close()
	p, err := s.locate(c, position{file: file, offset: uint64(offset)})
	return source.Position(p.String()), err
}
