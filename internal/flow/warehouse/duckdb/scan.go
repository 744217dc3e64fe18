//go:build cgo

package duckdb

import (
	"fmt"
	"math"
	"sync"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// scanFunction is the table function's name.
const scanFunction = "inlet_scan"

// scans are the registered sources of rows, by the number in their SQL text.
type scans struct {
	mu   sync.RWMutex
	last int64
	byID map[int64]*registered
}

// registered is a scan the engine may read.
type registered struct {
	scan   warehouse.Scan
	causes *causes
}

// Register makes s readable in a FROM clause as the returned SQL text until release is called.
func (e *Engine) Register(s warehouse.Scan) (sql string, release func()) {
	e.scans.mu.Lock()
	defer e.scans.mu.Unlock()
	e.scans.last++
	id := e.scans.last
	e.scans.byID[id] = &registered{scan: s, causes: &e.causes}
	return fmt.Sprintf("%s(%d)", scanFunction, id), func() {
		e.scans.mu.Lock()
		defer e.scans.mu.Unlock()
		delete(e.scans.byID, id)
	}
}

func (s *scans) find(id int64) *registered {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byID[id]
}

// registerScan makes the table function known to a new instance.
func (e *Engine) registerScan(conn bindings.Connection) error {
	f := bindings.CreateTableFunction()
	defer bindings.DestroyTableFunction(&f)
	id := bindings.CreateLogicalType(bindings.TypeBigInt)
	defer bindings.DestroyLogicalType(&id)
	bindings.TableFunctionSetName(f, scanFunction)
	bindings.TableFunctionAddParameter(f, id)
	bindings.TableFunctionSetExtraInfo(f, hand(&e.scans), dropCallback)
	bindings.TableFunctionSetBind(f, scanBindCallback)
	bindings.TableFunctionSetInit(f, scanInitCallback)
	bindings.TableFunctionSetLocalInit(f, scanLocalInitCallback)
	bindings.TableFunctionSetFunction(f, scanFillCallback)
	if bindings.RegisterTableFunction(conn, f) == bindings.StateError {
		return refused(warehouse.ErrorOther, "the engine does not take the function %s", scanFunction)
	}
	return nil
}

// boundScan is a scan in a plan.
type boundScan struct {
	scan    *registered
	columns []warehouse.Column
}

func bindScan(info bindings.BindInfo) error {
	all := handed[*scans](bindings.BindGetExtraInfo(info))
	value := bindings.BindGetParameter(info, 0)
	defer bindings.DestroyValue(&value)
	id := bindings.GetInt64(value)
	r := all.find(id)
	if r == nil {
		return fmt.Errorf("%s(%d) is not registered", scanFunction, id)
	}
	b := &boundScan{scan: r, columns: r.scan.Columns()}
	for _, c := range b.columns {
		t := logicalType(c.Type)
		bindings.BindAddResultColumn(info, c.Name, t)
		bindings.DestroyLogicalType(&t)
	}
	bindings.BindSetBindData(info, hand(b), dropCallback)
	return nil
}

func initScan(info bindings.InitInfo) {
	b := handed[*boundScan](bindings.InitGetBindData(info))
	bindings.InitSetMaxThreads(info, bindings.IdxT(max(1, min(b.scan.scan.Workers(), math.MaxInt32))))
}

// scanState is one thread's part of a scan.
type scanState struct {
	scan   *registered
	worker warehouse.ScanWorker
	chunk  warehouse.Chunk
}

func initScanWorker(info bindings.InitInfo) {
	b := handed[*boundScan](bindings.InitGetBindData(info))
	state := &scanState{scan: b.scan, worker: b.scan.scan.Worker(), chunk: warehouse.Chunk{Vectors: make([]warehouse.Vector, len(b.columns))}}
	for i := range state.chunk.Vectors {
		state.chunk.Vectors[i].Type = b.columns[i].Type
	}
	bindings.InitSetInitData(info, hand(state), dropCallback)
}

// drop is called once, when the engine has ended the thread's part.
func (s *scanState) drop() { s.worker.Close() }

// fill lets the worker write into the engine's chunk.
func (s *scanState) fill(out bindings.DataChunk) (err error) {
	defer func() {
		if p := recovered(recover()); p != nil {
			err = p
		}
	}()
	vectors := s.chunk.Vectors
	for i := range vectors {
		vectors[i].Reset(bindings.VectorGetData(bindings.DataChunkGetVector(out, bindings.IdxT(i))))
	}
	n, err := s.worker.Fill(&s.chunk)
	if err != nil {
		return err
	}
	if n < 0 || n > warehouse.ChunkSize {
		return fmt.Errorf("a scan worker returned %d rows, a chunk holds %d", n, warehouse.ChunkSize)
	}
	for i := range vectors {
		if nulls := vectors[i].Nulls(); nulls != nil {
			copyNulls(bindings.DataChunkGetVector(out, bindings.IdxT(i)), nulls)
		}
	}
	bindings.DataChunkSetSize(out, bindings.IdxT(n))
	return nil
}

// nullBits has a bit for each row of a chunk, set where it is NULL; the engine's mask is its inverse.
type nullBits = [warehouse.ChunkSize / 64]uint64

func copyNulls(v bindings.Vector, nulls *nullBits) {
	bindings.VectorEnsureValidityWritable(v)
	mask := (*nullBits)(unsafe.Pointer(bindings.VectorGetValidity(v)))
	for i, bits := range nulls {
		mask[i] = ^bits
	}
}
