package mysql

import (
	"encoding/binary"
	"math"
	"testing"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

// seedRow is a row of ten columns as the binary protocol sends it.
func seedRow() ([]field, []byte) {
	fields := []field{
		{typ: gomysql.MYSQL_TYPE_LONGLONG}, {typ: gomysql.MYSQL_TYPE_LONG, unsigned: true}, {typ: gomysql.MYSQL_TYPE_VAR_STRING, charset: 45},
		{typ: gomysql.MYSQL_TYPE_VAR_STRING, charset: 45}, {typ: gomysql.MYSQL_TYPE_NEWDECIMAL}, {typ: gomysql.MYSQL_TYPE_DOUBLE},
		{typ: gomysql.MYSQL_TYPE_TINY}, {typ: gomysql.MYSQL_TYPE_DATETIME}, {typ: gomysql.MYSQL_TYPE_DATE}, {typ: gomysql.MYSQL_TYPE_STRING, charset: 45},
	}
	text := func(b []byte, s string) []byte { return append(append(b, byte(len(s))), s...) }
	row := binary.LittleEndian.AppendUint64([]byte{0, 0, 0}, 1234567)
	row = binary.LittleEndian.AppendUint32(row, 4000000000)
	row = text(text(text(row, "customer number 1234567"), "a note, with \"quotes\" in it"), "12345.67")
	row = binary.LittleEndian.AppendUint64(row, math.Float64bits(1234.5678))
	row = append(row, 1, 11, 0xe8, 0x07, 6, 15, 12, 34, 56)
	row = binary.LittleEndian.AppendUint32(row, 123456)
	return fields, text(append(row, 4, 0xe8, 0x07, 6, 15), "shipped")
}

// seedImage is the same row as the log holds it, with its plan.
func seedImage() (*plan, []byte) {
	p := &plan{table: &table{}, cells: []cell{
		{typ: gomysql.MYSQL_TYPE_LONGLONG}, {typ: gomysql.MYSQL_TYPE_LONG, unsigned: true}, {typ: gomysql.MYSQL_TYPE_VARCHAR, meta: 100}, {typ: gomysql.MYSQL_TYPE_VARCHAR, meta: 1000},
		{typ: gomysql.MYSQL_TYPE_NEWDECIMAL, meta: 10, scale: 2}, {typ: gomysql.MYSQL_TYPE_DOUBLE}, {typ: gomysql.MYSQL_TYPE_TINY}, {typ: gomysql.MYSQL_TYPE_DATETIME2, meta: 6},
		{typ: gomysql.MYSQL_TYPE_DATE}, {typ: gomysql.MYSQL_TYPE_ENUM, meta: 1, members: []string{"new", "shipped"}},
	}}
	row := binary.LittleEndian.AppendUint64([]byte{0, 0}, 1234567)
	row = binary.LittleEndian.AppendUint32(row, 4000000000)
	row = append(append(row, 23), "customer number 1234567"...)
	row = append(append(row, 27, 0), "a note, with \"quotes\" in it"...)
	row = append(row, 0x80, 0x00, 0x30, 0x39, 67)
	row = binary.LittleEndian.AppendUint64(row, math.Float64bits(1234.5678))
	n := uint64(1)<<39 | uint64((2024*13+6)<<5|15)<<17 | 12<<12 | 34<<6 | 56
	row = append(row, 1, byte(n>>32), byte(n>>24), byte(n>>16), byte(n>>8), byte(n), 0x01, 0xe2, 0x40)
	d := 2024<<9 | 6<<5 | 15
	return p, append(row, byte(d), byte(d>>8), byte(d>>16), 2)
}

const seedCSV = `1234567,4000000000,"customer number 1234567","a note, with ""quotes"" in it",12345.67,1234.5678,1,2024-06-15 12:34:56.123456,2024-06-15,"shipped"` + "\n"

func TestSeed(t *testing.T) {
	fields, row := seedRow()
	if got, err := newRowEncoder(fields, nil).append(nil, row); err != nil || string(got) != seedCSV {
		t.Errorf("row: %s, %v, want %s", got, err, seedCSV)
	}
	p, image := seedImage()
	var m source.Images
	m.Reset(len(p.cells))
	if rest, err := p.image(&m, image, []byte{0xff, 0xff}); err != nil || len(rest) > 0 || string(m.Data()) != seedCSV {
		t.Errorf("image: %s, %v, %d bytes left, want %s", m.Data(), err, len(rest), seedCSV)
	}
}

func BenchmarkSnapshotRow(b *testing.B) {
	fields, row := seedRow()
	e := newRowEncoder(fields, []int{0})
	var buf []byte
	sourcetest.PerCPU(b, 1, func() {
		buf, _ = e.append(buf, row)
		if len(buf) > flushAt {
			buf = buf[:0]
		}
	})
}

func BenchmarkChangeImage(b *testing.B) {
	p, image := seedImage()
	var m source.Images
	m.Reset(len(p.cells))
	sourcetest.PerCPU(b, 1, func() {
		if _, err := p.image(&m, image, []byte{0xff, 0xff}); err != nil {
			b.Fatal(err)
		}
		if len(m.Data()) > flushAt {
			m.Reset(len(p.cells))
		}
	})
}
