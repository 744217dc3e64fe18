package spool

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

const codeDamaged = "SpoolDamaged"

// damaged says where a file of the spool is not what was written.
func damaged(path string, offset int64, what string) error {
	return &fault.Error{
		Kind: fault.Internal, Code: codeDamaged, On: path,
		Message: fmt.Sprintf("the spool is damaged at byte %d: %s", offset, what),
		Hint:    "remove the spool's directory and go on from the target's position while the source still has its log, or load the tables again",
	}
}

// unwritable says that the disk refused; what End told stays true.
func (s *Spool) unwritable(did string, err error) error {
	e := &fault.Error{Kind: fault.Internal, Code: "SpoolUnwritable", On: s.o.Dir, Message: "cannot " + did + " the spool", Err: err}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		e.Kind, e.Code = fault.Unavailable, "SpoolDiskFull"
		e.Message = fmt.Sprintf("the disk is full; the spool holds %d bytes of changes that wait for the target", s.size())
		e.Hint = "make room and resume the task: it goes on after the last change that is safe"
	}
	return e
}

// released says that a replay asks for what is not kept any more.
func released(dir string, from, first source.Position) error {
	return &fault.Error{
		Kind: fault.Invalid, Code: "SpoolReleased", On: dir,
		Message: fmt.Sprintf("the spool begins at %q, after the position %q to go on from", first, from),
		Hint:    "remove the spool's directory and go on from the target's position while the source still has its log, or load the tables again",
	}
}
