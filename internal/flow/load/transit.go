package load

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"github.com/inlet-data/inlet/internal/fault"
)

// transit is a file's bytes on their way from the bucket. When the line breaks,
// nothing is wrong with the file: the load fails now, and may succeed later.
type transit struct {
	io.ReadCloser
	file Object
}

func (t transit) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	if err == nil || err == io.EOF || !broken(err) {
		return n, err
	}
	return n, &fault.Error{Kind: fault.Unavailable, Code: "58030", Op: "read", On: t.file.URL(), Err: err,
		Message: "The connection to S3 broke while " + t.file.URL() + " was read", Hint: "Try again."}
}

// broken reports the error of a line, not of a file or of a disk.
func broken(err error) bool {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrDeadlineExceeded) {
		return true
	}
	_, ok := errors.AsType[net.Error](err)
	return ok
}
