package bucket_test

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/bucket"
)

// BenchmarkPut4KiB puts small objects from 16 writers.
func BenchmarkPut4KiB(b *testing.B) {
	f := newStore(b)
	data := pattern(4 << 10)
	var n atomic.Int64
	var wg sync.WaitGroup
	b.SetBytes(int64(len(data)))
	b.ResetTimer()
	for range 16 {
		wg.Go(func() {
			for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
				in := bucket.PutInput{Bucket: "data", Key: fmt.Sprintf("in/%08d", i), Body: bytes.NewReader(data), Size: int64(len(data))}
				if _, err := f.view.Put(b.Context(), in); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
}

// BenchmarkPut64KiB is the same with bodies that become files.
func BenchmarkPut64KiB(b *testing.B) {
	f := newStore(b)
	data := pattern(64 << 10)
	var n atomic.Int64
	var wg sync.WaitGroup
	b.SetBytes(int64(len(data)))
	b.ResetTimer()
	for range 16 {
		wg.Go(func() {
			for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
				in := bucket.PutInput{Bucket: "data", Key: fmt.Sprintf("in/%08d", i), Body: bytes.NewReader(data), Size: int64(len(data))}
				if _, err := f.view.Put(b.Context(), in); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
}

const large = 256 << 20

// BenchmarkPut256MB puts one large object.
func BenchmarkPut256MB(b *testing.B) {
	f := newStore(b)
	piece := pattern(1 << 20)
	b.SetBytes(large)
	for b.Loop() {
		in := bucket.PutInput{Bucket: "data", Key: "large", Body: &repeat{piece: piece, left: large}, Size: large}
		if _, err := f.view.Put(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGet256MB reads it back.
func BenchmarkGet256MB(b *testing.B) {
	f := newStore(b)
	in := bucket.PutInput{Bucket: "data", Key: "large", Body: &repeat{piece: pattern(1 << 20), left: large}, Size: large}
	if _, err := f.view.Put(b.Context(), in); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(large)
	buf := make([]byte, 1<<20)
	for b.Loop() {
		o, err := f.view.Get(b.Context(), bucket.GetInput{Ref: ref("large")})
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.CopyBuffer(onlyWriter{io.Discard}, o.Reader(), buf); n != large || err != nil {
			b.Fatal(n, err)
		}
		o.Close()
	}
}

// onlyWriter hides ReadFrom, so that the buffer is used.
type onlyWriter struct{ io.Writer }

// repeat is a body of any length that costs nothing to make.
type repeat struct {
	piece []byte
	left  int64
	at    int
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), r.left)], r.piece[r.at:])
	r.left -= int64(n)
	r.at = (r.at + n) % len(r.piece)
	return n, nil
}

// BenchmarkList lists a page of a thousand keys from a bucket of 20,000.
func BenchmarkList(b *testing.B) {
	f := newStore(b)
	var wg sync.WaitGroup
	for w := range 64 {
		wg.Go(func() {
			for i := w; i < 20_000; i += 64 {
				f.view.Put(b.Context(), bucket.PutInput{Bucket: "data", Key: fmt.Sprintf("in/%08d", i), Body: bytes.NewReader(nil)})
			}
		})
	}
	wg.Wait()
	for b.Loop() {
		out, err := f.view.List(b.Context(), bucket.ListInput{Bucket: "data", Prefix: "in/", After: "in/00010000", MaxKeys: 1000})
		if err != nil || len(out.Objects) != 1000 {
			b.Fatal(len(out.Objects), err)
		}
	}
}
