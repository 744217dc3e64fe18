package bucket

import (
	"io"
	"time"
)

// Bucket is what a caller may know of a bucket.
type Bucket struct {
	Name    string
	Owner   string // Account that created it.
	Region  string
	Created time.Time
}

// Ref names an object, or one version of it when VersionID is set.
type Ref struct {
	Bucket, Key, VersionID string
}

// Tag is a key and a value on a bucket or an object.
type Tag struct {
	Key, Value string
}

// ContentHeaders are the headers S3 stores with an object and gives back as they came.
type ContentHeaders struct {
	CacheControl       string `json:",omitempty"`
	ContentDisposition string `json:",omitempty"`
	ContentEncoding    string `json:",omitempty"` // Without aws-chunked.
	ContentLanguage    string `json:",omitempty"`
	ContentType        string `json:",omitempty"`
	Expires            string `json:",omitempty"`
	WebsiteRedirect    string `json:",omitempty"`
}

// Attributes are what a writer may say about an object besides its body.
type Attributes struct {
	Headers      ContentHeaders
	Metadata     map[string]string // Without x-amz-meta-, lower-case names.
	Tags         []Tag
	StorageClass string // As sent; "" means STANDARD.
	Encryption   string // x-amz-server-side-encryption as sent.
	ACL          string // x-amz-acl as sent.
}

// ObjectInfo describes a stored object version.
type ObjectInfo struct {
	Bucket, Key  string
	VersionID    string // "" when the bucket never had versioning, "null" for a version without an id.
	ETag         string // Without quotes.
	Size         int64
	LastModified time.Time
	StorageClass string
	Headers      ContentHeaders
	Metadata     map[string]string
	TagCount     int
	Encryption   string
	Checksum     Checksum
	PartsCount   int // Of a multipart upload, else 0.
	DeleteMarker bool
}

// Conditions are the If- headers of a read; ETags as sent, with quotes, lists and "*".
type Conditions struct {
	IfMatch, IfNoneMatch               string
	IfModifiedSince, IfUnmodifiedSince time.Time
}

// State is the cause inside errors that depend on what was found: a delete
// marker (NoSuchKey, MethodNotAllowed) or an unchanged object (NotModified).
// Doors take response headers from it with errors.As.
type State struct {
	Info ObjectInfo
}

// Error says what was found.
func (s *State) Error() string {
	if s.Info.DeleteMarker {
		return "found a delete marker"
	}
	return "found version with ETag " + s.Info.ETag
}

// PutInput is an object to store.
type PutInput struct {
	Bucket, Key string
	Body        io.Reader // Read to its end, so that a signed body can refuse there.
	Size        int64     // Bytes in Body, or -1 when unknown.
	Attributes
	ContentMD5  string        // As sent, base64; "" when absent.
	Checksum    Checksum      // Algorithm to compute, and the Value expected if known; zero means CRC64NVME.
	Trailer     func() string // Asked at the end of Body for the expected checksum, when it travels behind the body.
	IfMatch     string
	IfNoneMatch string // Only "*" has a meaning.
}

// PutOutput is what a write of an object made.
type PutOutput struct {
	ETag         string // Without quotes.
	VersionID    string // "" when the bucket never had versioning.
	Size         int64
	LastModified time.Time
	Checksum     Checksum
	Encryption   string
}

// GetInput asks for an object or a part of it.
type GetInput struct {
	Ref
	Conditions
	Range      string // The Range header as sent; what is not understood is ignored, as S3 does.
	PartNumber int    // 0 for the whole object.
}

// Selection is an object and the bytes of it that a read selects.
type Selection struct {
	Info           ObjectInfo
	Offset, Length int64
	Partial        bool // The answer is 206 with Content-Range.
}

// DeleteInput names an object to delete.
type DeleteInput struct {
	Ref
	IfMatch string
}

// DeleteOutput says what a delete did.
type DeleteOutput struct {
	VersionID    string // Of the version deleted, or of the delete marker made.
	DeleteMarker bool   // A delete marker was made, or the version deleted was one.
}

// DeleteResult is the outcome for one key of DeleteObjects.
type DeleteResult struct {
	Ref Ref
	DeleteOutput
	Err error
}

// CopyInput is a copy of an object inside the store.
type CopyInput struct {
	Source            Ref
	Conditions        Conditions // On the source.
	Bucket, Key       string
	Attributes        Attributes
	ReplaceMetadata   bool      // x-amz-metadata-directive: REPLACE.
	ReplaceTags       bool      // x-amz-tagging-directive: REPLACE.
	MetadataDirective string    // As sent, for the condition key.
	Algorithm         Algorithm // Checksum wanted; "" keeps the source's.
	IfMatch           string    // On the target.
	IfNoneMatch       string    // On the target.
}

// CopyOutput is what a copy made.
type CopyOutput struct {
	PutOutput
	SourceVersionID string
}

// ListInput asks for one page of a bucket's objects; it serves ListObjects and ListObjectsV2.
type ListInput struct {
	Bucket            string
	Prefix, Delimiter string
	HasPrefix         bool   // The request had the parameter, if only empty: for s3:prefix.
	HasDelimiter      bool   // The same for s3:delimiter.
	After             string // Marker or start-after: only what sorts behind it.
	Token             string // Continuation token of an earlier page; wins over After.
	MaxKeys           int    // 0 lists nothing; use DefaultMaxKeys when the request has none.
}

// DefaultMaxKeys is the page size of a request that names none, and the greatest one.
const DefaultMaxKeys = 1000

// ListOutput is one page of a listing.
type ListOutput struct {
	Objects        []ListedObject
	CommonPrefixes []string
	Truncated      bool
	NextMarker     string // Last key or common prefix of the page when Truncated.
	NextToken      string // The same as an opaque token.
	MaxKeys        int    // As applied.
}

// ListedObject is one entry of a listing.
type ListedObject struct {
	Key          string
	ETag         string
	Size         int64
	LastModified time.Time
	StorageClass string
	Checksum     Checksum // Without its value.
}

// ListVersionsInput asks for one page of a bucket's object versions.
type ListVersionsInput struct {
	Bucket                  string
	Prefix, Delimiter       string
	HasPrefix, HasDelimiter bool
	KeyMarker               string
	VersionIDMarker         string
	MaxKeys                 int
}

// ListVersionsOutput is one page of versions and delete markers, newest first within a key.
type ListVersionsOutput struct {
	Versions            []ListedVersion
	CommonPrefixes      []string
	Truncated           bool
	NextKeyMarker       string
	NextVersionIDMarker string
	MaxKeys             int
}

// ListedVersion is a version or a delete marker.
type ListedVersion struct {
	ListedObject
	VersionID    string
	Latest       bool
	DeleteMarker bool
}

// ObjectAttributes is what GetObjectAttributes tells.
type ObjectAttributes struct {
	Info  ObjectInfo
	Parts []Part // Of a multipart upload, in order.
}

// Part is one part of a multipart upload.
type Part struct {
	Number       int
	ETag         string
	Size         int64
	LastModified time.Time
	Checksum     Checksum
}

// Upload is a multipart upload in progress.
type Upload struct {
	Bucket, Key, ID string
	Initiated       time.Time
	Initiator       string // ARN of the caller that began it.
	StorageClass    string
	Checksum        Checksum // Without its value.
	Encryption      string
}

// UploadInput begins a multipart upload.
type UploadInput struct {
	Bucket, Key string
	Attributes
	Checksum Checksum // Algorithm and Type; zero means CRC64NVME over the full object.
}

// UploadRef names a multipart upload.
type UploadRef struct {
	Bucket, Key, UploadID string
}

// PartInput is one part to store.
type PartInput struct {
	UploadRef
	Number     int
	Body       io.Reader
	Size       int64 // -1 when unknown.
	ContentMD5 string
	Checksum   Checksum
	Trailer    func() string
}

// PartCopyInput makes a part of an existing object.
type PartCopyInput struct {
	UploadRef
	Number     int
	Source     Ref
	Conditions Conditions
	Range      string // x-amz-copy-source-range as sent, "bytes=first-last".
}

// PartCopyOutput is a part made of an existing object.
type PartCopyOutput struct {
	Part
	SourceVersionID string
}

// CompleteInput finishes a multipart upload.
type CompleteInput struct {
	UploadRef
	Parts       []Part   // Number and ETag (quotes allowed), and Checksum.Value where sent.
	Checksum    Checksum // Of the whole object as sent; zero when absent.
	ObjectSize  int64    // x-amz-mp-object-size, or -1 when absent.
	IfMatch     string
	IfNoneMatch string
}

// ListPartsInput asks for one page of an upload's parts.
type ListPartsInput struct {
	UploadRef
	Marker   int
	MaxParts int
}

// ListPartsOutput is one page of parts.
type ListPartsOutput struct {
	Upload     Upload
	Parts      []Part
	Truncated  bool
	NextMarker int
	MaxParts   int
}

// ListUploadsInput asks for one page of a bucket's multipart uploads.
type ListUploadsInput struct {
	Bucket            string
	Prefix, Delimiter string
	KeyMarker         string
	UploadIDMarker    string
	MaxUploads        int
}

// ListUploadsOutput is one page of uploads, by key, then by the time they began.
type ListUploadsOutput struct {
	Uploads            []Upload
	CommonPrefixes     []string
	Truncated          bool
	NextKeyMarker      string
	NextUploadIDMarker string
	MaxUploads         int
}

// CreateBucketInput is a bucket to make.
type CreateBucketInput struct {
	Bucket     string
	Location   string // LocationConstraint as sent.
	ACL        string // x-amz-acl as sent.
	Ownership  string // x-amz-object-ownership as sent; only BucketOwnerEnforced is supported.
	ObjectLock bool   // Asked for; refused, since object lock is not supported.
	Tags       []Tag
}

// ListBucketsInput asks for one page of the caller's account's buckets.
type ListBucketsInput struct {
	Prefix string
	Region string
	Token  string
	Max    int // 0 for all.
}

// ListBucketsOutput is one page of buckets by name.
type ListBucketsOutput struct {
	Owner     string // Account.
	Buckets   []Bucket
	NextToken string
}
