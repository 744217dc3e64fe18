package aws

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
)

// The examples of "Signature calculations: multiple chunks" in the S3 API reference, with their signatures.
const (
	exampleSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	exampleTime   = "20130524T000000Z"
)

var exampleScope = scope{"20130524", "us-east-1", "s3"}

func exampleSigner(seed string) *chunkSigner {
	return &chunkSigner{key: signingKey(exampleSecret, exampleScope), time: exampleTime, scope: exampleScope.String(), previous: seed}
}

func exampleBody(tail string, signatures ...string) string {
	return "10000;chunk-signature=" + signatures[0] + "\r\n" + strings.Repeat("a", 65536) + "\r\n" +
		"400;chunk-signature=" + signatures[1] + "\r\n" + strings.Repeat("a", 1024) + "\r\n" +
		"0;chunk-signature=" + signatures[2] + "\r\n" + tail
}

const chunkSeed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"

func chunkExample() string {
	return exampleBody("\r\n",
		"ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
		"0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
		"b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9")
}

const trailerSeed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"

func trailerExample(between string) string {
	return exampleBody("x-amz-checksum-crc32c:sOO8/Q=="+between+"x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
		"b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
		"1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
		"2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992")
}

func TestChunkedExamples(t *testing.T) {
	crc := []string{"x-amz-checksum-crc32c"}
	for _, c := range []struct {
		name, body string
		seed       string
		announced  []string
		trailer    http.Header
	}{
		{"signed chunks", chunkExample(), chunkSeed, nil, http.Header{}},
		{"signed trailer", trailerExample("\r\n"), trailerSeed, crc, http.Header{"X-Amz-Checksum-Crc32c": {"sOO8/Q=="}}},
		{"signed trailer, spaced as documented", trailerExample("\n\r\n"), trailerSeed, crc, http.Header{"X-Amz-Checksum-Crc32c": {"sOO8/Q=="}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, src := range []io.Reader{strings.NewReader(c.body), iotest.OneByteReader(strings.NewReader(c.body)), iotest.DataErrReader(strings.NewReader(c.body))} {
				b := newChunkedBody(src, 66560, exampleSigner(c.seed), c.announced)
				got, err := io.ReadAll(b)
				if err != nil {
					t.Fatal(err)
				}
				if string(got) != strings.Repeat("a", 66560) {
					t.Errorf("decoded %d bytes wrongly", len(got))
				}
				if diff := cmp.Diff(c.trailer, b.trailer); diff != "" {
					t.Error("trailer (-want +got):\n" + diff)
				}
			}
		})
	}
}

func TestChunkedRefusals(t *testing.T) {
	crc := []string{"x-amz-checksum-crc32"}
	big := strings.Repeat("x", minChunk)
	for _, c := range []struct {
		name, body string
		want       int64
		seed       string
		announced  []string
		code       string
	}{
		{"changed byte", strings.Replace(chunkExample(), "aaaa", "aaab", 1), 66560, chunkSeed, nil, "SignatureDoesNotMatch"},
		{"wrong seed", chunkExample(), 66560, trailerSeed, nil, "SignatureDoesNotMatch"},
		{"changed last signature", strings.Replace(chunkExample(), "b6c6", "b6c7", 1), 66560, chunkSeed, nil, "SignatureDoesNotMatch"},
		{"no signature", "1\r\na\r\n0\r\n\r\n", 1, chunkSeed, nil, "SignatureDoesNotMatch"},
		{"changed trailer", strings.Replace(trailerExample("\r\n"), "sOO8", "sOO9", 1), 66560, trailerSeed, []string{"x-amz-checksum-crc32c"}, "SignatureDoesNotMatch"},
		{"unsigned trailer where signed", exampleBody("\r\n\r\n", "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2", "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7", "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"), 66560, trailerSeed, []string{}, "SignatureDoesNotMatch"},
		{"cut in data", "5\r\nab", 5, "", crc, "IncompleteBody"},
		{"cut before the last chunk", "2\r\nab\r\n", 2, "", crc, "IncompleteBody"},
		{"cut in trailer", "2\r\nab\r\n0\r\nx-amz-checksum-crc32:A", 2, "", crc, "IncompleteBody"},
		{"fewer bytes than declared", "2\r\nab\r\n0\r\nx-amz-checksum-crc32:A\r\n\r\n", 3, "", crc, "IncompleteBody"},
		{"more bytes than declared", "2\r\nab\r\n0\r\nx-amz-checksum-crc32:A\r\n\r\n", 1, "", crc, "IncompleteBody"},
		{"size is no number", "zz\r\nab\r\n", 2, "", crc, "InvalidChunkSizeError"},
		{"size is negative", "-1\r\nab\r\n", 2, "", crc, "InvalidChunkSizeError"},
		{"size is empty", "\r\nab\r\n", 2, "", crc, "InvalidChunkSizeError"},
		{"size overflows", "ffffffffffffffff\r\nab\r\n", 2, "", crc, "InvalidChunkSizeError"},
		{"header without end", strings.Repeat("1", 20000), 2, "", crc, "InvalidChunkSizeError"},
		{"small chunk in the middle", "2\r\nab\r\n2\r\ncd\r\n0\r\nx-amz-checksum-crc32:A\r\n\r\n", 4, "", crc, "InvalidChunkSizeError"},
		{"chunk without its end", "2\r\nabcd0\r\n", 2, "", crc, "IncompleteBody"},
		{"announced trailer missing", "2\r\nab\r\n0\r\n\r\n", 2, "", crc, "MalformedTrailerError"},
		{"other trailer", "2\r\nab\r\n0\r\nx-amz-checksum-sha1:A\r\n\r\n", 2, "", crc, "MalformedTrailerError"},
		{"trailer twice", "2\r\nab\r\n0\r\nx-amz-checksum-crc32:A\r\nx-amz-checksum-crc32:A\r\n\r\n", 2, "", crc, "MalformedTrailerError"},
		{"trailer without colon", "2\r\nab\r\n0\r\nx-amz-checksum-crc32\r\n\r\n", 2, "", crc, "MalformedTrailerError"},
		{"more behind the end", "2\r\nab\r\n0\r\nx-amz-checksum-crc32:A\r\n\r\nz", 2, "", crc, "MalformedTrailerError"},
		{"endless trailers", "2000\r\n" + big + "\r\n0\r\n" + strings.Repeat("x-amz-checksum-crc32:A\r\n", 99), minChunk, "", crc, "MalformedTrailerError"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var signer *chunkSigner
			if c.seed != "" {
				signer = exampleSigner(c.seed)
			}
			_, err := io.ReadAll(newChunkedBody(strings.NewReader(c.body), c.want, signer, c.announced))
			if code := codeOfRejected(err); code != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

func codeOfRejected(err error) string {
	if err == nil {
		return ""
	}
	return orElse(fault.CodeOf(err), "no code: "+err.Error())
}

// TestChunkedKnowsAtTheLastByte: a reader that stops at the declared length must not miss a bad end.
func TestChunkedKnowsAtTheLastByte(t *testing.T) {
	body := newChunkedBody(strings.NewReader("2\r\nab\r\n0\r\nx-amz-checksum-sha1:A\r\n\r\n"), 2, nil, []string{"x-amz-checksum-crc32"})
	if n, err := io.ReadFull(io.LimitReader(body, 2), make([]byte, 2)); n != 2 || err != nil {
		t.Fatalf("ReadFull: %d, %v", n, err) // ReadFull drops an error that comes with the last byte.
	}
	body = newChunkedBody(strings.NewReader("2\r\nab\r\n0\r\nx-amz-checksum-sha1:A\r\n\r\n"), 2, nil, []string{"x-amz-checksum-crc32"})
	if n, err := body.Read(make([]byte, 2)); n != 2 || fault.CodeOf(err) != "MalformedTrailerError" {
		t.Errorf("Read: %d, %v", n, err)
	}
}

// decodePlainly is the reference: it takes the whole body apart at once.
func decodePlainly(body []byte, want int64, announced []string) (data []byte, trailer map[string]string, err error) {
	bad := errors.New("bad")
	short := false
	for {
		line, rest, ok := bytes.Cut(body, []byte("\n"))
		if !ok {
			return nil, nil, bad
		}
		size, _, _ := strings.Cut(strings.TrimSuffix(string(line), "\r"), ";")
		n, err := strconv.ParseUint(size, 16, 63)
		if err != nil || len(size) > 16 || len(line) > maxLine-1 {
			return nil, nil, bad
		}
		body = rest
		if n == 0 {
			break
		}
		if short || uint64(len(body)) < n+2 || string(body[n:n+2]) != "\r\n" {
			return nil, nil, bad
		}
		short = n < 8192
		data, body = append(data, body[:n]...), body[n+2:]
	}
	trailer = map[string]string{}
	for {
		line, rest, ok := bytes.Cut(body, []byte("\n"))
		if !ok || len(line) > maxLine-1 {
			return nil, nil, bad
		}
		body = rest
		text := strings.TrimSuffix(string(line), "\r")
		if text == "" {
			break
		}
		name, value, ok := strings.Cut(text, ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if _, twice := trailer[name]; !ok || twice || !strings.Contains(","+strings.Join(announced, ",")+",", ","+name+",") {
			return nil, nil, bad
		}
		trailer[name] = value
	}
	for _, name := range announced {
		if trailer[name] == "" {
			return nil, nil, bad
		}
	}
	if int64(len(data)) != want || len(body) > 0 {
		return nil, nil, bad
	}
	return data, trailer, nil
}

func FuzzChunked(f *testing.F) {
	big := strings.Repeat("x", 8192)
	for _, seed := range []string{
		"2\r\nab\r\n0\r\nx-amz-checksum-crc32:A\r\n\r\n", "0\r\nx-amz-checksum-crc32:A\r\n\r\n",
		"2000;x=y\r\n" + big + "\r\n1\r\nz\r\n0\r\nX-Amz-Checksum-CRC32 : A \n\n", "2\r\nab\r\n0\r\n\r\n", "ffffffffffffffffff\r\n", "2\r\na",
	} {
		f.Add([]byte(seed), int64(2), 3)
		f.Add([]byte(seed), int64(8193), 4096)
	}
	announced := []string{"x-amz-checksum-crc32"}
	f.Fuzz(func(t *testing.T, body []byte, want int64, step int) {
		if want < 0 || step <= 0 || step > 1<<16 {
			return
		}
		data, trailer, refErr := decodePlainly(body, want, announced)
		c := newChunkedBody(bytes.NewReader(body), want, nil, announced)
		got, err := readInSteps(c, step)
		if (err == nil) != (refErr == nil) {
			t.Fatalf("got error %v, the reference %v", err, refErr)
		}
		if err != nil {
			if codeOfRejected(err) == "" {
				t.Fatalf("error without a code: %v", err)
			}
			return
		}
		if !bytes.Equal(got, data) || c.trailer.Get("x-amz-checksum-crc32") != trailer["x-amz-checksum-crc32"] {
			t.Fatalf("got %q %v, the reference %q %v", got, c.trailer, data, trailer)
		}
	})
}

func readInSteps(r io.Reader, step int) ([]byte, error) {
	var all []byte
	p := make([]byte, step)
	for {
		n, err := r.Read(p)
		all = append(all, p[:n]...)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

// signChunks makes an aws-chunked body with signatures, for tests.
func signChunks(data []byte, size int, s *chunkSigner) []byte {
	var b bytes.Buffer
	for {
		n := min(size, len(data))
		sum := sha256.Sum256(data[:n])
		s.previous = sign(s.key, strings.Join([]string{Algorithm + "-PAYLOAD", s.time, s.scope, s.previous, emptySHA256 + "\n" + hex.EncodeToString(sum[:])}, "\n"))
		fmt.Fprintf(&b, "%x;chunk-signature=%s\r\n%s\r\n", n, s.previous, data[:n])
		if n == 0 {
			return b.Bytes()
		}
		data = data[n:]
	}
}

// TestChunkedAllocations: memory does not grow with the body.
func TestChunkedAllocations(t *testing.T) {
	data := make([]byte, 4<<20)
	body := signChunks(data, 64<<10, exampleSigner(chunkSeed))
	allocated := testing.AllocsPerRun(3, func() {
		if n, err := io.Copy(io.Discard, newChunkedBody(bytes.NewReader(body), int64(len(data)), exampleSigner(chunkSeed), nil)); n != int64(len(data)) || err != nil {
			t.Fatal(n, err)
		}
	})
	if allocated > 64*40 {
		t.Errorf("%v allocations for 64 chunks", allocated)
	}
}
