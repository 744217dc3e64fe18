package demo

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/node"
)

// client calls the S3 endpoint with one access key.
type client struct {
	endpoint, region, id, secret string
}

// newClient is account 1's administrator.
func newClient(n *node.Node) *client {
	id, secret := n.AdminKey(node.Account1)
	return &client{n.Info.AWS, n.Info.Region, id, secret}
}

// do sends one signed request and makes an answer that is no success an error.
func (c *client) do(ctx context.Context, method, target string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, method, c.endpoint+target, bytes.NewReader(body))
	if err != nil {
		return err
	}
	c.sign(r, body, time.Now().UTC())
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 4096)) // Whatever came of it is told.
		return fmt.Errorf("%s %s answered %s: %s", method, target, res.Status, text)
	}
	return nil
}

// sign adds the headers of AWS Signature Version 4. The targets of this package
// need no escaping, and their only query is a name without a value.
func (c *client) sign(r *http.Request, body []byte, now time.Time) {
	stamp, day := now.Format("20060102T150405Z"), now.Format("20060102")
	sum := sha256.Sum256(body)
	payload := hex.EncodeToString(sum[:])
	r.Header.Set("X-Amz-Date", stamp)
	r.Header.Set("X-Amz-Content-Sha256", payload)
	query := r.URL.RawQuery
	if query != "" {
		query += "="
	}
	const signed = "host;x-amz-content-sha256;x-amz-date"
	canonical := strings.Join([]string{r.Method, r.URL.Path, query, "host:" + r.URL.Host,
		"x-amz-content-sha256:" + payload, "x-amz-date:" + stamp, "", signed, payload}, "\n")
	scope := day + "/" + c.region + "/s3/aws4_request"
	hash := sha256.Sum256([]byte(canonical))
	key := []byte("AWS4" + c.secret)
	for _, part := range []string{day, c.region, "s3", "aws4_request"} {
		key = mac(key, part)
	}
	signature := mac(key, "AWS4-HMAC-SHA256\n"+stamp+"\n"+scope+"\n"+hex.EncodeToString(hash[:]))
	r.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%x", c.id, scope, signed, signature))
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
