package bucket

import (
	"context"
	"io"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

var errPending = &fault.Error{Kind: fault.Unsupported, Code: "NotImplemented", Message: "This part of the store is being written."}

// Config says where a store lives and whom it asks.
type Config struct {
	Dir    string           // Holds meta.bbolt and blobs/.
	Guard  guard.Checker    // Asked before every effect.
	Region string           // Of buckets made without another; "" means us-east-1.
	Now    func() time.Time // The clock; nil means time.Now.
}

// Store keeps buckets and objects under one directory. It is safe for concurrent use.
type Store struct{}

// Open opens or makes the store in c.Dir. One process at a time may hold it.
func Open(c Config) (*Store, error) { return nil, errPending }

// Close waits for what is being committed and closes the store.
func (s *Store) Close() error { return errPending }

// View is the store as one session sees it. Every method asks the guard first.
type View struct{}

// As binds the store to a session. There is no other way to the data.
func (s *Store) As(by guard.Session) *View { return &View{} }

// With returns a view whose guard questions also carry these condition keys of the
// request, for example s3:signatureAge, s3:TlsVersion or s3:x-amz-content-sha256.
func (v *View) With(keys map[string][]string) *View { return v }

// Events returns up to max events behind after, oldest first. Reading removes nothing.
func (s *Store) Events(after uint64, max int) ([]Event, error) { return nil, errPending }

// WaitEvents returns nil as soon as there is an event behind after, or ctx's error.
func (s *Store) WaitEvents(ctx context.Context, after uint64) error { return errPending }

// TrimEvents forgets events up to and including upTo.
func (s *Store) TrimEvents(upTo uint64) error { return errPending }

// CanonicalID is the owner id of an account, 64 hexadecimal digits.
func CanonicalID(account string) string { return "" }

// CreateBucket makes a bucket owned by the caller's account.
func (v *View) CreateBucket(ctx context.Context, in CreateBucketInput) (*Bucket, error) {
	return nil, errPending
}

// HeadBucket tells that a bucket exists and may be listed.
func (v *View) HeadBucket(ctx context.Context, name string) (*Bucket, error) { return nil, errPending }

// DeleteBucket removes an empty bucket.
func (v *View) DeleteBucket(ctx context.Context, name string) error { return errPending }

// ListBuckets lists the buckets of the caller's account.
func (v *View) ListBuckets(ctx context.Context, in ListBucketsInput) (*ListBucketsOutput, error) {
	return nil, errPending
}

// BucketLocation returns the bucket's region; doors print us-east-1 as an empty constraint.
func (v *View) BucketLocation(ctx context.Context, name string) (string, error) {
	return "", errPending
}

// BucketPolicy returns the policy's text as it was put.
func (v *View) BucketPolicy(ctx context.Context, name string) ([]byte, error) { return nil, errPending }

// PutBucketPolicy sets the policy. Unless confirm is set, a policy that bars the caller from setting the next one is refused.
func (v *View) PutBucketPolicy(ctx context.Context, name string, text []byte, confirm bool) error {
	return errPending
}

// DeleteBucketPolicy removes the policy.
func (v *View) DeleteBucketPolicy(ctx context.Context, name string) error { return errPending }

// BucketPolicyStatus tells whether the policy is public.
func (v *View) BucketPolicyStatus(ctx context.Context, name string) (public bool, err error) {
	return false, errPending
}

// BucketVersioning returns the versioning state.
func (v *View) BucketVersioning(ctx context.Context, name string) (Versioning, error) {
	return "", errPending
}

// PutBucketVersioning enables or suspends versioning.
func (v *View) PutBucketVersioning(ctx context.Context, name string, to Versioning) error {
	return errPending
}

// BucketTagging returns the bucket's tags.
func (v *View) BucketTagging(ctx context.Context, name string) ([]Tag, error) { return nil, errPending }

// PutBucketTagging replaces the bucket's tags.
func (v *View) PutBucketTagging(ctx context.Context, name string, tags []Tag) error {
	return errPending
}

// DeleteBucketTagging removes the bucket's tags.
func (v *View) DeleteBucketTagging(ctx context.Context, name string) error { return errPending }

// BucketEncryption returns the default encryption.
func (v *View) BucketEncryption(ctx context.Context, name string) (Encryption, error) {
	return Encryption{}, errPending
}

// PutBucketEncryption sets the default encryption.
func (v *View) PutBucketEncryption(ctx context.Context, name string, e Encryption) error {
	return errPending
}

// DeleteBucketEncryption resets the default encryption to AES256.
func (v *View) DeleteBucketEncryption(ctx context.Context, name string) error { return errPending }

// BucketOwnershipControls returns the object ownership, always OwnerEnforced.
func (v *View) BucketOwnershipControls(ctx context.Context, name string) (string, error) {
	return "", errPending
}

// PutBucketOwnershipControls accepts OwnerEnforced and refuses the others.
func (v *View) PutBucketOwnershipControls(ctx context.Context, name, ownership string) error {
	return errPending
}

// DeleteBucketOwnershipControls is refused: it would mean ACLs.
func (v *View) DeleteBucketOwnershipControls(ctx context.Context, name string) error {
	return errPending
}

// PublicAccessBlock returns the four settings.
func (v *View) PublicAccessBlock(ctx context.Context, name string) (PublicAccessBlock, error) {
	return PublicAccessBlock{}, errPending
}

// PutPublicAccessBlock sets the four settings.
func (v *View) PutPublicAccessBlock(ctx context.Context, name string, to PublicAccessBlock) error {
	return errPending
}

// DeletePublicAccessBlock removes the four settings.
func (v *View) DeletePublicAccessBlock(ctx context.Context, name string) error { return errPending }

// NotificationConfiguration returns the bucket's notification configuration.
func (v *View) NotificationConfiguration(ctx context.Context, name string) (Notification, error) {
	return Notification{}, errPending
}

// PutNotificationConfiguration replaces Targets and EventBridge; integrations stay.
func (v *View) PutNotificationConfiguration(ctx context.Context, name string, n Notification) error {
	return errPending
}

// PutNotification adds or replaces the entry of one event integration.
func (v *View) PutNotification(ctx context.Context, name string, entry Integration) error {
	return errPending
}

// DeleteNotification removes the entry of one event integration; a missing one is no error.
func (v *View) DeleteNotification(ctx context.Context, name, id string) error { return errPending }

// BucketSetting answers for a setting that is not kept: nil when S3's answer is an
// empty document (Logging, RequestPayment, Accelerate), else S3's own error.
func (v *View) BucketSetting(ctx context.Context, name string, s Setting) error { return errPending }

// PutBucketSetting refuses to keep s, after asking whether the caller might.
func (v *View) PutBucketSetting(ctx context.Context, name string, s Setting) error { return errPending }

// DeleteBucketSetting removes what is not there: it succeeds for callers that may.
func (v *View) DeleteBucketSetting(ctx context.Context, name string, s Setting) error {
	return errPending
}

// BucketACL returns the bucket's access control list.
func (v *View) BucketACL(ctx context.Context, name string) (*ACL, error) { return nil, errPending }

// PutBucketACL accepts the canned list bucket-owner-full-control and refuses others.
func (v *View) PutBucketACL(ctx context.Context, name, canned string) error { return errPending }

// ObjectACL returns the object's access control list.
func (v *View) ObjectACL(ctx context.Context, ref Ref) (*ACL, error) { return nil, errPending }

// PutObjectACL accepts the canned list bucket-owner-full-control and refuses others.
func (v *View) PutObjectACL(ctx context.Context, ref Ref, canned string) (*ACL, error) {
	return nil, errPending
}

// Put stores an object. The guard is asked before the body is read; when Put
// returns without error the object is on disk and its event recorded.
func (v *View) Put(ctx context.Context, in PutInput) (*PutOutput, error) { return nil, errPending }

// Get opens an object for reading.
func (v *View) Get(ctx context.Context, in GetInput) (*Object, error) { return nil, errPending }

// Head describes an object and what a Get would select of it.
func (v *View) Head(ctx context.Context, in GetInput) (*Selection, error) { return nil, errPending }

// Attributes describes an object and its parts, as GetObjectAttributes does.
func (v *View) Attributes(ctx context.Context, ref Ref) (*ObjectAttributes, error) {
	return nil, errPending
}

// Delete deletes an object, or makes a delete marker. A missing object is no error.
func (v *View) Delete(ctx context.Context, in DeleteInput) (*DeleteOutput, error) {
	return nil, errPending
}

// DeleteObjects deletes up to 1,000 objects; the refusals are in the results, in order.
func (v *View) DeleteObjects(ctx context.Context, bucket string, in []DeleteInput) ([]DeleteResult, error) {
	return nil, errPending
}

// Copy copies an object; its data is shared with the source, not copied.
func (v *View) Copy(ctx context.Context, in CopyInput) (*CopyOutput, error) { return nil, errPending }

// List returns one page of objects in key order.
func (v *View) List(ctx context.Context, in ListInput) (*ListOutput, error) { return nil, errPending }

// ListVersions returns one page of versions in key order, newest first within a key.
func (v *View) ListVersions(ctx context.Context, in ListVersionsInput) (*ListVersionsOutput, error) {
	return nil, errPending
}

// ObjectTagging returns an object's tags and the id of the version they are on.
func (v *View) ObjectTagging(ctx context.Context, ref Ref) ([]Tag, string, error) {
	return nil, "", errPending
}

// PutObjectTagging replaces an object's tags and returns the version's id.
func (v *View) PutObjectTagging(ctx context.Context, ref Ref, tags []Tag) (string, error) {
	return "", errPending
}

// DeleteObjectTagging removes an object's tags and returns the version's id.
func (v *View) DeleteObjectTagging(ctx context.Context, ref Ref) (string, error) {
	return "", errPending
}

// CreateMultipartUpload begins an upload in parts.
func (v *View) CreateMultipartUpload(ctx context.Context, in UploadInput) (*Upload, error) {
	return nil, errPending
}

// UploadPart stores one part, replacing an earlier one of the same number.
func (v *View) UploadPart(ctx context.Context, in PartInput) (*Part, error) { return nil, errPending }

// UploadPartCopy makes a part of an object or a range of it, sharing the data.
func (v *View) UploadPartCopy(ctx context.Context, in PartCopyInput) (*PartCopyOutput, error) {
	return nil, errPending
}

// CompleteMultipartUpload makes an object of the parts; no data is moved.
func (v *View) CompleteMultipartUpload(ctx context.Context, in CompleteInput) (*PutOutput, error) {
	return nil, errPending
}

// AbortMultipartUpload forgets an upload and its parts.
func (v *View) AbortMultipartUpload(ctx context.Context, ref UploadRef) error { return errPending }

// ListParts returns one page of an upload's parts.
func (v *View) ListParts(ctx context.Context, in ListPartsInput) (*ListPartsOutput, error) {
	return nil, errPending
}

// ListMultipartUploads returns one page of the uploads in progress.
func (v *View) ListMultipartUploads(ctx context.Context, in ListUploadsInput) (*ListUploadsOutput, error) {
	return nil, errPending
}

// Object is an open object. It is an io.ReaderAt over the whole object, an
// io.WriterTo for the bytes the request selected, and must be closed. Deleting
// or replacing the object does not disturb it.
type Object struct {
	Selection
}

// Size is the size of the whole object.
func (o *Object) Size() int64 { return o.Info.Size }

// ReadAt reads from the whole object; it may be called from several goroutines.
func (o *Object) ReadAt(p []byte, off int64) (int, error) { return 0, errPending }

// WriteTo writes the selected bytes to w, file by file, so that a socket may use sendfile.
func (o *Object) WriteTo(w io.Writer) (int64, error) { return 0, errPending }

// Reader reads the selected bytes.
func (o *Object) Reader() io.Reader { return io.NewSectionReader(o, o.Offset, o.Length) }

// Segment is a piece of an object's data: bytes in memory, or a stretch of a file that does not change.
type Segment struct {
	Data   []byte // Small objects; else nil.
	Path   string
	Offset int64
	Length int64
}

// Segments lists the pieces in order; the files stay until Close.
func (o *Object) Segments() []Segment { return nil }

// Close releases the object.
func (o *Object) Close() error { return nil }
