package bucket

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"go.etcd.io/bbolt"
)

// page is what every listing has: where it looks and how keys roll up into
// common prefixes.
type page struct {
	row       *row
	prefix    string
	delimiter string
}

// rolled is the common prefix that stands for key in the listing, or "".
func (p *page) rolled(key string) string {
	if p.delimiter == "" {
		return ""
	}
	i := strings.Index(key[len(p.prefix):], p.delimiter)
	if i < 0 {
		return ""
	}
	return key[:len(p.prefix)+i+len(p.delimiter)]
}

// begin is the row to seek for a page behind marker. A marker inside a common
// prefix stands for all of it: that prefix was on an earlier page.
func (p *page) begin(marker string) []byte {
	first := scanPrefix(p.row.ID, p.prefix)
	if marker == "" {
		return first
	}
	at := pastKey(p.row.ID, marker)
	if strings.HasPrefix(marker, p.prefix) {
		if r := p.rolled(marker); r != "" {
			at = pastPrefix(p.row.ID, r)
		}
	}
	if bytes.Compare(at, first) < 0 {
		return first
	}
	return at
}

// pageSize bounds a requested page as S3 does.
func pageSize(asked int, name string) (int, error) {
	if asked < 0 {
		return 0, invalidArgument("Argument "+name+" must be an integer between 0 and 2147483647", name, strconv.Itoa(asked))
	}
	return min(asked, DefaultMaxKeys), nil
}

// List returns one page of objects in key order.
func (v *View) List(ctx context.Context, in ListInput) (*ListOutput, error) {
	r, err := v.bucket(in.Bucket)
	if err != nil {
		return nil, err
	}
	k := listKeys(in.MaxKeys).setSent("s3:prefix", in.Prefix, in.HasPrefix).setSent("s3:delimiter", in.Delimiter, in.HasDelimiter)
	if err := v.askBucket(ctx, r, "s3:ListBucket", k); err != nil {
		return nil, err
	}
	out := &ListOutput{}
	if out.MaxKeys, err = pageSize(in.MaxKeys, "max-keys"); err != nil {
		return nil, err
	}
	marker := in.After
	if in.Token != "" {
		if marker, err = readToken(in.Token); err != nil {
			return nil, err
		}
	}
	if out.MaxKeys == 0 {
		return out, nil
	}
	p := page{r, in.Prefix, in.Delimiter}
	err = v.store.db.View(func(tx *bbolt.Tx) error { return p.objects(ctx, tx, marker, out) })
	return out, internal("list objects", err)
}

// objects fills a page: one ordered scan that seeks past older versions and
// past every common prefix.
func (p *page) objects(ctx context.Context, tx reading, marker string, out *ListOutput) error {
	scope := scanPrefix(p.row.ID, p.prefix)
	c := tx.Bucket(tableVersions).Cursor()
	k, raw := c.Seek(p.begin(marker))
	for n := 0; bytes.HasPrefix(k, scope); n++ {
		if n%1024 == 1023 && ctx.Err() != nil {
			return ctx.Err()
		}
		key, _, ok := splitRow(k)
		if !ok {
			return errCorrupt
		}
		ver, _ := decodeListed(raw, rowSeq(k))
		if ver.marker {
			k, raw = p.skip(c, k, key)
			continue
		}
		if len(out.Objects)+len(out.CommonPrefixes) == out.MaxKeys {
			out.Truncated, out.NextToken = true, makeToken(out.NextMarker)
			return nil
		}
		if r := p.rolled(key); r != "" {
			out.CommonPrefixes, out.NextMarker = append(out.CommonPrefixes, r), r
			k, raw = c.Seek(pastPrefix(p.row.ID, r))
			continue
		}
		out.Objects, out.NextMarker = append(out.Objects, ver.listed(key)), key
		k, raw = p.skip(c, k, key)
	}
	out.NextMarker = ""
	return nil
}

// skip goes to the first row of the next key. Mostly that is the next row.
func (p *page) skip(c *bbolt.Cursor, k []byte, key string) ([]byte, []byte) {
	end := len(k) - 8
	next, raw := c.Next()
	if len(next) >= end && bytes.Equal(next[:end], k[:end]) {
		return c.Seek(pastKey(p.row.ID, key))
	}
	return next, raw
}

func (v *version) listed(key string) ListedObject {
	sum := v.sum
	sum.Value = ""
	return ListedObject{Key: key, ETag: v.etag, Size: v.size, LastModified: v.modified, StorageClass: v.class, Checksum: sum}
}
