package stage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// own is how the names of buckets begin that DMS, and so inlet, may make.
const own = "dms-"

// DefaultBucket is the name of the bucket for an account and a region when none is given.
func DefaultBucket(account, region string) string {
	sum := sha256.Sum256([]byte("inlet staging " + account + " " + region))
	return own + hex.EncodeToString(sum[:12])
}

// Ensure makes the bucket when it is absent and its name begins with dms-, and warns
// when old versions of files would stay in it.
func (s *Stage) Ensure(ctx context.Context) error {
	_, err := s.o.Client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &s.o.Bucket})
	if err != nil {
		refused := s.refused(ctx, "s3:ListBucket", "", err)
		if fault.KindOf(refused) != fault.NotFound {
			return refused
		}
		return s.create(ctx)
	}
	s.warnOfVersions(ctx)
	return nil
}

func (s *Stage) create(ctx context.Context) error {
	if !strings.HasPrefix(s.o.Bucket, own) {
		return &fault.Error{
			Kind: fault.NotFound, Code: "NoSuchBucket", Op: "s3:ListBucket", On: "s3://" + s.o.Bucket,
			Message: "The specified bucket does not exist",
			Hint:    "aws s3 mb s3://" + s.o.Bucket + ", or name a bucket dms-…, which is made when it is absent",
		}
	}
	in := &s3.CreateBucketInput{Bucket: &s.o.Bucket}
	if region := s.o.Client.Options().Region; region != "us-east-1" && region != "" {
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(region)}
	}
	_, err := s.o.Client.CreateBucket(ctx, in)
	if err != nil {
		refused := s.refused(ctx, "s3:CreateBucket", "", err)
		if fault.CodeOf(refused) == "BucketAlreadyOwnedByYou" {
			return nil // Another task was faster.
		}
		return refused
	}
	s.o.Log.Printf(tasklog.FileFactory, tasklog.Info, "Bucket %s is created for staged files", s.o.Bucket)
	return nil
}

// warnOfVersions asks whether deleted files stay as old versions. Who may not ask is not warned.
func (s *Stage) warnOfVersions(ctx context.Context) {
	out, err := s.o.Client.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &s.o.Bucket})
	if err != nil || out.Status != types.BucketVersioningStatusEnabled {
		return
	}
	s.o.Log.Printf(tasklog.FileFactory, tasklog.Warning,
		"Bucket %s is versioned: every staged file stays as an old version, and lists become slow. Suspend versioning, or let a lifecycle rule expire old versions", s.o.Bucket)
}
