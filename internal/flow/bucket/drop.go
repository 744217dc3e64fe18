package bucket

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// drop removes a version and what only it named.
func (t *txn) drop(r *row, key string, v *version) error {
	if err := t.delete(tableVersions, versionKey(r.ID, key, v.seq)); err != nil {
		return err
	}
	return t.release(v.segments())
}

// release gives up one use of each segment. Bodies in the metadata have one
// user; files are counted, and freed with the last.
func (t *txn) release(segs []segment) error {
	for _, g := range segs {
		if g.inline {
			if err := t.delete(tableInline, u64(g.id)); err != nil {
				return err
			}
			continue
		}
		if err := t.count(g.id, -1); err != nil {
			return err
		}
	}
	return nil
}

// count changes the number of uses of a file.
func (t *txn) count(id uint64, by int64) error {
	raw := t.table(tableBlobs).Get(u64(id))
	if len(raw) != 8 {
		return fmt.Errorf("file %016x has no count: %w", id, errCorrupt)
	}
	n := int64(binary.BigEndian.Uint64(raw)) + by
	if n <= 0 {
		t.freed = append(t.freed, id)
		return t.delete(tableBlobs, u64(id))
	}
	return t.put(tableBlobs, u64(id), u64(uint64(n)))
}

// share makes another use of segments: files are counted, small bodies copied.
func (t *txn) share(segs []segment) ([]segment, error) {
	out := make([]segment, len(segs))
	for i, g := range segs {
		out[i] = g
		if !g.inline {
			if err := t.count(g.id, 1); err != nil {
				return nil, err
			}
			continue
		}
		data := t.table(tableInline).Get(u64(g.id))
		if int64(len(data)) < g.off+g.n {
			return nil, fmt.Errorf("small body %d: %w", g.id, errCorrupt)
		}
		id, err := t.next(tableInline)
		if err != nil {
			return nil, err
		}
		if err := t.put(tableInline, u64(id), bytes.Clone(data[g.off:g.off+g.n])); err != nil {
			return nil, err
		}
		out[i] = segment{inline: true, id: id, n: g.n}
	}
	return out, nil
}
