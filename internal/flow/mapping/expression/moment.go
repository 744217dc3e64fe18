package expression

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// moment is a point in time as SQLite counts it: milliseconds of the Julian calendar.
type moment struct{ julian int64 }

const (
	dayMillis   = 86400000
	epochMillis = 210866760000000 // The first second of 1970.
	lastMillis  = 464269060799999 // The last of 9999.
)

func at(t time.Time) moment {
	return moment{t.UnixMilli() + epochMillis}
}

func (m moment) time() time.Time { return time.UnixMilli(m.julian - epochMillis).UTC() }

func (m moment) day() string   { return m.time().Format("2006-01-02") }
func (m moment) clock() string { return m.time().Format("15:04:05") }

// valid reports whether the moment is in the years that can be printed.
func (m moment) valid() bool { return m.julian >= 0 && m.julian <= lastMillis }

// instant makes a function of a time and its modifiers.
func instant(show func(moment) Value) func(*Env, []Value) (Value, error) {
	return func(env *Env, args []Value) (Value, error) {
		m, ok := when(env, args)
		if !ok {
			return Value{}, nil
		}
		return show(m), nil
	}
}

// when reads a time and applies the modifiers that follow it. What cannot be read is NULL.
func when(env *Env, args []Value) (moment, bool) {
	if len(args) == 0 {
		return at(env.now()), true
	}
	m, raw, ok := begin(env, args[0])
	if !ok {
		return m, false
	}
	for i, a := range args[1:] {
		if a.Kind == Null {
			return m, false
		}
		modifier := strings.ToLower(a.text())
		if raw != nil && i == 0 && (modifier == "unixepoch" || modifier == "auto" || modifier == "julianday") {
			if m, ok = numbered(*raw, modifier); !ok {
				return m, false
			}
			continue
		}
		if m, ok = m.modify(modifier); !ok {
			return m, false
		}
	}
	return m, m.valid()
}

// now is the time; tests set their own.
func (env *Env) now() time.Time {
	if env.Now == nil {
		return time.Now()
	}
	return env.Now()
}

// begin reads the time itself; raw is the number it is given as, if it is.
func begin(env *Env, v Value) (m moment, raw *float64, ok bool) {
	if v.Kind == Null {
		return m, nil, false
	}
	s := v.text()
	if strings.EqualFold(s, "now") {
		return at(env.now()), nil, true
	}
	if n, _ := numeral(s); n > 0 && n == len(s) {
		f, _ := strconv.ParseFloat(s, 64)
		m, ok = numbered(f, "julianday")
		return m, &f, ok || f >= math.MinInt32*1000.0 && f <= 1e12
	}
	m, ok = written(s)
	return m, nil, ok
}

// numbered is a moment given as a count of days or of seconds.
func numbered(f float64, as string) (moment, bool) {
	days := f >= 0 && f < 5373484.5
	if as == "julianday" || as == "auto" && days {
		return moment{int64(f*dayMillis + 0.5)}, days
	}
	m := moment{int64(math.Round(f*1000)) + epochMillis}
	return m, math.Abs(f) < 1e12 && m.valid()
}

// written reads a date, a time, or both.
func written(s string) (moment, bool) {
	var year, month, day = 2000, 1, 1 // Of a time alone.
	rest := s
	if date, ok := digits(s, "4-2-2"); ok {
		year, month, day = date[0], date[1], date[2]
		if month < 1 || month > 12 || day < 1 || day > 31 {
			return moment{}, false
		}
		rest = strings.TrimLeft(s[10:], blanks+"T")
		if rest == "" {
			return at(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)), true
		}
		if rest == s[10:] {
			return moment{}, false
		}
	}
	clock, ok := clockOf(rest)
	if !ok {
		return moment{}, false
	}
	m := at(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC))
	m.julian += clock
	return m, true
}

// clockOf reads HH:MM, HH:MM:SS or HH:MM:SS.SSS with a zone perhaps, in milliseconds.
func clockOf(s string) (int64, bool) {
	hm, ok := digits(s, "2:2")
	if !ok || hm[0] > 23 || hm[1] > 59 {
		return 0, false
	}
	total, rest := int64(hm[0]*3600+hm[1]*60)*1000, s[5:]
	if strings.HasPrefix(rest, ":") {
		second, ok := digits(rest[1:], "2")
		if !ok || second[0] > 59 {
			return 0, false
		}
		total, rest = total+int64(second[0])*1000, rest[3:]
		if strings.HasPrefix(rest, ".") && run(rest[1:]) > 0 {
			n := 1 + run(rest[1:])
			millis, _ := strconv.ParseInt((rest[1:n] + "00")[:3], 10, 64)
			total, rest = total+millis, rest[n:]
		}
	}
	offset, ok := zone(strings.Trim(rest, blanks))
	return total - offset, ok
}

// zone reads nothing, Z, or an offset such as +02:00.
func zone(s string) (millis int64, ok bool) {
	if s == "" || s == "Z" || s == "z" {
		return 0, true
	}
	if s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hm, ok := digits(s[1:], "2:2")
	if !ok || len(s) != 6 || hm[0] > 14 || hm[1] > 59 {
		return 0, false
	}
	millis = int64(hm[0]*60+hm[1]) * 60000
	if s[0] == '-' {
		millis = -millis
	}
	return millis, true
}

// digits reads numbers of given widths with the signs between them, as 4-2-2.
func digits(s, form string) ([]int, bool) {
	var all []int
	for i := 0; i < len(form); i++ {
		if form[i]-'0' > 9 {
			if s == "" || s[0] != form[i] {
				return nil, false
			}
			s = s[1:]
			continue
		}
		width := int(form[i] - '0')
		if run(s) < width {
			return nil, false
		}
		n, _ := strconv.Atoi(s[:width])
		all = append(all, n)
		s = s[width:]
	}
	return all, true
}

// modify applies one modifier.
func (m moment) modify(modifier string) (moment, bool) {
	switch modifier {
	case "localtime", "utc", "auto", "subsec", "subsecond": // The program's zone is UTC.
		return m, true
	case "start of month", "start of year", "start of day":
		t := m.time()
		month, day := t.Month(), t.Day()
		if modifier != "start of day" {
			day = 1
		}
		if modifier == "start of year" {
			month = 1
		}
		return at(time.Date(t.Year(), month, day, 0, 0, 0, 0, time.UTC)), true
	}
	if rest, ok := strings.CutPrefix(modifier, "weekday "); ok {
		n, err := strconv.ParseFloat(strings.Trim(rest, blanks), 64)
		if err != nil || n < 0 || n > 6 || n != math.Trunc(n) {
			return m, false
		}
		ahead := (int64(n) - int64(m.time().Weekday()) + 7) % 7
		return moment{m.julian + ahead*dayMillis}, true
	}
	return m.move(modifier)
}

// units are how many milliseconds the units of modifiers have.
var units = map[string]float64{"day": dayMillis, "hour": 3600000, "minute": 60000, "second": 1000}

// move applies a modifier such as +3 days or -01:30.
func (m moment) move(modifier string) (moment, bool) {
	n, _ := numeral(modifier)
	if n == 0 {
		return m, false
	}
	f, err := strconv.ParseFloat(modifier[:n], 64)
	if err != nil || math.Abs(f) > 5373484*86400 {
		return m, false
	}
	if strings.HasPrefix(modifier[n:], ":") {
		return m.moveClock(modifier)
	}
	unit := strings.TrimLeft(modifier[n:], blanks)
	if unit == modifier[n:] {
		return m, false
	}
	unit = strings.TrimSuffix(unit, "s")
	if millis, ok := units[unit]; ok {
		moved := moment{m.julian + int64(math.Round(f*millis))}
		return moved, moved.valid()
	}
	whole, part := math.Modf(f)
	t := m.time()
	switch unit {
	case "month":
		t = time.Date(t.Year(), t.Month()+time.Month(whole), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
		part *= 30
	case "year":
		t = time.Date(t.Year()+int(whole), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
		part *= 365
	default:
		return m, false
	}
	moved := moment{at(t).julian + int64(math.Round(part*dayMillis))}
	return moved, moved.valid()
}

func (m moment) moveClock(modifier string) (moment, bool) {
	negative := modifier[0] == '-'
	millis, ok := clockOf(strings.TrimLeft(modifier, "+-"))
	if negative {
		millis = -millis
	}
	moved := moment{m.julian + millis}
	return moved, ok && moved.valid()
}

// strftime prints a time in a form of one's own.
func strftime(env *Env, args []Value) (Value, error) {
	if args[0].Kind == Null {
		return Value{}, nil
	}
	m, ok := when(env, args[1:])
	if !ok {
		return Value{}, nil
	}
	var b strings.Builder
	form := args[0].text()
	for i := 0; i < len(form); i++ {
		if form[i] != '%' {
			b.WriteByte(form[i])
			continue
		}
		if i++; i == len(form) {
			return Value{}, nil
		}
		s, ok := m.part(form[i])
		if !ok {
			return Value{}, nil
		}
		b.WriteString(s)
	}
	return String(b.String()), nil
}

// layouts are the parts of a time that Go's own format knows.
var layouts = map[byte]string{'d': "02", 'e': "_2", 'F': "2006-01-02", 'H': "15", 'I': "03", 'm': "01", 'M': "04", 'p': "PM", 'P': "pm", 'R': "15:04",
	'S': "05", 'T': "15:04:05", 'Y': "2006"}

// part prints what one letter stands for.
func (m moment) part(letter byte) (string, bool) {
	t := m.time()
	if layout, ok := layouts[letter]; ok {
		return t.Format(layout), true
	}
	year, week := t.ISOWeek()
	switch letter {
	case '%':
		return "%", true
	case 'f':
		return t.Format("05.000"), true
	case 'j':
		return fmt.Sprintf("%03d", t.YearDay()), true
	case 'J':
		return printReal16(float64(m.julian) / dayMillis), true
	case 'k':
		return fmt.Sprintf("%2d", t.Hour()), true
	case 'l':
		return fmt.Sprintf("%2d", (t.Hour()+11)%12+1), true
	case 's':
		return strconv.FormatInt(t.Unix(), 10), true
	case 'u':
		return strconv.Itoa((int(t.Weekday())+6)%7 + 1), true
	case 'w':
		return strconv.Itoa(int(t.Weekday())), true
	case 'W':
		return fmt.Sprintf("%02d", (t.YearDay()+6-(int(t.Weekday())+6)%7)/7), true
	case 'U':
		return fmt.Sprintf("%02d", (t.YearDay()+6-int(t.Weekday()))/7), true
	case 'G':
		return fmt.Sprintf("%04d", year), true
	case 'g':
		return fmt.Sprintf("%02d", year%100), true
	case 'V':
		return fmt.Sprintf("%02d", week), true
	}
	return "", false
}

// printReal16 prints sixteen digits, as %J does.
func printReal16(f float64) string { return strconv.FormatFloat(f, 'g', 16, 64) }
