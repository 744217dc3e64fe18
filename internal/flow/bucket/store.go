package bucket

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/guard"
)

// DefaultRegion is the region of buckets when nothing names another.
const DefaultRegion = "us-east-1"

// formatVersion is written into new stores; a store of another version is not opened.
const formatVersion = 1

// Config says where a store lives and whom it asks.
type Config struct {
	Dir    string           // Holds meta.bbolt and blobs/.
	Guard  guard.Checker    // Asked before every effect.
	Region string           // Of buckets made without another; "" means DefaultRegion.
	Now    func() time.Time // The clock; nil means time.Now.

	// Principals resolves the users and roles that bucket policies name. Without
	// it they are taken by their ARNs alone.
	Principals Principals
}

// Store keeps buckets and objects under one directory. It is safe for concurrent use.
type Store struct {
	guard  guard.Checker
	region string
	now    func() time.Time

	principals Principals

	db    *bbolt.DB
	blobs *blobs
	rows  sync.Map // Bucket name to *row, as last decoded.

	ops       chan *op
	committed chan struct{} // Closed when the committer has ended.
	closing   sync.RWMutex
	closed    bool

	events    outbox
	stopSweep context.CancelFunc
	swept     chan error
}

// Open opens or makes the store in c.Dir. One process at a time may hold it.
func Open(c Config) (*Store, error) {
	if c.Guard == nil {
		return nil, fmt.Errorf("open object store: no guard to ask")
	}
	if err := makeHome(c.Dir); err != nil {
		return nil, fmt.Errorf("open object store: %w", err)
	}
	db, err := openMeta(filepath.Join(c.Dir, "meta.bbolt"))
	if err != nil {
		return nil, fmt.Errorf("open object store: %w", err)
	}
	s := &Store{guard: c.Guard, region: c.Region, now: c.Now, principals: c.Principals, db: db}
	if s.region == "" {
		s.region = DefaultRegion
	}
	if s.now == nil {
		s.now = time.Now
	}
	if err := s.start(c.Dir); err != nil {
		db.Close()
		return nil, fmt.Errorf("open object store: %w", err)
	}
	return s, nil
}

// makeHome makes the store's directory so that it survives a power cut.
func makeHome(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return syncDir(filepath.Dir(filepath.Clean(dir)))
}

func openMeta(path string) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:         time.Second,
		FreelistType:    bbolt.FreelistMapType,
		InitialMmapSize: 256 << 20, // Remapping waits for every reader; begin where it is rare.
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	db.AllocSize = 32 << 20
	if err := db.Update(makeTables); err != nil {
		db.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return db, syncDir(filepath.Dir(path))
}

func makeTables(tx *bbolt.Tx) error {
	for _, name := range tables {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return fmt.Errorf("make table %s: %w", name, err)
		}
	}
	meta, format := tx.Bucket(tableMeta), []byte("format")
	have := meta.Get(format)
	if have == nil {
		return meta.Put(format, u64(formatVersion))
	}
	if !bytes.Equal(have, u64(formatVersion)) {
		return fmt.Errorf("made by another version of this program (format %x, want %d)", have, formatVersion)
	}
	return nil
}

// start finds where numbers go on and begins the background work.
func (s *Store) start(dir string) error {
	var named, lastEvent uint64
	err := s.db.View(func(tx *bbolt.Tx) error {
		if k, _ := tx.Bucket(tableBlobs).Cursor().Last(); k != nil {
			named = binary.BigEndian.Uint64(k)
		}
		lastEvent = tx.Bucket(tableEvents).Sequence()
		return nil
	})
	if err != nil {
		return err
	}
	if s.blobs, err = openBlobs(filepath.Join(dir, "blobs"), named); err != nil {
		return err
	}
	s.events.open(lastEvent)
	s.ops, s.committed = make(chan *op, maxGroup), make(chan struct{})
	go s.commitAll()
	s.sweepInBackground()
	return nil
}

func (s *Store) sweepInBackground() {
	ctx, stop := context.WithCancel(context.Background())
	s.stopSweep, s.swept = stop, make(chan error, 1)
	last := s.blobs.last.Load()
	go func() {
		s.swept <- s.blobs.sweep(ctx, last, s.unnamed)
		close(s.swept)
	}()
}

// unnamed returns those of ids that no transaction names.
func (s *Store) unnamed(ids []uint64) ([]uint64, error) {
	var out []uint64
	err := s.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(tableBlobs)
		for _, id := range ids {
			if b.Get(u64(id)) == nil {
				out = append(out, id)
			}
		}
		return nil
	})
	return out, err
}

// Close waits for what is being committed and closes the store. Open objects must be closed first.
func (s *Store) Close() error {
	s.closing.Lock()
	if s.closed {
		s.closing.Unlock()
		return nil
	}
	s.closed = true
	close(s.ops)
	s.closing.Unlock()
	<-s.committed
	s.stopSweep()
	sweepErr := <-s.swept
	s.events.close()
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close object store: %w", err)
	}
	return sweepErr
}

// As binds the store to a session. There is no other way to the data.
func (s *Store) As(by guard.Session) *View { return &View{store: s, by: by} }

// stamp is the time written into objects: S3 knows no fractions of a second there.
func (s *Store) stamp() time.Time { return s.now().UTC().Truncate(time.Second) }
