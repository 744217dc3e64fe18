package stage

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/inlet-data/inlet/internal/fault"
)

const probeName = "inlet-probe-"

// Probe makes sure of the bucket and writes, reads and deletes one object in it, as a
// task will; the error names the step that is refused.
func (s *Stage) Probe(ctx context.Context) error {
	if err := s.Ensure(ctx); err != nil {
		return err
	}
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return fmt.Errorf("name a probe object: %w", err)
	}
	body := hex.AppendEncode(nil, id[:])
	key := s.folder("") + probeName + string(body)
	if s.o.Folder == "" {
		key = probeName + string(body)
	}
	if err := s.put(ctx, key, "text/plain", body); err != nil {
		return err
	}
	err := s.readBack(ctx, key, body)
	if _, gone := s.deleteAll(ctx, []string{key}); err == nil {
		err = gone
	}
	return err
}

func (s *Stage) readBack(ctx context.Context, key string, want []byte) error {
	out, err := s.o.Client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.o.Bucket, Key: &key})
	if err != nil {
		return s.refused(ctx, "s3:GetObject", key, err)
	}
	defer func() { _ = out.Body.Close() }()
	got, err := io.ReadAll(io.LimitReader(out.Body, 1<<10))
	if err != nil {
		return s.refused(ctx, "s3:GetObject", key, err)
	}
	if !bytes.Equal(got, want) {
		return &fault.Error{Kind: fault.Internal, Code: "ProbeDiffers", Op: "s3:GetObject", On: s.url(key), Message: "the bucket returns other bytes than were written"}
	}
	return nil
}
