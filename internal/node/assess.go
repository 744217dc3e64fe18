package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/guard"
)

var _ replication.Results = replicas{}

// Check looks for what would keep a task from its work, as inlet replicate --check does.
func (r replicas) Check(ctx context.Context, j replication.Job) (found replication.Checked, err error) {
	src, err := openSource(j.Source, j.Task.ID())
	if err != nil {
		return found, err
	}
	defer closing(&err, src.Close)
	conf, err := r.configure(ctx, j, src)
	if err != nil {
		return found, err
	}
	t, err := task.New(conf)
	if err != nil {
		return found, err
	}
	found.Report = t.Check(ctx)
	if ns, local := r.warehouse(r.address(j.Target.Login.Host, j.Target.Login.Port)); local {
		found.Role = r.findings(ctx, ns, j.Target)
	}
	return found, ctx.Err()
}

// PutResult writes an object as a role, which is taken first so that its refusal is told as such.
func (r replicas) PutResult(ctx context.Context, o replication.Result) error {
	if _, err := r.Take(ctx, o.As); err != nil {
		return err
	}
	client, err := stage.Client(ctx, stage.Credentials{Region: o.Region, Endpoint: r.node.Info.AWS, Provider: roleKeys{r, o.As}})
	if err != nil {
		return err
	}
	in := &s3.PutObjectInput{Bucket: &o.Bucket, Key: &o.Key, Body: bytes.NewReader(o.Body), ContentType: awssdk.String("application/json")}
	switch o.Encryption {
	case "SSE_S3":
		in.ServerSideEncryption = types.ServerSideEncryptionAes256
	case "SSE_KMS":
		in.ServerSideEncryption = types.ServerSideEncryptionAwsKms
		if o.KMS != "" {
			in.SSEKMSKeyId = &o.KMS
		}
	}
	if _, err := client.PutObject(ctx, in); err != nil {
		return notWritten(&o, err)
	}
	return nil
}

// notWritten sorts what S3 answers.
func notWritten(o *replication.Result, err error) error {
	if _, denied := errors.AsType[*guard.Denied](err); denied {
		return err
	}
	f := &fault.Error{Kind: fault.Unavailable, Code: "S3Unreachable", On: "s3://" + o.Bucket + "/" + o.Key, Message: "the result was not written", Err: fmt.Errorf("s3:PutObject: %w", err)}
	if res, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		switch res.HTTPStatusCode() {
		case 403:
			f.Kind = fault.Denied
		case 404:
			f.Kind = fault.NotFound
		}
	}
	return f
}
