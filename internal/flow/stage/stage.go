// Package stage writes rows as CSV files into a staging bucket for COPY, and takes
// them away again: files cut at row ends, uploaded behind, one manifest per COPY.
package stage

import (
	"cmp"
	"context"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// Sizes of a Stage; the defaults stand for a zero option.
const (
	DefaultFileBytes = 16 << 20
	LargestFileBytes = 32 << 20 // Files are sent in one request each: no part of one is ever left behind.
	DefaultStreams   = 10
	DefaultMemory    = 64 << 20
)

// Encryption is how S3 is told to encrypt files: Mode "" leaves it to the bucket.
type Encryption struct {
	Mode string // "", "sse-s3" or "sse-kms".
	Key  string // The key's ARN, of sse-kms.
}

// Options say where files go and how.
type Options struct {
	Client         *s3.Client
	Bucket, Folder string
	FileBytes      int64 // A file's CSV before compression, at most LargestFileBytes; only a longer row makes a longer file.
	Gzip           bool
	Streams        int   // Uploads at the same time, as far as Memory allows.
	Memory         int64 // Bytes of files on their way; besides it each open Set fills one file.
	Encryption     Encryption
	Log            *tasklog.Log
}

// Stage is a place in a bucket. Its methods may be called at the same time.
type Stage struct {
	o     Options
	slots chan struct{} // One for each upload that may run.
	free  chan []byte   // Buffers to be filled again.
}

// New makes a stage; it calls nobody yet.
func New(o Options) *Stage {
	o.FileBytes = min(cmp.Or(max(o.FileBytes, 0), DefaultFileBytes), LargestFileBytes)
	o.Memory = cmp.Or(max(o.Memory, 0), DefaultMemory)
	streams := int64(cmp.Or(max(o.Streams, 0), DefaultStreams))
	streams = max(1, min(streams, o.Memory/o.FileBytes))
	o.Folder = strings.Trim(o.Folder, "/")
	return &Stage{o: o, slots: make(chan struct{}, streams), free: make(chan []byte, streams)}
}

// Bucket is the bucket's name.
func (s *Stage) Bucket() string { return s.o.Bucket }

// Gzip reports whether files are compressed.
func (s *Stage) Gzip() bool { return s.o.Gzip }

// Set begins the files of one COPY. The context bounds the uploads, which run behind Write.
func (s *Stage) Set(ctx context.Context, prefix string) *Set {
	set := &Set{stage: s, folder: s.folder(prefix)}
	set.ctx, set.cancel = context.WithCancelCause(ctx)
	return set
}

// folder is where the files of a prefix stand, ended by a slash.
func (s *Stage) folder(prefix string) string {
	return strings.TrimPrefix(path.Join("/", s.o.Folder, prefix), "/") + "/"
}

// buffer is an empty buffer, one that was used before if there is any.
func (s *Stage) buffer() []byte {
	select {
	case b := <-s.free:
		return b[:0]
	default:
		return nil
	}
}

// recycle keeps a buffer for the next file, unless a long row made it too large.
func (s *Stage) recycle(b []byte) {
	if int64(cap(b)) > 2*s.o.FileBytes {
		return
	}
	select {
	case s.free <- b:
	default:
	}
}
