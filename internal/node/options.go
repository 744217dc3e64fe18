package node

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
)

// The addresses a node listens on unless told otherwise.
const (
	DefaultAWSListen = "127.0.0.1:4566"
	DefaultSQLListen = "127.0.0.1:5439"
)

// DefaultMemory is what each warehouse's engine may use unless told otherwise, in bytes.
const DefaultMemory = duckdb.DefaultMemoryLimit

// LeastMemory is the least that an engine may have: while files come, the ends of its own tables alone take up to 50 MB.
const LeastMemory = 64 << 20

// Options say how to run a node. Zero values stand for defaults.
type Options struct {
	Data      string       // directory
	AWSListen string       // HOST:PORT; port 0 takes a free one
	SQLListen string       // HOST:PORT; port 0 takes a free one
	Pipeline  *config.File // what to make before the node says that it is ready; nil for nothing
	Memory    int64        // bytes that each warehouse's engine may use before it turns to its disk, LeastMemory or more; 0 is DefaultMemory
	Log       *slog.Logger
	Between   Between
	// Ready is told once, when everything answers.
	Ready func(*Node)
}

func (o Options) withDefaults() (Options, error) {
	o.AWSListen = cmp.Or(o.AWSListen, DefaultAWSListen)
	o.SQLListen = cmp.Or(o.SQLListen, DefaultSQLListen)
	if o.Memory != 0 && o.Memory < LeastMemory {
		return o, &fault.Error{Kind: fault.Invalid, Message: fmt.Sprintf("%d MB are too little for a warehouse's engine", o.Memory>>20),
			Hint: fmt.Sprintf("Give it %d or more (--memory); %d are usual.", LeastMemory>>20, DefaultMemory>>20)}
	}
	if o.Pipeline == nil {
		o.Pipeline = new(config.File)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Ready == nil {
		o.Ready = func(*Node) {}
	}
	if o.Data == "" {
		dir, err := DefaultData()
		if err != nil {
			return o, err
		}
		o.Data = dir
	}
	dir, err := filepath.Abs(o.Data)
	if err != nil {
		return o, fmt.Errorf("find the data directory: %w", err)
	}
	o.Data = dir
	return o, nil
}

// DefaultData is the data directory when none is named.
func DefaultData() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "inlet"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the data directory: %w", err)
	}
	return filepath.Join(home, ".local", "share", "inlet"), nil
}

// listen opens a port; what is in the way is told with the flag that moves it.
func listen(address, flag string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, Code: "AddressInUse", Op: "listen", On: address, Message: "the address cannot be taken", Err: err,
			Hint: "Choose another address with " + flag + ", for example " + flag + " 127.0.0.1:0 for a free port."}
	}
	return l, nil
}
