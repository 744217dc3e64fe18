//go:build cgo

package duckdb

import (
	"fmt"
	"sync"
	"unicode/utf8"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// function is a registered warehouse.Function.
type function struct {
	warehouse.Function
	causes  *causes
	results sync.Pool
}

// RegisterScalar adds a function to the engine, where it stays. Functions that
// Setup's views or macros use belong into Config.Functions.
func (e *Engine) RegisterScalar(f warehouse.Function) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.instance == nil {
		return unavailable("the database engine takes no functions now", e.health)
	}
	conn, err := e.instance.connect()
	if err != nil {
		return err
	}
	defer bindings.Disconnect(&conn)
	if err := e.register(conn, f); err != nil {
		return err
	}
	e.functions = append(e.functions, f)
	return nil
}

// registerFunctions makes everything written in Go known to a new instance.
func (e *Engine) registerFunctions(conn bindings.Connection) error {
	if err := e.registerScan(conn); err != nil {
		return err
	}
	for _, f := range e.functions {
		if err := e.register(conn, f); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) register(conn bindings.Connection, def warehouse.Function) error {
	f := bindings.CreateScalarFunction()
	defer bindings.DestroyScalarFunction(&f)
	bindings.ScalarFunctionSetName(f, def.Name)
	for _, arg := range def.Args {
		t := logicalType(arg)
		bindings.ScalarFunctionAddParameter(f, t)
		bindings.DestroyLogicalType(&t)
	}
	returns := logicalType(def.Returns)
	defer bindings.DestroyLogicalType(&returns)
	bindings.ScalarFunctionSetReturnType(f, returns)
	bindings.ScalarFunctionSetSpecialHandling(f) // NULL arguments are the function's own business.
	if def.Volatile {
		bindings.ScalarFunctionSetVolatile(f)
	}
	bindings.ScalarFunctionSetExtraInfo(f, hand(&function{Function: def, causes: &e.causes}), dropCallback)
	bindings.ScalarFunctionSetFunction(f, functionCallback)
	if bindings.RegisterScalarFunction(conn, f) == bindings.StateError {
		return refused(warehouse.ErrorCatalog, "the engine does not take the function %s", def.Name)
	}
	return nil
}

// call runs the function over a chunk.
func (f *function) call(args bindings.DataChunk, out bindings.Vector) (err error) {
	defer func() {
		if p := recovered(recover()); p != nil {
			err = p
		}
	}()
	in := warehouse.Chunk{Rows: int(bindings.DataChunkGetSize(args)), Vectors: make([]warehouse.Vector, len(f.Args))}
	for i := range in.Vectors {
		in.Vectors[i] = addressed(f.Args[i], bindings.DataChunkGetVector(args, bindings.IdxT(i)))
	}
	result, _ := f.results.Get().(*warehouse.Result)
	if result == nil {
		result = &warehouse.Result{Vector: warehouse.Vector{Type: f.Returns}}
	}
	defer f.results.Put(result)
	result.Reset(bindings.VectorGetData(out))
	if err := f.Call(&in, result); err != nil {
		return err
	}
	if f.Returns.Kind == warehouse.KindVarchar || f.Returns.Kind == warehouse.KindBlob {
		if err := f.copyTexts(result, out, in.Rows); err != nil {
			return err
		}
	}
	if nulls := result.Nulls(); nulls != nil {
		copyNulls(out, nulls)
	}
	return nil
}

// copyTexts moves text from Go's memory into the engine's.
func (f *function) copyTexts(result *warehouse.Result, out bindings.Vector, rows int) error {
	for row := range rows {
		text := result.Texts[row]
		result.Texts[row] = nil
		if f.Returns.Kind == warehouse.KindVarchar && !utf8.Valid(text) {
			return fmt.Errorf("function %s returned text that is not valid UTF-8", f.Name)
		}
		if len(text) <= inlineLength {
			result.SetBytes(row, text)
			continue
		}
		bindings.UnsafeVectorAssignStringElementLen(out, bindings.IdxT(row), text)
	}
	return nil
}

// inlineLength is the longest text that lies in the vector itself.
const inlineLength = 12
