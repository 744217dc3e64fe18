package mysql

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"github.com/inlet-data/inlet/internal/fault"
)

// converter appends text of a character set as UTF-8.
type converter func(dst, text []byte) []byte

// several are the character sets whose characters take one byte or more.
var several = map[string]encoding.Encoding{
	"gbk": simplifiedchinese.GBK, "gb2312": simplifiedchinese.GBK, "gb18030": simplifiedchinese.GB18030,
	"big5": traditionalchinese.Big5, "euckr": korean.EUCKR,
	"sjis": japanese.ShiftJIS, "cp932": japanese.ShiftJIS, "ujis": japanese.EUCJP, "eucjpms": japanese.EUCJP,
}

// converterOf returns nil for what is UTF-8 already.
func (c *conn) converterOf(charset string) (converter, error) {
	switch charset {
	case "", "binary", "ascii", "utf8", "utf8mb3", "utf8mb4":
		return nil, nil
	case "ucs2", "utf16":
		return fromUTF16(binary.BigEndian), nil
	case "utf16le":
		return fromUTF16(binary.LittleEndian), nil
	case "utf32":
		return fromUTF32, nil
	}
	if e, ok := several[charset]; ok {
		return func(dst, text []byte) []byte {
			out, err := e.NewDecoder().Bytes(text)
			if err != nil {
				out = text
			}
			return append(dst, out...)
		}, nil
	}
	return c.single(charset)
}

// single asks the server what each byte of a character set stands for.
func (c *conn) single(charset string) (converter, error) {
	unknown := &fault.Error{Kind: fault.Unsupported, Code: "SourceCharset", Message: fmt.Sprintf("text in the character set %s cannot be read from the log", charset),
		Hint: "ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4"}
	var all [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	for _, r := range charset {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return nil, unknown
		}
	}
	rows, err := c.query(fmt.Sprintf("SELECT HEX(CONVERT(CONVERT(X'%x' USING %s) USING utf32))", all[:], charset))
	if err != nil {
		return nil, err
	}
	wide, err := hex.DecodeString(rows[0][0])
	if err != nil || len(wide) != 4*len(all) {
		return nil, unknown
	}
	var runes [256]rune
	for i := range runes {
		runes[i] = rune(binary.BigEndian.Uint32(wide[4*i:]))
	}
	return func(dst, text []byte) []byte {
		for _, b := range text {
			dst = utf8.AppendRune(dst, runes[b])
		}
		return dst
	}, nil
}

func fromUTF16(order binary.ByteOrder) converter {
	return func(dst, text []byte) []byte {
		for len(text) >= 2 {
			r := rune(order.Uint16(text))
			text = text[2:]
			if utf16.IsSurrogate(r) && len(text) >= 2 {
				r = utf16.DecodeRune(r, rune(order.Uint16(text)))
				text = text[2:]
			}
			dst = utf8.AppendRune(dst, r)
		}
		return dst
	}
}

func fromUTF32(dst, text []byte) []byte {
	for ; len(text) >= 4; text = text[4:] {
		dst = utf8.AppendRune(dst, rune(binary.BigEndian.Uint32(text)))
	}
	return dst
}
