package orc

// bytesRun reads bytes by their run lengths.
type bytesRun struct {
	in     *stream
	left   int
	repeat bool
	value  byte
}

func (r *bytesRun) next() (byte, error) {
	if r.left == 0 {
		if err := r.start(); err != nil {
			return 0, err
		}
	}
	r.left--
	if r.repeat {
		return r.value, nil
	}
	return r.in.byte()
}

// start reads the control byte: a run of equal bytes, or the number of those that follow.
func (r *bytesRun) start() error {
	c, err := r.in.byte()
	if err != nil {
		return err
	}
	if r.repeat = c < 0x80; !r.repeat {
		r.left = 256 - int(c)
		return nil
	}
	r.left = int(c) + 3
	r.value, err = r.in.byte()
	return err
}

// bitsRun reads bits, the highest of each byte first.
type bitsRun struct {
	bytes bytesRun
	bits  byte
	left  int
}

func (r *bitsRun) next() (bool, error) {
	if r.left == 0 {
		b, err := r.bytes.next()
		if err != nil {
			return false, err
		}
		r.bits, r.left = b, 8
	}
	bit := r.bits&0x80 != 0
	r.bits <<= 1
	r.left--
	return bit, nil
}

// presence says which values are there; without a stream, all.
type presence struct {
	bits *bitsRun
	rows []int32 // those with values, of the last fill
}

// fill reads n bits and returns the rows with values, nil when all have one.
func (p *presence) fill(n int, null func(row int)) ([]int32, error) {
	if p.bits == nil {
		return nil, nil
	}
	p.rows = p.rows[:0]
	b := p.bits
	for row := 0; row < n; {
		if b.left == 0 && n-row >= 8 && b.bytes.left > 0 && b.bytes.repeat && b.bytes.value == 0xff {
			for k := range 8 {
				p.rows = append(p.rows, int32(row+k))
			}
			b.bytes.left--
			row += 8
			continue
		}
		there, err := b.next()
		if err != nil {
			return nil, err
		}
		if there {
			p.rows = append(p.rows, int32(row))
		} else {
			null(row)
		}
		row++
	}
	if len(p.rows) == n {
		return nil, nil
	}
	if p.rows == nil {
		p.rows = []int32{}
	}
	return p.rows, nil
}

// next reports whether the next value is there.
func (p *presence) next() (bool, error) {
	if p.bits == nil {
		return true, nil
	}
	return p.bits.next()
}
