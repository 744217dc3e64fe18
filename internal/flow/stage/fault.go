package stage

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/inlet-data/inlet/internal/fault"
)

// refusal is what S3 said no to.
type refusal struct {
	action, key   string // No key for the bucket itself.
	code, message string
	request       string
	kind          fault.Kind
	asRole        bool // The role that stages files could not be taken.
	inlet         bool // The endpoint is inlet's, which can explain the request.
	cause         error
}

// refused tells which action on what failed, in words for the person who grants it.
func (s *Stage) refused(ctx context.Context, action, key string, err error) error {
	r := &refusal{action: action, key: key, kind: fault.Unavailable, inlet: s.local()}
	if ctx.Err() != nil {
		return fmt.Errorf("%s of %s: %w", action, s.url(key), context.Cause(ctx))
	}
	status := 0
	if res, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status, r.request = res.HTTPStatusCode(), res.ServiceRequestID()
		if res.Response != nil {
			r.inlet = res.Response.Header.Get("Server") == "inlet"
		}
	}
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		s.unanswered(ctx, r, err)
		return s.render(r)
	}
	if call := innermost(err); call != nil && call.ServiceID == "STS" {
		r.action, r.asRole = "sts:"+call.OperationName, true
	}
	r.code, r.message = api.ErrorCode(), api.ErrorMessage()
	r.kind = kindOf(r.code, status)
	return s.render(r)
}

// unanswered tells a call that was not signed from one without an answer.
func (s *Stage) unanswered(ctx context.Context, r *refusal, err error) {
	r.code, r.message, r.cause = "S3Unreachable", "no answer from S3", err
	if who := s.o.Client.Options().Credentials; who != nil {
		if _, none := who.Retrieve(ctx); none != nil {
			r.kind, r.code, r.message, r.cause = fault.Unauthorized, "NoCredentials", "there are no AWS credentials to sign with", none
		}
	}
}

// innermost is the call that failed: taking a role is one within another.
func innermost(err error) *smithy.OperationError {
	var last *smithy.OperationError
	for {
		call, ok := errors.AsType[*smithy.OperationError](err)
		if !ok {
			return last
		}
		last, err = call, call.Err
	}
}

// kindOf sorts S3's codes; an answer to HEAD has nothing but its status.
func kindOf(code string, status int) fault.Kind {
	switch code {
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken":
		return fault.Unauthorized
	case "AccessDenied", "Forbidden":
		return fault.Denied
	case "NoSuchBucket", "NotFound":
		return fault.NotFound
	}
	switch {
	case status == http.StatusForbidden:
		return fault.Denied
	case status == http.StatusNotFound:
		return fault.NotFound
	case status >= 300 && status < 500:
		return fault.Invalid
	}
	return fault.Unavailable
}

// render makes the one error that doors show.
func (s *Stage) render(r *refusal) error {
	on := "s3://" + s.o.Bucket
	arn := "arn:aws:s3:::" + s.o.Bucket
	if r.key != "" {
		on, arn = s.url(r.key), arn+"/"+r.key
	}
	e := &fault.Error{Kind: r.kind, Code: r.code, Op: r.action, On: on, Message: r.code, Fields: map[string]string{}, Err: r.cause}
	if r.message != "" && r.message != r.code {
		e.Message += ": " + r.message
	}
	if r.request != "" {
		e.Message += " (request " + r.request + ")"
		e.Fields["RequestId"] = r.request
	}
	e.Hint = s.hint(r, arn)
	return e
}

// hint is the way out of a refusal.
func (s *Stage) hint(r *refusal, arn string) string {
	switch {
	case r.inlet && r.request != "" && r.kind == fault.Denied:
		return "inlet why " + r.request
	case r.asRole:
		return "let the role that stages files trust the caller, and the caller assume it"
	case r.kind == fault.Denied:
		return "allow " + r.action + " on " + arn + " to the role that stages files"
	case r.code == "NoCredentials":
		return "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or aws configure"
	case r.kind == fault.Unauthorized:
		return "check the access key, its session and the clock"
	case r.code == "PermanentRedirect" || r.code == "MovedPermanently":
		return "the bucket is in another region than the client, which uses " + s.o.Client.Options().Region
	}
	return ""
}

// local reports whether the client has an endpoint of its own, which is not Amazon's.
func (s *Stage) local() bool { return s.o.Client.Options().BaseEndpoint != nil }

// requestOf is the id S3 gave a call that succeeded.
func requestOf(m middleware.Metadata) (string, bool) { return awsmiddleware.GetRequestIDMetadata(m) }
