package bucket

import (
	"maps"
	"slices"
	"time"
)

// segment is a stretch of stored bytes: of a file in blobs/, or of a row of the inline table.
type segment struct {
	inline bool
	id     uint64
	off, n int64
}

// piece is a part of a multipart object, or the whole of a simple one.
type piece struct {
	number int // 0 for a simple object
	size   int64
	etag   string
	sum    string
	segs   []segment
}

// version is one row of the versions table. What a listing shows stands first
// in the encoding, so that a listing decodes nothing else.
type version struct {
	seq      uint64
	id       string
	marker   bool
	size     int64
	etag     string
	modified time.Time
	class    string
	sum      Checksum

	headers    ContentHeaders
	metadata   map[string]string
	tags       []Tag
	encryption string
	upload     string // Id of the multipart upload it was completed from.
	pieces     []piece
}

func (v *version) encode() []byte {
	e := &encoder{b: make([]byte, 0, 256)}
	e.text(v.id)
	e.flag(v.marker)
	e.int(v.size)
	e.text(v.etag)
	e.int(v.modified.UnixNano())
	e.text(v.class)
	e.text(string(v.sum.Algorithm))
	e.text(v.sum.Type)
	e.text(v.sum.Value)
	v.encodeRest(e)
	return e.b
}

func (v *version) encodeRest(e *encoder) {
	h := v.headers
	for _, s := range []string{h.CacheControl, h.ContentDisposition, h.ContentEncoding, h.ContentLanguage, h.ContentType, h.Expires, h.WebsiteRedirect, v.encryption, v.upload} {
		e.text(s)
	}
	e.uint(uint64(len(v.metadata)))
	for _, k := range slices.Sorted(maps.Keys(v.metadata)) {
		e.text(k)
		e.text(v.metadata[k])
	}
	encodeTags(e, v.tags)
	e.uint(uint64(len(v.pieces)))
	for i := range v.pieces {
		v.pieces[i].encode(e)
	}
}

func encodeTags(e *encoder, tags []Tag) {
	e.uint(uint64(len(tags)))
	for _, t := range tags {
		e.text(t.Key)
		e.text(t.Value)
	}
}

func (p *piece) encode(e *encoder) {
	e.uint(uint64(p.number))
	e.int(p.size)
	e.text(p.etag)
	e.text(p.sum)
	e.uint(uint64(len(p.segs)))
	for _, s := range p.segs {
		e.flag(s.inline)
		e.uint(s.id)
		e.int(s.off)
		e.int(s.n)
	}
}

// decodeListed reads what a listing shows; rest is left for decodeRest.
func decodeListed(b []byte, seq uint64) (version, *decoder) {
	d := &decoder{b: b}
	v := version{seq: seq, id: d.text(), marker: d.flag(), size: d.int(), etag: d.text()}
	v.modified = time.Unix(0, d.int()).UTC()
	v.class = d.text()
	v.sum = Checksum{Algorithm: Algorithm(d.text()), Type: d.text(), Value: d.text()}
	return v, d
}

func decodeVersion(b []byte, seq uint64) (*version, error) {
	v, d := decodeListed(b, seq)
	h := &v.headers
	for _, s := range []*string{&h.CacheControl, &h.ContentDisposition, &h.ContentEncoding, &h.ContentLanguage, &h.ContentType, &h.Expires, &h.WebsiteRedirect, &v.encryption, &v.upload} {
		*s = d.text()
	}
	if n := d.count(); n > 0 {
		v.metadata = make(map[string]string, n)
		for range n {
			k := d.text()
			v.metadata[k] = d.text()
		}
	}
	v.tags = decodeTags(d)
	if n := d.count(); n > 0 {
		v.pieces = make([]piece, n)
		for i := range v.pieces {
			v.pieces[i] = decodePiece(d)
		}
	}
	return &v, d.err()
}

func decodeTags(d *decoder) []Tag {
	n := d.count()
	if n == 0 {
		return nil
	}
	tags := make([]Tag, n)
	for i := range tags {
		tags[i] = Tag{Key: d.text(), Value: d.text()}
	}
	return tags
}

func decodePiece(d *decoder) piece {
	p := piece{number: int(d.uint()), size: d.int(), etag: d.text(), sum: d.text()}
	if n := d.count(); n > 0 {
		p.segs = make([]segment, n)
		for i := range p.segs {
			p.segs[i] = segment{inline: d.flag(), id: d.uint(), off: d.int(), n: d.int()}
		}
	}
	return p
}

// segments lists the version's data in order.
func (v *version) segments() []segment {
	if len(v.pieces) == 1 {
		return v.pieces[0].segs
	}
	var all []segment
	for i := range v.pieces {
		all = append(all, v.pieces[i].segs...)
	}
	return all
}

// multipart reports whether the version was uploaded in parts.
func (v *version) multipart() bool { return len(v.pieces) > 0 && v.pieces[0].number > 0 }

// partRow is one row of the parts table.
type partRow struct {
	piece
	modified time.Time
}

func (p *partRow) encode() []byte {
	e := &encoder{}
	e.int(p.modified.UnixNano())
	p.piece.encode(e)
	return e.b
}

func decodePart(b []byte) (*partRow, error) {
	d := &decoder{b: b}
	at := time.Unix(0, d.int()).UTC()
	return &partRow{decodePiece(d), at}, d.err()
}
