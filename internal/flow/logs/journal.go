package logs

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Event is a line of a log.
type Event struct {
	Time     time.Time
	Ingested time.Time
	Message  string
	Seq      int64 // its place in the stream, counted from 0
}

// segmentBytes is how long a file of a journal becomes before the next begins.
const segmentBytes = 1 << 20

// headBytes stand before each message: its length and two times.
const headBytes = 4 + 8 + 8

// segment is one file of a journal, named after the place of its first event.
type segment struct {
	first       int64 // place of the first event
	count       int64
	bytes       int64
	begin, last time.Time // of the events in it; the latest is not always the last one
}

// journal is the events of a stream, in the order in which they came, in files of
// which the oldest go when there is too much.
type journal struct {
	dir string
	max int64

	mu       sync.Mutex
	segments []segment // the oldest first
	file     *os.File  // of the last segment, nil until something is written
	ingested time.Time // when the last event came
}

const suffix = ".events"

// openJournal reads what there is; an event that was cut off by a crash is dropped.
func openJournal(dir string, most int64) (*journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	j := &journal{dir: dir, max: most}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if first, err := strconv.ParseInt(strings.TrimSuffix(f.Name(), suffix), 10, 64); err == nil {
			j.segments = append(j.segments, segment{first: first})
		}
	}
	slices.SortFunc(j.segments, func(a, b segment) int { return int(a.first - b.first) })
	for i := range j.segments {
		if err := j.measure(&j.segments[i]); err != nil {
			return nil, err
		}
	}
	return j, nil
}

func (j *journal) path(first int64) string {
	return filepath.Join(j.dir, fmt.Sprintf("%020d%s", first, suffix))
}

// measure counts a segment's events and cuts off what is not whole.
func (j *journal) measure(s *segment) error {
	err := j.scan(s.first, func(e Event) bool {
		s.note(e)
		j.ingested = e.Ingested
		return true
	})
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return os.Truncate(j.path(s.first), s.bytes)
	}
	return err
}

func (s *segment) note(e Event) {
	if s.count == 0 || e.Time.Before(s.begin) {
		s.begin = e.Time
	}
	if e.Time.After(s.last) {
		s.last = e.Time
	}
	s.count++
	s.bytes += int64(headBytes + len(e.Message))
}

// scan reads the events of a segment until each returns false.
func (j *journal) scan(first int64, each func(Event) bool) error {
	f, err := os.Open(j.path(first))
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 64<<10)
	var head [headBytes]byte
	for seq := first; ; seq++ {
		if _, err := io.ReadFull(r, head[:]); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		size := binary.BigEndian.Uint32(head[:])
		if size > maxEventBytes {
			return io.ErrUnexpectedEOF // Nothing that was ever written.
		}
		text := make([]byte, size)
		if _, err := io.ReadFull(r, text); err != nil {
			return io.ErrUnexpectedEOF
		}
		if !each(Event{Time: milli(head[4:]), Ingested: milli(head[12:]), Message: string(text), Seq: seq}) {
			return nil
		}
	}
}

func milli(b []byte) time.Time { return time.UnixMilli(int64(binary.BigEndian.Uint64(b))).UTC() }

// append writes events behind those that are there.
func (j *journal) append(all []Event) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(all) > 0 {
		if err := j.ready(); err != nil {
			return err
		}
		last := &j.segments[len(j.segments)-1]
		var buf []byte
		n := 0
		for n < len(all) && last.bytes+int64(len(buf)) < segmentBytes {
			buf = encode(buf, all[n])
			n++
		}
		if _, err := j.file.Write(buf); err != nil {
			return errors.Join(fmt.Errorf("write log events: %w", err), j.tear(last))
		}
		for _, e := range all[:n] {
			last.note(e)
			j.ingested = e.Ingested
		}
		all = all[n:]
	}
	return j.shrink()
}

// tear takes back what a write left half.
func (j *journal) tear(last *segment) error {
	j.file.Close()
	j.file = nil
	return os.Truncate(j.path(last.first), last.bytes)
}

func encode(buf []byte, e Event) []byte {
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(e.Message)))
	buf = binary.BigEndian.AppendUint64(buf, uint64(e.Time.UnixMilli()))
	buf = binary.BigEndian.AppendUint64(buf, uint64(e.Ingested.UnixMilli()))
	return append(buf, e.Message...)
}

// ready opens the last segment, or a new one when that is full.
func (j *journal) ready() error {
	n := len(j.segments)
	if n == 0 || j.segments[n-1].bytes >= segmentBytes {
		j.closeFile()
		j.segments = append(j.segments, segment{first: j.next()})
	}
	if j.file != nil {
		return nil
	}
	var err error
	j.file, err = os.OpenFile(j.path(j.segments[len(j.segments)-1].first), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	return err
}

// next is the place of the event that comes next.
func (j *journal) next() int64 {
	if len(j.segments) == 0 {
		return 0
	}
	last := j.segments[len(j.segments)-1]
	return last.first + last.count
}

// shrink drops the oldest segments while there is too much.
func (j *journal) shrink() error {
	total := int64(0)
	for _, s := range j.segments {
		total += s.bytes
	}
	for total > j.max && len(j.segments) > 1 {
		total -= j.segments[0].bytes
		if err := j.drop(); err != nil {
			return err
		}
	}
	return nil
}

func (j *journal) drop() error {
	if err := os.Remove(j.path(j.segments[0].first)); err != nil {
		return err
	}
	j.segments = j.segments[1:]
	return nil
}

// expire drops segments without an event after a time.
func (j *journal) expire(oldest time.Time) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.segments) > 1 && j.segments[0].last.Before(oldest) {
		if err := j.drop(); err != nil {
			return err
		}
	}
	return nil
}

func (j *journal) close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closeFile()
}

func (j *journal) closeFile() {
	if j.file != nil {
		j.file.Close() // Each write went to the file already.
		j.file = nil
	}
}

// span tells of what a journal holds.
type span struct {
	First, Last, Ingested time.Time // zero when there is nothing
	Bytes                 int64
}

func (j *journal) span() span {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := span{Ingested: j.ingested}
	for i, g := range j.segments {
		if g.count > 0 && (i == 0 || g.begin.Before(s.First)) {
			s.First = g.begin
		}
		if g.last.After(s.Last) {
			s.Last = g.last
		}
		s.Bytes += g.bytes
	}
	return s
}

// forward reads events from a place on until each returns false.
func (j *journal) forward(from int64, each func(Event) bool) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, s := range j.segments {
		if s.first+s.count <= from {
			continue
		}
		more := true
		err := j.scan(s.first, func(e Event) bool {
			if e.Seq >= from {
				more = each(e)
			}
			return more
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// backward reads events before a place, the last first, until each returns false.
func (j *journal) backward(before int64, each func(Event) bool) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, s := range slices.Backward(j.segments) {
		if s.first >= before {
			continue
		}
		var all []Event
		err := j.scan(s.first, func(e Event) bool {
			if e.Seq < before {
				all = append(all, e)
			}
			return e.Seq < before
		})
		if err != nil {
			return err
		}
		for _, e := range slices.Backward(all) {
			if !each(e) {
				return nil
			}
		}
	}
	return nil
}
