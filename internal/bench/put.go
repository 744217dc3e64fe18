package main

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// accessKey signs requests.
type accessKey struct{ id, secret string }

// readKey finds a profile's key in a credentials file.
func readKey(path, profile string) (accessKey, error) {
	file, err := os.Open(path)
	if err != nil {
		return accessKey{}, err
	}
	defer file.Close()
	var k accessKey
	within := false
	for lines := bufio.NewScanner(file); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), "=")
		switch name = strings.TrimSpace(name); {
		case strings.HasPrefix(name, "["):
			within = name == "["+profile+"]"
		case within && name == "aws_access_key_id":
			k.id = strings.TrimSpace(value)
		case within && name == "aws_secret_access_key":
			k.secret = strings.TrimSpace(value)
		}
	}
	if k.secret == "" {
		return k, errors.New("no key of " + profile + " in " + path)
	}
	return k, nil
}

// puts keeps as many connections as there may be clients.
var puts = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}

func (n *node) putFile(ctx context.Context, key, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return n.put(ctx, key, file, info.Size())
}

// put stores an object. Its body is not part of the signature, as over TLS.
func (n *node) put(ctx context.Context, key string, body io.Reader, size int64) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, n.env["AWS_ENDPOINT_URL"]+"/"+n.env["S3_BUCKET_NAME"]+"/"+key, body)
	if err != nil {
		return err
	}
	r.ContentLength = size
	n.keys.sign(r, n.env["AWS_REGION"], time.Now().UTC())
	answer, err := puts.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("put %s: %s: %s", key, answer.Status, text)
	}
	return nil
}

// sign adds the headers of Signature Version 4.
func (k accessKey) sign(r *http.Request, region string, now time.Time) {
	const unsigned = "UNSIGNED-PAYLOAD"
	stamp := now.Format("20060102T150405Z")
	r.Header.Set("X-Amz-Date", stamp)
	r.Header.Set("X-Amz-Content-Sha256", unsigned)
	const names = "host;x-amz-content-sha256;x-amz-date"
	canonical := strings.Join([]string{r.Method, r.URL.EscapedPath(), "",
		"host:" + r.URL.Host, "x-amz-content-sha256:" + unsigned, "x-amz-date:" + stamp, "", names, unsigned}, "\n")
	scope := stamp[:8] + "/" + region + "/s3/aws4_request"
	sum := sha256.Sum256([]byte(canonical))
	text := "AWS4-HMAC-SHA256\n" + stamp + "\n" + scope + "\n" + hex.EncodeToString(sum[:])
	key := []byte("AWS4" + k.secret)
	for _, step := range []string{stamp[:8], region, "s3", "aws4_request", text} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(step))
		key = mac.Sum(nil)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+k.id+"/"+scope+", SignedHeaders="+names+", Signature="+hex.EncodeToString(key))
}
