package orc

import "encoding/binary"

// integers reads whole numbers by their run lengths, of either version.
type integers struct {
	in     *stream
	signed bool
	second bool // version 2
	run    []int64
	values [maxRun]int64
	packed [maxRun*8 + 8]byte
}

// maxRun is the longest run of version 2; those of version 1 are shorter.
const maxRun = 512

func (r *integers) next() (int64, error) {
	for len(r.run) == 0 {
		if err := r.more(); err != nil {
			return 0, err
		}
	}
	v := r.run[0]
	r.run = r.run[1:]
	return v, nil
}

// fill reads as many numbers as dst holds.
func (r *integers) fill(dst []int64) error {
	for len(dst) > 0 {
		if len(r.run) == 0 {
			if err := r.more(); err != nil {
				return err
			}
		}
		n := copy(dst, r.run)
		dst, r.run = dst[n:], r.run[n:]
	}
	return nil
}

func (r *integers) more() error {
	if r.second {
		return r.moreSecond()
	}
	c, err := r.in.byte()
	if err != nil {
		return err
	}
	if c < 0x80 {
		return r.slope(int(c) + 3)
	}
	r.run = r.values[:256-int(c)]
	for i := range r.run {
		if r.run[i], err = r.number(); err != nil {
			r.run = nil
			return err
		}
	}
	return nil
}

// slope is a run of version 1, whose numbers differ by the same.
func (r *integers) slope(n int) error {
	step, err := r.in.byte()
	if err != nil {
		return err
	}
	v, err := r.number()
	if err != nil {
		return err
	}
	r.run = r.values[:n]
	for i := range r.run {
		r.run[i] = v
		v += int64(int8(step))
	}
	return nil
}

// number reads one number of variable length.
func (r *integers) number() (int64, error) {
	v, err := r.in.varint()
	if r.signed {
		return zigzag(v), err
	}
	return int64(v), err
}

// Encodings of version 2, in the two highest bits of a run.
const (
	shortRepeat = iota
	direct
	patchedBase
)

func (r *integers) moreSecond() error {
	b, err := r.in.byte()
	if err != nil {
		return err
	}
	if b>>6 == shortRepeat {
		return r.short(b)
	}
	low, err := r.in.byte()
	if err != nil {
		return err
	}
	code, n := b>>1&31, int(b&1)<<8|int(low)+1
	switch b >> 6 {
	case direct:
		return r.direct(width(code), n)
	case patchedBase:
		return r.patched(width(code), n)
	}
	if code != 0 {
		return r.delta(width(code), n)
	}
	return r.delta(0, n)
}

// width is the number of bits that a code of five bits stands for.
func width(code byte) int {
	if code < 24 {
		return int(code) + 1
	}
	return [...]int{26, 28, 30, 32, 40, 48, 56, 64}[code-24]
}

// widened is the smallest width with a code that has so many bits.
func widened(bits int) int {
	for code := byte(0); ; code++ {
		if w := width(code); w >= bits {
			return w
		}
	}
}

func (r *integers) short(b byte) error {
	v := uint64(0)
	for range int(b>>3&7) + 1 {
		x, err := r.in.byte()
		if err != nil {
			return err
		}
		v = v<<8 | uint64(x)
	}
	value := int64(v)
	if r.signed {
		value = zigzag(v)
	}
	r.run = r.values[:int(b&7)+3]
	for i := range r.run {
		r.run[i] = value
	}
	return nil
}

func (r *integers) direct(width, n int) error {
	run := r.values[:n]
	if err := r.unpack(run, width); err != nil {
		return err
	}
	if r.signed {
		for i, v := range run {
			run[i] = zigzag(uint64(v))
		}
	}
	r.run = run
	return nil
}

// delta is a run of numbers that grow, or fall, by what is given; with no width all by the same.
func (r *integers) delta(width, n int) error {
	base, err := r.number()
	if err != nil {
		return err
	}
	first, err := r.in.varint()
	if err != nil {
		return err
	}
	step := zigzag(first)
	run := r.values[:n]
	if width > 0 && n > 2 {
		if err := r.unpack(run[2:], width); err != nil {
			return err
		}
	}
	run[0] = base
	if n > 1 {
		run[1] = base + step
	}
	for i := 2; i < n; i++ {
		d := run[i]
		switch {
		case width == 0:
			d = step
		case step < 0:
			d = -d
		}
		run[i] = run[i-1] + d
	}
	r.run = run
	return nil
}

// patched is a run of numbers over a base, of which some get more bits from a list of patches.
func (r *integers) patched(width, n int) error {
	var head [2]byte
	if err := r.in.read(head[:]); err != nil {
		return err
	}
	base, err := r.base(int(head[0]>>5) + 1)
	if err != nil {
		return err
	}
	run := r.values[:n]
	if err := r.unpack(run, width); err != nil {
		return err
	}
	if err := r.patch(run, width, head); err != nil {
		return err
	}
	for i := range run {
		run[i] += base
	}
	r.run = run
	return nil
}

// base reads the smallest number of a run; its highest bit is the sign.
func (r *integers) base(bytes int) (int64, error) {
	v := uint64(0)
	for range bytes {
		b, err := r.in.byte()
		if err != nil {
			return 0, err
		}
		v = v<<8 | uint64(b)
	}
	if sign := uint64(1) << (bytes*8 - 1); v&sign != 0 {
		return -int64(v &^ sign), nil
	}
	return int64(v), nil
}

// patch reads the patches, each with its distance from the one before.
func (r *integers) patch(run []int64, low int, head [2]byte) error {
	bits, gaps, n := width(head[0]&31), int(head[1]>>5)+1, int(head[1]&31)
	if bits+gaps > 64 || bits+low > 64 {
		return invalid("a run has patches of %d bits over %d", bits, low)
	}
	var list [31]int64
	if err := r.unpack(list[:n], widened(bits+gaps)); err != nil {
		return err
	}
	at := 0
	for _, v := range list[:n] {
		at += int(uint64(v) >> bits)
		high := uint64(v) & (1<<bits - 1)
		if at >= len(run) {
			return invalid("a patch lies outside its run")
		}
		run[at] |= int64(high << low)
	}
	return nil
}

// unpack reads numbers of so many bits each, the highest bits first.
func (r *integers) unpack(dst []int64, width int) error {
	n := (len(dst)*width + 7) / 8
	b := r.packed[:n+8]
	if err := r.in.read(b[:n]); err != nil {
		return err
	}
	switch {
	case width == 64:
		for i := range dst {
			dst[i] = int64(binary.BigEndian.Uint64(b[i*8:]))
		}
	case width == 8:
		for i := range dst {
			dst[i] = int64(b[i])
		}
	default: // up to 56 bits, which lie within eight bytes wherever they begin
		at := 0
		for i := range dst {
			dst[i] = int64(binary.BigEndian.Uint64(b[at>>3:]) << (at & 7) >> (64 - width))
			at += width
		}
	}
	return nil
}
