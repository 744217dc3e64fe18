package doctor_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/doctor"
)

func TestEvaluate(t *testing.T) {
	cases := []struct {
		name, in string
		want     []string
	}{
		{"allowed", `{"id":1,"kind":"authorize","request":{"principal":{"type":"user","arn":"arn:aws:iam::111111111111:user/u","account":"111111111111"},"action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resource_account":"111111111111","context":{}},"policies":{"identity":[{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}]}}`,
			[]string{`{"id":1,"decision":"allow"`}},
		{"a validation, without a line feed at the end", `{"id":"v","kind":"validate","policy":"{","policy_type":"identity"}`, []string{`{"id":"v","valid":false`}},
		{"an unknown kind and an unknown field", "{\"id\":1,\"kind\":\"dream\"}\n{\"id\":2,\"kind\":\"bucket_public\",\"policy\":{\"Statement\":[]},\"more\":1}\n", []string{`{"id":2,`}},
		{"no JSON", "nonsense\n\n", []string{`{"error":`}},
		{"nothing", "", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := doctor.Evaluate(context.Background(), strings.NewReader(c.in), &out); err != nil {
				t.Fatal(err)
			}
			got := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			if out.Len() == 0 {
				got = nil
			}
			if len(got) != len(c.want) {
				t.Fatalf("got %q", got)
			}
			for i, want := range c.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("got %s, want %s…", got[i], want)
				}
			}
		})
	}
}

// cases writes n cases; the kinds take very different time.
func cases(w io.Writer, n int) {
	for i := range n {
		if i%3 == 0 {
			fmt.Fprintf(w, `{"id":%d,"kind":"resource","patterns":["arn:aws:s3:::b/*"],"resource":"arn:aws:s3:::b/k"}`+"\n", i)
			continue
		}
		fmt.Fprintf(w, `{"id":%d,"kind":"authorize","request":{"principal":{"type":"user","arn":"arn:aws:iam::111111111111:user/u","account":"111111111111"},"action":"s3:GetObject","resource":"arn:aws:s3:::b/k","context":{}},"policies":{"identity":[{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}]}}`+"\n", i)
	}
}

func TestEvaluateKeepsTheOrder(t *testing.T) {
	const n = 5000
	r, w := io.Pipe()
	go func() { cases(w, n); w.Close() }()
	out, in := io.Pipe()
	go func() { in.CloseWithError(doctor.Evaluate(context.Background(), r, in)) }()
	lines := bufio.NewScanner(out)
	for i := range n {
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), fmt.Sprintf(`{"id":%d,`, i)) {
			t.Fatalf("line %d is %s", i, lines.Text())
		}
	}
	if lines.Scan() || lines.Err() != nil {
		t.Errorf("more: %s %v", lines.Text(), lines.Err())
	}
}

// TestEvaluateAnswersAtOnce asks one by one, as a program does that waits for each answer.
func TestEvaluateAnswersAtOnce(t *testing.T) {
	r, w := io.Pipe()
	out, in := io.Pipe()
	go func() { in.CloseWithError(doctor.Evaluate(context.Background(), r, in)) }()
	lines := bufio.NewScanner(out)
	for range 100 {
		cases(w, 1)
		if !lines.Scan() {
			t.Fatal(lines.Err())
		}
	}
	w.Close()
	if lines.Scan() || lines.Err() != nil {
		t.Errorf("more: %s %v", lines.Text(), lines.Err())
	}
}

func TestEvaluateStops(t *testing.T) {
	long := `{"id":"` + strings.Repeat("x", 17<<20) + `"}`
	if err := doctor.Evaluate(context.Background(), strings.NewReader(long), io.Discard); err == nil {
		t.Error("a line without end was taken")
	}
	r, w := io.Pipe()
	go cases(w, 1_000_000)
	defer r.Close()
	if err := doctor.Evaluate(context.Background(), r, full{}); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func BenchmarkEvaluate(b *testing.B) {
	var in bytes.Buffer
	cases(&in, 10_000)
	b.SetBytes(int64(in.Len()))
	for b.Loop() {
		if err := doctor.Evaluate(context.Background(), bytes.NewReader(in.Bytes()), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(10_000*float64(b.N)/b.Elapsed().Seconds(), "cases/s")
}
