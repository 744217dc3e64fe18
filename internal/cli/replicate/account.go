package replicate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/node"
)

// account is whom calls to IAM and Redshift are made as.
type account struct {
	conf aws.Config
	at   string // The node's endpoint, "" for Amazon's.
}

// accountOf is the administrator of the account that owns the node's warehouse.
func accountOf(ctx context.Context, info *node.Info) (*account, error) {
	env := map[string]string{}
	for _, v := range info.Env() {
		env[v.Name] = v.Value
	}
	conf, err := config.LoadDefaultConfig(ctx, config.WithRegion(info.Region), config.WithSharedConfigProfile(env["ACCOUNT2_PROFILE"]),
		config.WithSharedCredentialsFiles([]string{env["AWS_SHARED_CREDENTIALS_FILE"]}), config.WithSharedConfigFiles([]string{env["AWS_CONFIG_FILE"]}))
	if err != nil {
		return nil, fmt.Errorf("read the node's credentials: %w", err)
	}
	return &account{conf, info.AWS}, nil
}

// accountFromEnvironment is who the aws command would be.
func accountFromEnvironment(ctx context.Context, region string) (*account, error) {
	var with []func(*config.LoadOptions) error
	if region != "" {
		with = append(with, config.WithRegion(region))
	}
	conf, err := config.LoadDefaultConfig(ctx, with...)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	return &account{conf: conf}, nil
}

// id is the account's number.
func (a *account) id(ctx context.Context) (string, error) {
	out, err := sts.NewFromConfig(a.conf).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", fmt.Errorf("ask AWS who this is: %w", err)
	}
	return aws.ToString(out.Account), nil
}

// mayTake reports whether the account's user may take a role.
func (a *account) mayTake(ctx context.Context, role string) bool {
	_, err := sts.NewFromConfig(a.conf).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("inlet-check")})
	return err == nil
}

// call makes one call of a service that speaks AWS's query protocol. Out is what is read of the answer.
func (a *account) call(ctx context.Context, service string, form url.Values, out any) error {
	version, at := "2010-05-08", "https://iam.amazonaws.com"
	region := "us-east-1"
	if service == "redshift" {
		version, region = "2012-12-01", a.conf.Region
		at = "https://redshift." + region + ".amazonaws.com"
	}
	if a.at != "" {
		at = a.at
	}
	form.Set("Version", version)
	body := []byte(form.Encode())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at+"/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	keys, err := a.conf.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("find AWS credentials: %w", err)
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, keys, r, hex.EncodeToString(sum[:]), service, region, time.Now()); err != nil {
		return fmt.Errorf("sign a call: %w", err)
	}
	return answer(r, service+":"+form.Get("Action"), out)
}

// answer sends a request and reads what comes back, also when it is a refusal.
func answer(r *http.Request, op string, out any) error {
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if res.StatusCode != http.StatusOK {
		var e struct {
			Code    string `xml:"Error>Code"`
			Message string `xml:"Error>Message"`
			Request string `xml:"RequestId"`
		}
		_ = xml.Unmarshal(text, &e) // What cannot be read stays empty.
		f := &fault.Error{Kind: fault.Denied, Code: e.Code, Op: op, Message: e.Code + ": " + e.Message}
		if res.StatusCode == http.StatusNotFound || e.Code == "NoSuchEntity" {
			f.Kind = fault.NotFound
		}
		return f
	}
	if out == nil {
		return nil
	}
	if err := xml.Unmarshal(text, out); err != nil {
		return fmt.Errorf("read the answer of %s: %w", op, err)
	}
	return nil
}
