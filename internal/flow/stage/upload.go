package stage

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/klauspost/compress/gzip"

	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// send uploads one file, compressed if need be, and tells its length in the bucket.
func (s *Stage) send(ctx context.Context, key string, csv []byte) (int64, error) {
	defer s.recycle(csv)
	body := csv
	if s.o.Gzip {
		var err error
		if body, err = compressed(csv); err != nil {
			return 0, fmt.Errorf("compress %s: %w", s.url(key), err)
		}
	}
	if err := s.put(ctx, key, "text/csv", body); err != nil {
		return 0, err
	}
	s.o.Log.Printf(tasklog.FileTransfer, tasklog.Debug, "File %s is uploaded, %d bytes", s.url(key), len(body))
	return int64(len(body)), nil
}

// compressors are many kilobytes each and good for many files.
var compressors = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // The level is a constant of the package.
	}
	return w
}}

func compressed(csv []byte) ([]byte, error) {
	out := bytes.NewBuffer(make([]byte, 0, len(csv)/4+64))
	w := compressors.Get().(*gzip.Writer)
	defer compressors.Put(w)
	w.Reset(out)
	if _, err := w.Write(csv); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// put writes one object; the client tries again by itself.
func (s *Stage) put(ctx context.Context, key, media string, body []byte) error {
	in := &s3.PutObjectInput{
		Bucket: &s.o.Bucket, Key: &key, Body: bytes.NewReader(body),
		ContentLength: aws.Int64(int64(len(body))), ContentType: &media,
	}
	switch s.o.Encryption.Mode {
	case "sse-s3":
		in.ServerSideEncryption = types.ServerSideEncryptionAes256
	case "sse-kms":
		in.ServerSideEncryption = types.ServerSideEncryptionAwsKms
		if s.o.Encryption.Key != "" {
			in.SSEKMSKeyId = &s.o.Encryption.Key
		}
	}
	if _, err := s.o.Client.PutObject(ctx, in); err != nil {
		return s.refused(ctx, "s3:PutObject", key, err)
	}
	return nil
}

// url names an object as COPY does.
func (s *Stage) url(key string) string { return "s3://" + s.o.Bucket + "/" + key }
