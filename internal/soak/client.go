package main

import (
	"bufio"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/node"
)

const bucketName = "111111111111-data-source"

// client speaks S3 to one run of the node.
type client struct {
	http http.Client
	key  awstest.Key
	url  string
}

// newClient acts as the administrator of account 1.
func newClient(info *node.Info) (*client, error) {
	env := map[string]string{}
	for _, v := range info.Env() {
		env[v.Name] = v.Value
	}
	c := &client{http: http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 10}}, url: info.AWS + "/" + bucketName + "/"}
	c.key = awstest.Key{Service: "s3", Region: info.Region, Payload: "UNSIGNED-PAYLOAD"}
	return c, c.readKey(env["AWS_SHARED_CREDENTIALS_FILE"], env["ACCOUNT1_PROFILE"])
}

func (c *client) readKey(path, profile string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	within := false
	for lines := bufio.NewScanner(in); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), "=")
		switch name = strings.TrimSpace(name); {
		case strings.HasPrefix(name, "["):
			within = name == "["+profile+"]"
		case within && name == "aws_access_key_id":
			c.key.ID = strings.TrimSpace(value)
		case within && name == "aws_secret_access_key":
			c.key.Secret = strings.TrimSpace(value)
		}
	}
	if c.key.Secret == "" {
		return errors.New("no key of " + profile + " in " + path)
	}
	return nil
}

func (c *client) close() { c.http.CloseIdleConnections() }

// signer lets awstest sign outside a test. The body is not part of the signature, so nothing of it can fail.
type signer struct{ testing.TB }

func (signer) Helper() {}

func (c *client) do(ctx context.Context, method, key string, body io.Reader, size int) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.url+key, body)
	if err != nil {
		return nil, err
	}
	r.ContentLength = int64(size)
	answer, err := c.http.Do(c.key.Sign(signer{}, r))
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode >= 300 {
		return nil, &statusError{answer.StatusCode, fmt.Sprintf("%s %s: %s: %s", method, key, answer.Status, text)}
	}
	return text, nil
}

// statusError is an answer that is a refusal.
type statusError struct {
	code int
	text string
}

func (e *statusError) Error() string { return e.text }

func (c *client) put(ctx context.Context, key string, body io.Reader, size int) error {
	_, err := c.do(ctx, http.MethodPut, key, body, size)
	return err
}

func (c *client) remove(ctx context.Context, key string) error {
	_, err := c.do(ctx, http.MethodDelete, key, nil, 0)
	return err
}

// get returns an object, and false when there is none.
func (c *client) get(ctx context.Context, key string) ([]byte, bool, error) {
	text, err := c.do(ctx, http.MethodGet, key, nil, 0)
	if e, ok := errors.AsType[*statusError](err); ok && e.code == http.StatusNotFound {
		return nil, false, nil
	}
	return text, err == nil, err
}

// list returns the ETag of every object below a prefix by its key.
func (c *client) list(ctx context.Context, prefix string) (map[string]string, error) {
	all, token := map[string]string{}, ""
	for {
		q := url.Values{"list-type": {"2"}, "prefix": {prefix}}
		if token != "" {
			q.Set("continuation-token", token)
		}
		text, err := c.do(ctx, http.MethodGet, "?"+q.Encode(), nil, 0)
		if err != nil {
			return nil, err
		}
		var page struct {
			Contents []struct{ Key, ETag string }
			Next     string `xml:"NextContinuationToken"`
		}
		if err := xml.Unmarshal(text, &page); err != nil {
			return nil, fmt.Errorf("list %s: %w", prefix, err)
		}
		for _, o := range page.Contents {
			all[o.Key] = strings.Trim(o.ETag, `"`)
		}
		if token = page.Next; token == "" {
			return all, nil
		}
	}
}
