//go:build unix

package stage_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/inlet-data/inlet/internal/flow/stage"
)

// cpu is what this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkWrite stages rows in calls of 64 KB against a server that takes everything.
func BenchmarkWrite(b *testing.B) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	defer srv.Close()
	c, err := stage.Client(b.Context(), stage.Credentials{
		Region: "us-east-1", Endpoint: srv.URL, Provider: credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", ""),
	})
	if err != nil {
		b.Fatal(err)
	}
	var rows []byte
	for i := 0; len(rows) < 64<<10; i++ {
		rows = fmt.Appendf(rows, "%d,\"name %d\",%d.25,\"2024-01-%02d 10:11:12\",\"%x\"\n", i, i*7919, i%1000, i%28+1, i*104729)
	}
	for _, gzip := range []bool{false, true} {
		b.Run(fmt.Sprint("gzip ", gzip), func(b *testing.B) {
			set := stage.New(stage.Options{Client: c, Bucket: "dms-stage", Gzip: gzip}).Set(b.Context(), "x")
			b.SetBytes(int64(len(rows)))
			b.ReportAllocs()
			before := cpu(b)
			for b.Loop() {
				if _, err := set.Write(rows); err != nil {
					b.Fatal(err)
				}
			}
			if _, err := set.Close(context.Background()); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N*len(rows))/1e6/(cpu(b)-before).Seconds(), "MB/cpu-s") // Of both sides.
		})
	}
	b.Run("cut in large writes", func(b *testing.B) {
		set := stage.New(stage.Options{Client: c, Bucket: "dms-stage", FileBytes: 1 << 20}).Set(b.Context(), "y")
		large := bytes.Repeat(rows, 64)
		b.SetBytes(int64(len(large)))
		for b.Loop() {
			if _, err := set.Write(large); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := set.Close(context.Background()); err != nil {
			b.Fatal(err)
		}
	})
}
