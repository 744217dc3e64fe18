package stage

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Credentials say who calls S3 and where. What is empty comes from the environment and
// the profile, as for the aws command.
type Credentials struct {
	Region   string
	Endpoint string // Of inlet or another S3; paths then name the bucket.
	Profile  string
	Provider aws.CredentialsProvider
	Role     string // The ARN of a role that is taken with these credentials, if any.
}

// patience is how long a connection may neither take nor give a byte.
const patience = time.Minute

// attempts at one call when the environment does not say otherwise.
const attempts = 6

// Client makes a client of S3. It calls nobody but, where the default chain needs it, the chain's sources.
func Client(ctx context.Context, c Credentials) (*s3.Client, error) {
	var with []func(*config.LoadOptions) error
	with = append(with, config.WithHTTPClient(connections()))
	if c.Region != "" {
		with = append(with, config.WithRegion(c.Region))
	}
	if c.Profile != "" {
		with = append(with, config.WithSharedConfigProfile(c.Profile))
	}
	if c.Provider != nil {
		with = append(with, config.WithCredentialsProvider(c.Provider))
	}
	if c.Endpoint != "" {
		with = append(with, config.WithBaseEndpoint(c.Endpoint))
	}
	conf, err := config.LoadDefaultConfig(ctx, with...)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if conf.RetryMaxAttempts == 0 {
		conf.RetryMaxAttempts = attempts
	}
	if conf.Region == "" {
		conf.Region = "us-east-1"
	}
	if c.Role != "" {
		conf.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(conf), c.Role,
			func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "inlet-stage" }))
	}
	return s3.NewFromConfig(conf, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil }), nil
}

// connections ends calls that hang, so that they are tried again.
func connections() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		dial := t.DialContext
		t.MaxIdleConnsPerHost = 64
		t.ResponseHeaderTimeout = patience
		t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &impatient{conn, patience}, nil
		}
	})
}

// impatient is a connection whose writes must move.
type impatient struct {
	net.Conn
	after time.Duration
}

// Write gives up when the other side takes nothing for long.
func (c *impatient) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.after)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}
