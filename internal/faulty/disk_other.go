//go:build !unix

package faulty

import (
	"errors"
	"fmt"
)

// Room cannot limit files on this system.
func Room(uint64) (release func() error, err error) {
	return nil, fmt.Errorf("limit files: %w", errors.ErrUnsupported)
}
