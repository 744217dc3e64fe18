package bucket

import (
	"context"

	"github.com/inlet-data/inlet/internal/fault"
)

// Versioning is a bucket's versioning state.
type Versioning string

// The versioning states; VersioningOff means it was never enabled.
const (
	VersioningOff       Versioning = ""
	VersioningEnabled   Versioning = "Enabled"
	VersioningSuspended Versioning = "Suspended"
)

// Encryption is a bucket's default encryption. Only AES256 is supported; what
// keeps the bytes secret at rest is the disk they lie on.
type Encryption struct {
	Algorithm string
	KMSKeyID  string
	BucketKey bool
}

// PublicAccessBlock holds the four settings of S3 Block Public Access.
type PublicAccessBlock struct {
	BlockPublicACLs       bool
	IgnorePublicACLs      bool
	BlockPublicPolicy     bool
	RestrictPublicBuckets bool
}

// OwnerEnforced is the one object ownership this store knows: the bucket's owner owns every object.
const OwnerEnforced = "BucketOwnerEnforced"

// BucketLocation returns the bucket's region; doors print us-east-1 as an empty constraint.
func (v *View) BucketLocation(ctx context.Context, name string) (string, error) {
	r, err := v.open(ctx, name, "s3:GetBucketLocation")
	if err != nil {
		return "", err
	}
	return r.Region, nil
}

// BucketVersioning returns the versioning state.
func (v *View) BucketVersioning(ctx context.Context, name string) (Versioning, error) {
	r, err := v.open(ctx, name, "s3:GetBucketVersioning")
	if err != nil {
		return "", err
	}
	return r.Versioning, nil
}

// PutBucketVersioning enables or suspends versioning.
func (v *View) PutBucketVersioning(ctx context.Context, name string, to Versioning) error {
	return v.edit(ctx, name, "s3:PutBucketVersioning", func(r *row) error {
		if to != VersioningEnabled && to != VersioningSuspended {
			return invalid("IllegalVersioningConfigurationException", "The Versioning element must be specified")
		}
		r.Versioning = to
		return nil
	})
}

// BucketTagging returns the bucket's tags.
func (v *View) BucketTagging(ctx context.Context, name string) ([]Tag, error) {
	r, err := v.open(ctx, name, "s3:GetBucketTagging")
	if err != nil {
		return nil, err
	}
	if len(r.Tags) == 0 {
		return nil, notFound("NoSuchTagSet", "The TagSet does not exist", map[string]string{"BucketName": name})
	}
	return r.Tags, nil
}

// PutBucketTagging replaces the bucket's tags.
func (v *View) PutBucketTagging(ctx context.Context, name string, tags []Tag) error {
	return v.edit(ctx, name, "s3:PutBucketTagging", func(r *row) error {
		r.Tags = tags
		return checkTags(tags, 50, "Bucket tag count cannot be greater than 50")
	})
}

// DeleteBucketTagging removes the bucket's tags.
func (v *View) DeleteBucketTagging(ctx context.Context, name string) error {
	return v.edit(ctx, name, "s3:PutBucketTagging", func(r *row) error {
		r.Tags = nil
		return nil
	})
}

// BucketEncryption returns the default encryption.
func (v *View) BucketEncryption(ctx context.Context, name string) (Encryption, error) {
	r, err := v.open(ctx, name, "s3:GetEncryptionConfiguration")
	if err != nil {
		return Encryption{}, err
	}
	return Encryption{Algorithm: "AES256", BucketKey: r.BucketKey}, nil
}

// PutBucketEncryption sets the default encryption.
func (v *View) PutBucketEncryption(ctx context.Context, name string, e Encryption) error {
	return v.edit(ctx, name, "s3:PutEncryptionConfiguration", func(r *row) error {
		switch {
		case e.Algorithm == "":
			return invalid("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
		case e.Algorithm == "AES256" && e.KMSKeyID != "":
			return invalidArgument("a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse", "ApplyServerSideEncryptionByDefault", e.Algorithm)
		}
		r.BucketKey = e.BucketKey
		return checkEncryption(e.Algorithm)
	})
}

// DeleteBucketEncryption resets the default encryption to AES256.
func (v *View) DeleteBucketEncryption(ctx context.Context, name string) error {
	return v.edit(ctx, name, "s3:PutEncryptionConfiguration", func(r *row) error {
		r.BucketKey = false
		return nil
	})
}

// BucketOwnershipControls returns the object ownership, always OwnerEnforced.
func (v *View) BucketOwnershipControls(ctx context.Context, name string) (string, error) {
	if _, err := v.open(ctx, name, "s3:GetBucketOwnershipControls"); err != nil {
		return "", err
	}
	return OwnerEnforced, nil
}

// PutBucketOwnershipControls accepts OwnerEnforced and refuses the others.
func (v *View) PutBucketOwnershipControls(ctx context.Context, name, ownership string) error {
	if _, err := v.open(ctx, name, "s3:PutBucketOwnershipControls"); err != nil {
		return err
	}
	switch ownership {
	case OwnerEnforced:
		return nil
	case "BucketOwnerPreferred", "ObjectWriter":
		return onlyEnforced()
	}
	return invalid("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
}

// DeleteBucketOwnershipControls is refused: without them objects would have ACLs.
func (v *View) DeleteBucketOwnershipControls(ctx context.Context, name string) error {
	if _, err := v.open(ctx, name, "s3:PutBucketOwnershipControls"); err != nil {
		return err
	}
	return onlyEnforced()
}

func onlyEnforced() *fault.Error {
	return unsupported("Object ownership other than BucketOwnerEnforced is not implemented", "Use BucketOwnerEnforced, the default of S3, and share objects by bucket policy.")
}

// PublicAccessBlock returns the four settings.
func (v *View) PublicAccessBlock(ctx context.Context, name string) (PublicAccessBlock, error) {
	r, err := v.open(ctx, name, "s3:GetBucketPublicAccessBlock")
	if err != nil {
		return PublicAccessBlock{}, err
	}
	if r.Block == nil {
		return PublicAccessBlock{}, notFound("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found", map[string]string{"BucketName": name})
	}
	return *r.Block, nil
}

// PutPublicAccessBlock sets the four settings.
func (v *View) PutPublicAccessBlock(ctx context.Context, name string, to PublicAccessBlock) error {
	return v.edit(ctx, name, "s3:PutBucketPublicAccessBlock", func(r *row) error {
		r.Block = &to
		return nil
	})
}

// DeletePublicAccessBlock removes the four settings.
func (v *View) DeletePublicAccessBlock(ctx context.Context, name string) error {
	return v.edit(ctx, name, "s3:PutBucketPublicAccessBlock", func(r *row) error {
		r.Block = nil
		return nil
	})
}
