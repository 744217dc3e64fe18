package orc

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// jsonColumn reads values of any type as JSON.
type jsonColumn struct {
	base
	memory *arena
	values values
	text   []byte
}

// maxJSON is the longest value of SUPER.
const maxJSON = 16_000_000

func (c *jsonColumn) fill(v *warehouse.Vector, n int) error {
	for row := range n {
		text, null, err := c.values.next(c.text[:0])
		if err != nil {
			return err
		}
		if c.text = text; null {
			v.SetNull(row)
			if c.target.NotNull {
				return refused("Missing data for not-null field. Column: %s", c.target.Name)
			}
			continue
		}
		b, err := c.memory.alloc(len(text))
		if err != nil {
			return err
		}
		copy(b, text)
		v.SetBytes(row, b)
	}
	return nil
}

// values appends the next value of a column as JSON.
type values interface {
	next(dst []byte) (out []byte, null bool, err error)
}

// scalars are values without others in them.
type scalars struct {
	present presence
	append  func(dst []byte) ([]byte, error)
}

func (s *scalars) next(dst []byte) ([]byte, bool, error) {
	there, err := s.present.next()
	if err != nil || !there {
		return append(dst, "null"...), true, err
	}
	dst, err = s.append(dst)
	if err == nil && len(dst) > maxJSON {
		err = refused("A value is longer than SUPER takes: %d bytes", maxJSON)
	}
	return dst, false, err
}

// values makes the reader of a type and all that is in it.
func (s *stripe) values(t *Type) (values, error) {
	out := &scalars{present: s.present(t)}
	var err error
	switch t.Kind {
	case Struct:
		out.append, err = s.structValues(t)
	case List:
		out.append, err = s.listValues(t)
	case Map:
		out.append, err = s.mapValues(t)
	case Union:
		out.append, err = s.unionValues(t)
	case String, Varchar, Char, Binary:
		out.append, err = s.textValues(t)
	case Timestamp, Instant:
		out.append, err = s.timeValues(t)
	default:
		out.append, err = s.numberValues(t)
	}
	return out, err
}

type appender = func(dst []byte) ([]byte, error)

func (s *stripe) numberValues(t *Type) (appender, error) {
	in := s.open(t, streamData)
	switch t.Kind {
	case Boolean:
		bits := &bitsRun{bytes: bytesRun{in: in}}
		return func(dst []byte) ([]byte, error) {
			v, err := bits.next()
			return strconv.AppendBool(dst, v), err
		}, nil
	case Byte:
		bytes := &bytesRun{in: in}
		return func(dst []byte) ([]byte, error) {
			v, err := bytes.next()
			return strconv.AppendInt(dst, int64(int8(v)), 10), err
		}, nil
	case Float, Double:
		return floatValues(in, t.Kind == Float), nil
	case Decimal:
		return s.decimalValues(t)
	}
	ints, err := s.integers(t, streamData, true)
	if t.Kind == Date {
		return dateValues(ints), err
	}
	return func(dst []byte) ([]byte, error) {
		v, err := ints.next()
		return strconv.AppendInt(dst, v, 10), err
	}, err
}

// floatValues writes what JSON has no number for as null.
func floatValues(in *stream, single bool) appender {
	var b [8]byte
	return func(dst []byte) ([]byte, error) {
		size, v := 64, 0.0
		if single {
			size = 32
		}
		if err := in.read(b[:size/8]); err != nil {
			return dst, err
		}
		if v = math.Float64frombits(binary.LittleEndian.Uint64(b[:])); single {
			v = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[:])))
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return append(dst, "null"...), nil
		}
		return strconv.AppendFloat(dst, v, 'g', -1, size), nil
	}
}

func dateValues(ints *integers) appender {
	return func(dst []byte) ([]byte, error) {
		v, err := ints.next()
		if err == nil && (v < minDate || v > maxDate) {
			err = refused("A date is out of range: %d", v)
		}
		if err != nil {
			return dst, err
		}
		return time.Unix(v*86400, 0).UTC().AppendFormat(dst, `"2006-01-02"`), nil
	}
}

func (s *stripe) timeValues(t *Type) (appender, error) {
	m, err := s.moments(t)
	return func(dst []byte) ([]byte, error) {
		second, err := m.seconds.next()
		if err != nil {
			return dst, err
		}
		part, err := m.nanos.next()
		if err != nil {
			return dst, err
		}
		at, nano, ok := m.moment(second, part)
		if !ok {
			return dst, refused("A timestamp is out of range")
		}
		return time.Unix(at, nano).UTC().AppendFormat(dst, `"2006-01-02 15:04:05.999999"`), nil
	}, err
}

func (s *stripe) decimalValues(t *Type) (appender, error) {
	scales, err := s.integers(t, streamSecondary, true)
	digits := s.open(t, streamData)
	return func(dst []byte) ([]byte, error) {
		scale, err := scales.next()
		if err != nil {
			return dst, err
		}
		w, err := digits.wide()
		if err == nil && (scale < 0 || scale > 38) {
			err = invalid("a decimal has a scale of %d", scale)
		}
		return w.append(dst, int(scale)), err
	}, err
}

// append prints the number with a point before its last digits.
func (w wide) append(dst []byte, scale int) []byte {
	var text [40]byte
	at := len(text)
	for n := 0; n <= scale || w.high|w.low != 0; n++ {
		next, _ := w.over10()
		at--
		text[at] = '0' + byte(w.low-next.low*10)
		if w.high, w.low = next.high, next.low; n == scale-1 && at > 0 {
			at--
			text[at] = '.'
		}
		if at == 0 {
			break
		}
	}
	if w.negative {
		dst = append(dst, '-')
	}
	return append(dst, text[at:]...)
}

func (s *stripe) textValues(t *Type) (appender, error) {
	e, err := s.encodingOf(t)
	if err != nil {
		return nil, err
	}
	quoted := appendText
	if t.Kind == Binary {
		quoted = appendBytes
	}
	if !e.dictionary() {
		lengths, err := s.integers(t, streamLength, false)
		return directText(lengths, s.open(t, streamData), quoted), err
	}
	words, err := s.dictionary(t, e)
	if err != nil {
		return nil, err
	}
	words.pin.Unpin() // Its words are copied.
	numbers, err := s.integers(t, streamData, false)
	return func(dst []byte) ([]byte, error) {
		k, err := numbers.next()
		if err == nil && uint64(k) >= uint64(len(words.ends)) {
			err = invalid("a value is word %d of %d", uint64(k), len(words.ends))
		}
		if err != nil {
			return dst, err
		}
		return quoted(dst, words.word(int(k))), nil
	}, err
}

func directText(lengths *integers, in *stream, quoted func(dst, b []byte) []byte) appender {
	var b []byte
	return func(dst []byte) ([]byte, error) {
		n, err := lengths.next()
		if err == nil && uint64(n) > maxJSON {
			err = refused("A value is longer than SUPER takes: %d bytes", uint64(n))
		}
		if err != nil {
			return dst, err
		}
		if cap(b) < int(n) {
			b = make([]byte, n)
		}
		b = b[:n]
		err = in.read(b)
		return quoted(dst, b), err
	}
}

// appendText quotes text; what is none becomes the sign for that.
func appendText(dst, b []byte) []byte {
	text, _ := json.Marshal(string(b)) // Text can always be written.
	return append(dst, text...)
}

func appendBytes(dst, b []byte) []byte {
	return append(base64.StdEncoding.AppendEncode(append(dst, '"'), b), '"')
}
