// Package s3api speaks Amazon S3's protocol for the buckets of flow/bucket. It
// reads paths, headers and XML into the store's inputs and writes its outputs
// back; what may be done, and what it means, the store decides.
package s3api
