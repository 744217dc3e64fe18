package orc

import "time"

// Kinds of streams.
const (
	streamPresent    = 0
	streamData       = 1
	streamLength     = 2
	streamDictionary = 3
	streamSecondary  = 5
)

// stripe is a stripe whose footer was read.
type stripe struct {
	file      *File
	unpack    *unpacker
	memory    *arena
	streams   map[streamKey]section
	encodings []encoding
	zone      *zone
	rows      uint64
}

type streamKey struct{ column, kind uint64 }

// section is a part of the file.
type section struct{ at, length uint64 }

// encoding is how a column is written.
type encoding struct{ kind, entries uint64 }

// Kinds of encodings.
const (
	encodingDirect = iota
	encodingDictionary
	encodingDirect2
	encodingDictionary2
)

func (e encoding) second() bool { return e.kind >= encodingDirect2 }
func (e encoding) dictionary() bool {
	return e.kind == encodingDictionary || e.kind == encodingDictionary2
}

// stripeAt reads the footer of a stripe.
func (w *worker) stripeAt(i int) (*stripe, error) {
	f := w.scan.file
	info := f.stripes[i]
	if info.footer > maxStripeFooter {
		return nil, invalid("the footer of a stripe has %d bytes", info.footer)
	}
	b, err := f.section(info.offset+info.index+info.data, info.footer, maxStripeFooter)
	if err != nil {
		return nil, err
	}
	st := &stripe{file: f, unpack: w.unpack, memory: &w.texts, streams: map[streamKey]section{}, rows: info.rows}
	zone := ""
	at := info.offset
	err = fields(b, func(x field) error {
		switch x.number {
		case 1:
			return st.stream(x.bytes, &at, info.offset+info.index+info.data)
		case 2:
			return st.encoding(x.bytes)
		case 3:
			zone = string(x.bytes)
		case 4:
			return invalid("it has encrypted columns, which are not supported")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	st.zone, err = newZone(zone)
	return st, err
}

// stream notes where the next stream lies.
func (s *stripe) stream(b []byte, at *uint64, end uint64) error {
	var key streamKey
	length := uint64(0)
	err := fields(b, func(x field) error {
		switch x.number {
		case 1:
			key.kind = x.value
		case 2:
			key.column = x.value
		case 3:
			length = x.value
		}
		return nil
	})
	if err != nil {
		return err
	}
	if length > end-*at {
		return invalid("a stream lies outside its stripe")
	}
	if key.kind <= streamSecondary && key.column < maxTypes {
		if _, ok := s.streams[key]; ok {
			return invalid("a column has two streams of kind %d", key.kind)
		}
		s.streams[key] = section{*at, length}
	}
	*at += length
	return nil
}

func (s *stripe) encoding(b []byte) error {
	var e encoding
	err := fields(b, func(x field) error {
		switch x.number {
		case 1:
			e.kind = x.value
		case 2:
			e.entries = x.value
		}
		return nil
	})
	if err != nil {
		return err
	}
	if e.kind > encodingDictionary2 || len(s.encodings) >= maxTypes {
		return invalid("encoding %d is not known", e.kind)
	}
	s.encodings = append(s.encodings, e)
	return nil
}

// encodingOf is how a column is written in this stripe.
func (s *stripe) encodingOf(t *Type) (encoding, error) {
	if t.id >= len(s.encodings) {
		return encoding{}, invalid("column %d has no encoding", t.id)
	}
	return s.encodings[t.id], nil
}

// open makes a stream; one that the file has not is empty.
func (s *stripe) open(t *Type, kind uint64) *stream {
	x := s.streams[streamKey{uint64(t.id), kind}]
	return &stream{unpack: s.unpack, at: x.at, end: x.at + x.length}
}

func (s *stripe) present(t *Type) presence {
	if _, ok := s.streams[streamKey{uint64(t.id), streamPresent}]; !ok {
		return presence{}
	}
	return presence{bits: &bitsRun{bytes: bytesRun{in: s.open(t, streamPresent)}}}
}

func (s *stripe) integers(t *Type, kind uint64, signed bool) (*integers, error) {
	e, err := s.encodingOf(t)
	return &integers{in: s.open(t, kind), signed: signed, second: e.second()}, err
}

// zone turns the writer's seconds, counted from the beginning of 2015 where it
// was, into those of its clock on the wall.
type zone struct {
	location   *time.Location
	base       int64
	from, till int64 // where offset holds
	offset     int64
}

func newZone(name string) (*zone, error) {
	z := &zone{location: time.UTC}
	if name != "" && name != "UTC" && name != "GMT" {
		var err error
		if z.location, err = location(name); err != nil {
			return nil, invalid("its writer's time zone %q is not known", name)
		}
	}
	z.base = time.Date(2015, time.January, 1, 0, 0, 0, 0, z.location).Unix()
	return z, nil
}

// utc is the zone of timestamps that name a moment.
func utc() *zone {
	z, _ := newZone("") // UTC is always known.
	return z
}

// wall is the clock's time at a moment, in seconds since 1970.
func (z *zone) wall(at int64) int64 {
	if z.location == time.UTC {
		return at
	}
	if at < z.from || at >= z.till {
		t := time.Unix(at, 0).In(z.location)
		_, offset := t.Zone()
		from, till := t.ZoneBounds()
		z.from, z.till, z.offset = minTime, maxTime, int64(offset)
		if !from.IsZero() {
			z.from = from.Unix()
		}
		if !till.IsZero() {
			z.till = till.Unix()
		}
	}
	return at + z.offset
}

// Seconds that a timestamp may have: from 4713 BC to what microseconds in 64 bits hold.
const (
	minTime = -210_866_803_200
	maxTime = 9_223_372_036_854
)
