package s3api_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/inlet-data/inlet/internal/front/aws/awstest"
)

const benchSize = 256 << 20

// BenchmarkPut sends 256 MB, with the payload's hash signed and without.
func BenchmarkPut(b *testing.B) {
	data := make([]byte, benchSize)
	for i := range data {
		data[i] = byte(i * 31 >> 3)
	}
	for name, payload := range map[string]string{"signed": awstest.Hash(string(data)), "unsigned": "UNSIGNED-PAYLOAD"} {
		b.Run(name, func(b *testing.B) {
			n := newNode(b)
			n.bucket(b, "data")
			b.SetBytes(benchSize)
			for b.Loop() {
				put(b, n, data, payload)
			}
		})
	}
}

func put(b *testing.B, n *node, data []byte, payload string) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), "PUT", n.url+"/data/big", bytes.NewReader(data))
	if err != nil {
		b.Fatal(err)
	}
	k := n.keys[account1]
	awstest.Key{ID: k.ID, Secret: k.Secret, Service: "s3", Region: "us-east-1", Payload: payload}.Sign(b, r)
	res, err := transport.RoundTrip(r)
	if err != nil {
		b.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != 200 {
		b.Fatal(res.Status, err)
	}
}

// BenchmarkGet reads 256 MB.
func BenchmarkGet(b *testing.B) {
	n := newNode(b)
	n.bucket(b, "data")
	put(b, n, make([]byte, benchSize), "UNSIGNED-PAYLOAD")
	b.SetBytes(benchSize)
	for b.Loop() {
		res, err := transport.RoundTrip(n.request(b, request{verb: "GET /data/big"}))
		if err != nil {
			b.Fatal(err)
		}
		if m, err := io.Copy(io.Discard, res.Body); m != benchSize || err != nil {
			b.Fatal(m, err)
		}
		if err := res.Body.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSmallPut sends 4 KiB from sixteen at once.
func BenchmarkSmallPut(b *testing.B) {
	n := newNode(b)
	n.bucket(b, "data")
	data := make([]byte, 4<<10)
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			put(b, n, data, "UNSIGNED-PAYLOAD")
		}
	})
}
