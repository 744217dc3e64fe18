package stage

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// most is how many keys S3 deletes in one call.
const most = 1000

// deleteAll deletes objects and returns the keys of those that may still be there.
func (s *Stage) deleteAll(ctx context.Context, keys []string) (left []string, err error) {
	var all []error
	for len(keys) > 0 {
		n := min(len(keys), most)
		kept, err := s.delete(ctx, keys[:n])
		left, keys = append(left, kept...), keys[n:]
		if err != nil {
			all = append(all, err)
		}
	}
	return left, errors.Join(all...)
}

func (s *Stage) delete(ctx context.Context, keys []string) (left []string, err error) {
	in := &s3.DeleteObjectsInput{Bucket: &s.o.Bucket, Delete: &types.Delete{Quiet: aws.Bool(true)}}
	for _, k := range keys {
		in.Delete.Objects = append(in.Delete.Objects, types.ObjectIdentifier{Key: aws.String(k)})
	}
	out, err := s.o.Client.DeleteObjects(ctx, in)
	if err != nil {
		return keys, s.refused(ctx, "s3:DeleteObject", keys[0], err)
	}
	for _, e := range out.Errors {
		left = append(left, aws.ToString(e.Key))
	}
	if len(left) == 0 {
		return nil, nil
	}
	e := out.Errors[0]
	r := &refusal{
		action: "s3:DeleteObject", key: left[0], code: aws.ToString(e.Code), message: aws.ToString(e.Message),
		kind: kindOf(aws.ToString(e.Code), 0), inlet: s.local(),
	}
	r.request, _ = requestOf(out.ResultMetadata)
	return left, s.render(r)
}

// ours is the names of what this package writes below a prefix.
var ours = regexp.MustCompile(`(^|/)(LOAD[0-9A-F]{8}\.csv(\.gz)?|` + regexp.QuoteMeta(manifestName) + `|` + probeName + `[0-9a-f]{16})$`)

// Sweep deletes what a crash left of the sets below a prefix, which must be this
// task's own and have no open set. It touches nothing this package would not have written.
func (s *Stage) Sweep(ctx context.Context, prefix string) (removed int, err error) {
	if strings.Trim(prefix, "/.") == "" {
		return 0, &fault.Error{Kind: fault.Invalid, Code: "SweepWithoutPrefix", On: s.url(s.o.Folder), Message: "a sweep needs the prefix of one task"}
	}
	folder := s.folder(prefix)
	pages := s3.NewListObjectsV2Paginator(s.o.Client, &s3.ListObjectsV2Input{Bucket: &s.o.Bucket, Prefix: &folder})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return removed, s.refused(ctx, "s3:ListBucket", folder, err)
		}
		var keys []string
		for _, o := range page.Contents {
			if ours.MatchString(aws.ToString(o.Key)) {
				keys = append(keys, *o.Key)
			}
		}
		left, err := s.deleteAll(ctx, keys)
		removed += len(keys) - len(left)
		if err != nil {
			return removed, err
		}
	}
	if removed > 0 {
		s.o.Log.Printf(tasklog.FileFactory, tasklog.Info, "%d files that an earlier run left in %s are removed", removed, s.url(folder))
	}
	return removed, nil
}
