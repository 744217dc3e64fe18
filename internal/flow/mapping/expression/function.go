package expression

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/big"
	randv2 "math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// function is something that can be called.
type function struct {
	least, most int // Arguments; -1 is as many as one likes.
	clock       bool
	do          func(env *Env, args []Value) (Value, error)
}

type call struct {
	do   func(env *Env, args []Value) (Value, error)
	args []node
}

func (n call) eval(env *Env) (Value, error) {
	args := make([]Value, len(n.args))
	for i, a := range n.args {
		var err error
		if args[i], err = a.eval(env); err != nil {
			return Value{}, err
		}
	}
	return n.do(env, args)
}

// pure is a function that cannot fail and knows only its arguments. It is NULL when one of them is.
func pure(f func(args []Value) Value) func(*Env, []Value) (Value, error) {
	return func(_ *Env, args []Value) (Value, error) {
		for _, a := range args {
			if a.Kind == Null {
				return Value{}, nil
			}
		}
		return f(args), nil
	}
}

// functions are those of DMS's list, by name. IIF, TYPEOF and UNIXEPOCH come from SQLite.
var functions = map[string]function{
	"lower":      {least: 1, most: 1, do: pure(func(a []Value) Value { return String(strings.Map(small, a[0].text())) })},
	"upper":      {least: 1, most: 1, do: pure(func(a []Value) Value { return String(strings.Map(capital, a[0].text())) })},
	"trim":       {least: 1, most: 2, do: pure(func(a []Value) Value { return String(strings.Trim(a[0].text(), cutset(a))) })},
	"ltrim":      {least: 1, most: 2, do: pure(func(a []Value) Value { return String(strings.TrimLeft(a[0].text(), cutset(a))) })},
	"rtrim":      {least: 1, most: 2, do: pure(func(a []Value) Value { return String(strings.TrimRight(a[0].text(), cutset(a))) })},
	"replace":    {least: 3, most: 3, do: replace},
	"substr":     {least: 2, most: 3, do: pure(substr)},
	"substring":  {least: 2, most: 3, do: pure(substr)},
	"hex":        {least: 1, most: 1, do: hexadecimal},
	"instr":      {least: 2, most: 2, do: pure(instr)},
	"length":     {least: 1, most: 1, do: pure(length)},
	"randomblob": {least: 1, most: 1, do: randomblob},
	"zeroblob":   {least: 1, most: 1, do: zeroblob},
	"abs":        {least: 1, most: 1, do: abs},
	"random":     {do: func(*Env, []Value) (Value, error) { return Int(int64(randv2.Uint64())), nil }},
	"round":      {least: 1, most: 2, do: pure(round)},
	"max":        {least: 2, most: -1, do: pure(func(a []Value) Value { return slices.MaxFunc(a, compare) })},
	"min":        {least: 2, most: -1, do: pure(func(a []Value) Value { return slices.MinFunc(a, compare) })},
	"coalesce":   {least: 2, most: -1, do: coalesce},
	"ifnull":     {least: 2, most: 2, do: coalesce},
	"nullif":     {least: 2, most: 2, do: nullif},
	"iif":        {least: 3, most: 3, do: iif},
	"typeof":     {least: 1, most: 1, do: typeOf},

	"hash_sha256":         {least: 1, most: 1, do: pure(hash)},
	"replacechars":        {least: 3, most: 3, do: pure(replaceChars)},
	"operation_indicator": {least: 3, most: 3, do: indicate},

	"date":      {most: -1, clock: true, do: instant(func(m moment) Value { return String(m.day()) })},
	"time":      {most: -1, clock: true, do: instant(func(m moment) Value { return String(m.clock()) })},
	"datetime":  {most: -1, clock: true, do: instant(func(m moment) Value { return String(m.day() + " " + m.clock()) })},
	"julianday": {most: -1, clock: true, do: instant(func(m moment) Value { return Float(float64(m.julian) / dayMillis) })},
	"unixepoch": {most: -1, clock: true, do: instant(func(m moment) Value { return Int(m.julian/1000 - epochMillis/1000) })},
	"strftime":  {least: 1, most: -1, clock: true, do: strftime},
}

func capital(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

func cutset(args []Value) string {
	if len(args) > 1 {
		return args[1].text()
	}
	return " "
}

func replace(_ *Env, args []Value) (Value, error) {
	for _, a := range args {
		if a.Kind == Null {
			return Value{}, nil
		}
	}
	s, from, to := args[0].text(), args[1].text(), args[2].text()
	if from == "" {
		return String(s), nil
	}
	if len(s)+strings.Count(s, from)*(len(to)-len(from)) > longest {
		return Value{}, errTooLong
	}
	return String(strings.ReplaceAll(s, from, to)), nil
}

// replaceChars puts in the place of each character of the second text the one at the
// same place of the third, or nothing when that is shorter.
func replaceChars(args []Value) Value {
	from, to := []rune(args[1].text()), []rune(args[2].text())
	return String(strings.Map(func(r rune) rune {
		i := slices.Index(from, r)
		switch {
		case i < 0:
			return r
		case i < len(to):
			return to[i]
		}
		return -1
	}, args[0].text()))
}

// substr counts characters, or bytes of a blob, from 1, and from the end when the start is negative.
func substr(args []Value) Value {
	v := args[0]
	size := len(v.Text)
	text := v.text()
	if v.Kind != Blob {
		size = len([]rune(text))
	}
	start, count := bounded(args[1].integer()), int64(math.MaxInt32)
	if len(args) > 2 {
		count = bounded(args[2].integer())
	}
	from, to := window(start, count, int64(size))
	if v.Kind == Blob {
		return Bytes(v.Text[from:to])
	}
	return String(string([]rune(text)[from:to]))
}

func bounded(n int64) int64 { return max(min(n, math.MaxInt32), math.MinInt32) }

// window is the part of so many elements that a start and a count mean, as SQLite does.
func window(start, count, size int64) (from, to int64) {
	switch {
	case start > 0:
		start--
	case start < 0:
		if start += size; start < 0 {
			if count >= 0 {
				count = max(count+start, 0)
			} else {
				count = 0
			}
			start = 0
		}
	case count > 0:
		count-- // Character 0 is the one before the first.
	}
	if count < 0 {
		start, count = start+count, -count
		if start < 0 {
			start, count = 0, max(count+start, 0)
		}
	}
	from = min(start, size)
	return from, min(start+count, size)
}

func hexadecimal(_ *Env, args []Value) (Value, error) {
	s := args[0].text()
	if 2*len(s) > longest {
		return Value{}, errTooLong
	}
	return String(strings.ToUpper(hex.EncodeToString([]byte(s)))), nil
}

func hash(args []Value) Value {
	sum := sha256.Sum256([]byte(args[0].text()))
	return String(strings.ToUpper(hex.EncodeToString(sum[:])))
}

func instr(args []Value) Value {
	s, of := args[0].text(), args[1].text()
	at := strings.Index(s, of)
	if at < 0 {
		return Int(0)
	}
	if args[0].Kind == Blob && args[1].Kind == Blob {
		return Int(int64(at) + 1)
	}
	return Int(int64(len([]rune(s[:at]))) + 1)
}

func length(args []Value) Value {
	if args[0].Kind == Blob {
		return Int(int64(len(args[0].Text)))
	}
	s, _, _ := strings.Cut(args[0].text(), "\x00")
	return Int(int64(len([]rune(s))))
}

// greatestBlob is as much as a VARBYTE column takes.
const greatestBlob = 1024000

func blobSize(v Value, least int64) (int64, error) {
	n := max(v.integer(), least)
	if n > greatestBlob {
		return 0, fmt.Errorf("a blob of %d bytes is longer than %d", n, greatestBlob)
	}
	return n, nil
}

func randomblob(_ *Env, args []Value) (Value, error) {
	n, err := blobSize(args[0], 1)
	if err != nil {
		return Value{}, err
	}
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		return Value{}, fmt.Errorf("random bytes: %w", err)
	}
	return Bytes(string(b)), nil
}

func zeroblob(_ *Env, args []Value) (Value, error) {
	n, err := blobSize(args[0], 0)
	if err != nil {
		return Value{}, err
	}
	return Bytes(string(make([]byte, n))), nil
}

func abs(_ *Env, args []Value) (Value, error) {
	v := args[0]
	switch {
	case v.Kind == Null:
		return Value{}, nil
	case v.Kind == Integer && v.Int == math.MinInt64:
		return Value{}, errors.New("integer overflow")
	case v.Kind == Integer:
		return Int(max(v.Int, -v.Int)), nil
	}
	return Float(math.Abs(v.real())), nil
}

// round rounds halves away from zero, as they are written in decimal digits.
func round(args []Value) Value {
	f, digits := args[0].real(), int64(0)
	if len(args) > 1 {
		digits = min(max(args[1].integer(), 0), 30)
	}
	if math.Abs(f) >= 1<<52 || math.IsInf(f, 0) {
		return Float(f)
	}
	if digits == 0 {
		return Float(math.Round(f))
	}
	exact, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	if !ok {
		return Float(f)
	}
	g, err := strconv.ParseFloat(exact.FloatString(int(digits)), 64)
	if err != nil {
		return Float(f)
	}
	return Float(g)
}

func coalesce(_ *Env, args []Value) (Value, error) {
	for _, a := range args {
		if a.Kind != Null {
			return a, nil
		}
	}
	return Value{}, nil
}

func nullif(_ *Env, args []Value) (Value, error) {
	if args[0].Kind != Null && args[1].Kind != Null && compare(args[0], args[1]) == 0 {
		return Value{}, nil
	}
	return args[0], nil
}

func iif(_ *Env, args []Value) (Value, error) {
	if yes, _ := args[0].holds(); yes {
		return args[1], nil
	}
	return args[2], nil
}

func typeOf(_ *Env, args []Value) (Value, error) {
	return String([]string{"null", "integer", "real", "text", "blob"}[args[0].Kind]), nil
}

// indicate is the first value for a delete, the second for an update, the third for an insert.
func indicate(env *Env, args []Value) (Value, error) {
	switch env.Facts[Operation].Text {
	case "DELETE":
		return args[0], nil
	case "UPDATE":
		return args[1], nil
	}
	return args[2], nil
}
