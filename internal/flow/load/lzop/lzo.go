package lzop

import "errors"

var (
	errInput  = errors.New("compressed data ends too early")
	errOutput = errors.New("a block is longer than it says")
	errMatch  = errors.New("a match points before its block")
)

// decoder undoes LZO1X: literals, and matches of what was written before. The
// count of literals after a match, its low two bits, changes what the next code means.
type decoder struct {
	in, out []byte // out has the length of the block
	ip, op  int
	state   int // literals after the last match; 4 after a run of literals
}

// Offsets at which the codes of matches begin to count.
const (
	afterRun = 0x800
	far      = 0x4000
)

// decompress fills out from in, which must hold exactly that.
func decompress(out, in []byte) error {
	n, err := Decompress(out, in)
	if err == nil && n != len(out) {
		return errors.New("a block is shorter than it says")
	}
	return err
}

// Decompress writes into out what in, a block of LZO1X with its end marker, stands for, and returns its length.
func Decompress(out, in []byte) (int, error) {
	d := &decoder{in: in, out: out}
	if len(in) > 0 && in[0] > 17 {
		d.ip = 1
		n := int(in[0]) - 17
		if err := d.literals(n); err != nil {
			return 0, err
		}
		d.state = min(n, 4)
	}
	for {
		end, err := d.step()
		switch {
		case err != nil:
			return 0, err
		case end && d.ip != len(d.in):
			return 0, errors.New("more data follows the end of a block")
		case end:
			return d.op, nil
		}
	}
}

func (d *decoder) byte() (int, error) {
	if d.ip >= len(d.in) {
		return 0, errInput
	}
	d.ip++
	return int(d.in[d.ip-1]), nil
}

// length reads what follows when a code's own bits are all zero: zeros count 255 each.
func (d *decoder) length(base int) (int, error) {
	for {
		b, err := d.byte()
		if err != nil {
			return 0, err
		}
		if b != 0 {
			return base + b, nil
		}
		if base += 255; base > len(d.out) {
			return 0, errOutput
		}
	}
}

// step reads one code and does what it says; end is the marker of the end.
func (d *decoder) step() (end bool, err error) {
	code, err := d.byte()
	switch {
	case err != nil:
		return false, err
	case code >= 64:
		return false, d.near(code, code>>5+1, (code>>2)&7, 3)
	case code >= 32:
		_, err := d.distant(code, code&31, 31, 1)
		return false, err
	case code >= 16:
		return d.distant(code, code&7, 7, far+(code&8)<<11)
	case d.state == 0:
		return false, d.run(code)
	case d.state == 4:
		return false, d.near(code, 3, afterRun+code>>2, 2)
	}
	return false, d.near(code, 2, code>>2, 2)
}

// run copies a run of literals.
func (d *decoder) run(code int) (err error) {
	n := code + 3
	if code == 0 {
		if n, err = d.length(18); err != nil {
			return err
		}
	}
	d.state = 4
	return d.literals(n)
}

// near is a match whose distance has low bits in the code and more in the next byte.
func (d *decoder) near(code, n, low, shift int) error {
	b, err := d.byte()
	if err != nil {
		return err
	}
	return d.match(n, 1+low+b<<shift, code&3)
}

// distant is a match with two bytes of distance. The farthest kind with no distance is the end.
func (d *decoder) distant(code, n, all, base int) (end bool, err error) {
	if n == 0 {
		if n, err = d.length(all); err != nil {
			return false, err
		}
	}
	low, err := d.byte()
	if err != nil {
		return false, err
	}
	high, err := d.byte()
	if err != nil {
		return false, err
	}
	distance := base + (low>>2 | high<<6)
	if code < 32 && distance == far {
		return true, nil
	}
	return false, d.match(n+2, distance, low&3)
}

// match copies n bytes from so far back, and the literals that follow.
func (d *decoder) match(n, distance, literals int) error {
	from := d.op - distance
	if from < 0 {
		return errMatch
	}
	if d.op+n > len(d.out) {
		return errOutput
	}
	if distance >= n {
		copy(d.out[d.op:d.op+n], d.out[from:])
	} else {
		for i := range n { // What is copied may be what was just written.
			d.out[d.op+i] = d.out[from+i]
		}
	}
	d.op += n
	d.state = literals
	return d.literals(literals)
}

func (d *decoder) literals(n int) error {
	switch {
	case d.ip+n > len(d.in):
		return errInput
	case d.op+n > len(d.out):
		return errOutput
	}
	copy(d.out[d.op:], d.in[d.ip:d.ip+n])
	d.ip += n
	d.op += n
	return nil
}
