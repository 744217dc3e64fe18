package mysql

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-mysql-org/go-mysql/replication"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// Since is the place before the first transaction that was committed at a time or later, by
// the server's clock, in whole seconds; the end of the log when there is none yet. The files
// tell when they were begun, so that only one of them is read.
func (s *Source) Since(ctx context.Context, at time.Time) (source.Position, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return "", err
	}
	defer c.Close()
	files, err := c.query("SHOW BINARY LOGS")
	if err != nil {
		return "", err
	}
	for i := len(files) - 1; i >= 0; i-- {
		f := logFile{name: files[i][0], since: at.Unix()}
		if f.size, err = strconv.ParseUint(files[i][1], 10, 64); err != nil {
			return "", fmt.Errorf("size of binary log %s: %w", f.name, err)
		}
		offset, err := s.find(ctx, f)
		if errors.Is(err, errYounger) && i == 0 && number(f.name) == 1 {
			offset, err = logStart, nil // Nothing was ever written before.
		}
		if errors.Is(err, errYounger) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("look for %s in binary log %s: %w", at.UTC().Format(time.DateTime), f.name, err)
		}
		p, err := s.locate(c, position{file: f.name, offset: offset})
		return source.Position(p.String()), err
	}
	return "", &fault.Error{Kind: fault.Conflict, Code: CodePurged, Message: fmt.Sprintf("Error 1236 reading binary log: it begins after %s UTC, and what came before is purged", at.UTC().Format(time.DateTime)),
		Hint: "begin later, or load the tables"}
}

// logFile is a file of the log in which a time is looked for.
type logFile struct {
	name  string
	size  uint64
	since int64
}

// logStart is where the first event of a file is.
const logStart = 4

// errYounger says that a file was begun after the time that is looked for.
var errYounger = errors.New("the file was begun later")

// find reads a file from its beginning to the first transaction that has an event of the
// time or later, and returns where that transaction begins, or else the file's end.
func (s *Source) find(ctx context.Context, f logFile) (uint64, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	w, err := c.dump(position{file: f.name, offset: logStart}, s.config.ServerID)
	if err != nil {
		return 0, err
	}
	begin, last := uint64(logStart), uint64(logStart)
	for begun := false; ; {
		if err := c.SetReadDeadline(time.Now().Add(silence)); err != nil {
			return 0, err
		}
		p, err := w.packet()
		if err != nil {
			return 0, err
		}
		if err := failure(p); err != nil {
			return 0, err
		}
		if len(p) < 1+eventHeader {
			return 0, errMalformed
		}
		e := headOf(p[1:])
		switch {
		case e.typ == replication.FORMAT_DESCRIPTION_EVENT && !begun:
			if begun = true; e.when >= f.since {
				return 0, errYounger
			}
			begin = e.end
		case !begun || e.artificial:
			continue
		case e.begins():
			begin = last // An event's own size may be without its checksum.
		}
		last = e.end
		switch {
		case begun && e.counts() && e.when >= f.since:
			return begin, nil
		case e.end >= f.size:
			return f.size, nil
		}
	}
}

// head is what stands before each event.
type head struct {
	typ        replication.EventType
	when       int64
	end        uint64
	artificial bool // The server made it up for the reader: it is not in the file.
}

func headOf(e []byte) head {
	const made = 0x20
	h := head{typ: replication.EventType(e[4]), when: int64(binary.LittleEndian.Uint32(e)), end: uint64(binary.LittleEndian.Uint32(e[13:]))}
	h.artificial = binary.LittleEndian.Uint16(e[17:])&made != 0 || h.end == 0 || h.typ == replication.HEARTBEAT_EVENT
	return h
}

// begins reports whether a transaction begins with the event.
func (h head) begins() bool {
	switch h.typ {
	case replication.GTID_EVENT, replication.ANONYMOUS_GTID_EVENT, replication.GTID_TAGGED_LOG_EVENT, replication.MARIADB_GTID_EVENT:
		return true
	}
	return false
}

// counts reports whether the event's time is one of a transaction, and not of the file.
func (h head) counts() bool {
	switch h.typ {
	case replication.FORMAT_DESCRIPTION_EVENT, replication.ROTATE_EVENT, replication.STOP_EVENT, replication.PREVIOUS_GTIDS_EVENT, replication.MARIADB_GTID_LIST_EVENT, replication.MARIADB_BINLOG_CHECKPOINT_EVENT:
		return false
	}
	return true
}
