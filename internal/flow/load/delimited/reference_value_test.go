package delimited

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/sqltype"
)

func (r *reference) value(f refField, c Column) (string, int) {
	isText := c.Type.ID == sqltype.Varchar || c.Type.ID == sqltype.Char
	null := f.value == r.opt.NullAs || r.opt.Escape && f.raw == r.opt.NullAs
	blank := strings.Trim(f.value, " \t\n\v\f\r") == ""
	switch {
	case !isText:
		null = null || blank
	case f.value == "":
		null = null || r.opt.EmptyAsNull
	default:
		null = null || blank && r.opt.BlanksAsNull
	}
	if null {
		if c.NotNull {
			return "", 1213
		}
		return "NULL", 0
	}
	if r.opt.NullAs == "\x00" && strings.Contains(f.value[:len(f.value)-min(1, len(f.value))], "\x00") {
		return "", 1218
	}
	v, code := r.convert(f.value, c.Type)
	if code == 0 && v == "NULL" && c.NotNull {
		return "", 1213
	}
	return v, code
}

var (
	refInteger = regexp.MustCompile(`^-?[0-9]+$`)
	refDecimal = regexp.MustCompile(`^-?[0-9]*\.?[0-9]*$`)
	refClock   = regexp.MustCompile(`^[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?( *[zZ])?$`)
	refStamp   = regexp.MustCompile(`^([0-9-]{10}) ([0-9:]{8})(?:\.([0-9]+))?$`)
)

func (r *reference) convert(s string, t sqltype.Type) (string, int) {
	switch t.ID {
	case sqltype.Varchar:
		return r.varchar(s, t.Length)
	case sqltype.Char:
		for i := range len(s) {
			if s[i] >= 0x80 {
				return "", 1220
			}
		}
		s = strings.TrimRight(s, " ")
		if len(s) > t.Length {
			if !r.opt.TruncateColumns {
				return "", 1204
			}
			s = strings.TrimRight(s[:t.Length], " ")
		}
		return strconv.Quote(s), 0
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint:
		return r.integer(s, map[sqltype.ID]uint{sqltype.Smallint: 15, sqltype.Integer: 31, sqltype.Bigint: 63}[t.ID])
	case sqltype.Decimal:
		return r.decimal(s, t)
	case sqltype.Date:
		if len(s) >= 10 && (len(s) == 10 || refClock.MatchString(s[10:])) {
			if d, err := time.Parse("2006-01-02", s[:10]); err == nil && d.Year() > 0 {
				return s[:10], 0
			}
		}
		return r.anyDate(1205)
	case sqltype.Timestamp:
		return r.timestamp(s)
	}
	panic("the reference has no such type")
}

func (r *reference) varchar(s string, limit int) (string, int) {
	if !utf8.ValidString(s) {
		if !r.opt.AcceptInvChars {
			return "", 1220
		}
		var b strings.Builder
		for i := 0; i < len(s); {
			c, n := utf8.DecodeRuneInString(s[i:])
			if c == utf8.RuneError && n == 1 {
				b.WriteByte(r.opt.InvChar)
			} else {
				b.WriteString(s[i : i+n])
			}
			i += n
		}
		s = b.String()
	}
	if r.opt.TrimBlanks {
		s = strings.TrimRight(s, " \t\n\v\f\r")
		if s == "" && r.opt.EmptyAsNull {
			return "NULL", 0
		}
	}
	if len(s) > limit {
		switch {
		case r.opt.TruncateColumns:
			n := 0
			for _, c := range s {
				if n+utf8.RuneLen(c) > limit {
					break
				}
				n += utf8.RuneLen(c)
			}
			s = s[:n]
		case strings.Trim(s[limit:], " ") == "":
			s = s[:limit]
		default:
			return "", 1204
		}
	}
	return strconv.Quote(s), 0
}

func (r *reference) integer(s string, bits uint) (string, int) {
	if !refInteger.MatchString(s) {
		return "", 1207
	}
	v, _ := new(big.Int).SetString(s, 10)
	limit := new(big.Int).Lsh(big.NewInt(1), bits)
	if v.Cmp(limit) >= 0 || v.Cmp(new(big.Int).Neg(limit)) < 0 {
		return "", 1222
	}
	return v.String(), 0
}

func (r *reference) decimal(s string, t sqltype.Type) (string, int) {
	if !refDecimal.MatchString(s) {
		return "", 1207
	}
	unsigned := strings.TrimPrefix(s, "-")
	whole, decimals, _ := strings.Cut(unsigned, ".")
	if whole+decimals == "" {
		return "", 1209
	}
	up := r.opt.RoundDec && len(decimals) > t.Scale && decimals[t.Scale] >= '5'
	decimals = (decimals + strings.Repeat("0", t.Scale))[:t.Scale]
	v, _ := new(big.Int).SetString("0"+whole+decimals, 10)
	if up {
		v.Add(v, big.NewInt(1))
	}
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Precision)), nil)
	if t.Precision == 19 {
		limit.Lsh(big.NewInt(1), 63)
	}
	if v.Cmp(limit) >= 0 {
		return "", 1222
	}
	if unsigned != s {
		v.Neg(v)
	}
	return scaled(v, t.Scale), 0
}

func (r *reference) timestamp(s string) (string, int) {
	m := refStamp.FindStringSubmatch(s)
	if m == nil {
		return r.anyDate(1206)
	}
	v, err := time.Parse("2006-01-02 15:04:05", m[1]+" "+m[2])
	if err != nil || v.Year() < 1 {
		return r.anyDate(1206)
	}
	micros, _ := strconv.Atoi((m[3] + "000000")[:6])
	return v.Add(time.Duration(micros) * time.Microsecond).Format("2006-01-02 15:04:05.999999"), 0
}

func (r *reference) anyDate(code int) (string, int) {
	if r.opt.AcceptAnyDate {
		return "NULL", 0
	}
	return "", code
}
