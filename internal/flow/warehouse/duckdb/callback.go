//go:build cgo

package duckdb

/*
#include <stdlib.h>

void inlet_scan_bind(void *info);
void inlet_scan_init(void *info);
void inlet_scan_local_init(void *info);
void inlet_scan_fill(void *info, void *chunk);
void inlet_function_call(void *info, void *args, void *out);
void inlet_drop(void *cell);
*/
import "C"

import (
	"fmt"
	"log/slog"
	"runtime/cgo"
	"runtime/debug"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// What the engine calls. Its threads are not Go's: a panic that left a callback would end the process.

var (
	scanBindCallback      = unsafe.Pointer(C.inlet_scan_bind)
	scanInitCallback      = unsafe.Pointer(C.inlet_scan_init)
	scanLocalInitCallback = unsafe.Pointer(C.inlet_scan_local_init)
	scanFillCallback      = unsafe.Pointer(C.inlet_scan_fill)
	functionCallback      = unsafe.Pointer(C.inlet_function_call)
	dropCallback          = unsafe.Pointer(C.inlet_drop)
)

// hand gives the engine a Go value to keep: a cell of C memory with a handle in
// it. The engine returns it through dropCallback.
func hand(value any) unsafe.Pointer {
	cell := C.malloc(C.size_t(unsafe.Sizeof(cgo.Handle(0))))
	*(*cgo.Handle)(cell) = cgo.NewHandle(value)
	return cell
}

// handed is the value in a cell.
func handed[T any](cell unsafe.Pointer) T { return (*(*cgo.Handle)(cell)).Value().(T) }

// dropper is a value that wants to know when the engine has let go of it.
type dropper interface{ drop() }

//export inlet_drop
func inlet_drop(cell unsafe.Pointer) {
	handle := *(*cgo.Handle)(cell)
	defer func() {
		handle.Delete()
		C.free(cell)
		if err := recovered(recover()); err != nil {
			slog.Error("release what the database engine held", "error", err)
		}
	}()
	if d, ok := handle.Value().(dropper); ok {
		d.drop()
	}
}

// recovered makes a panic an error.
func recovered(cause any) error {
	if cause == nil {
		return nil
	}
	return fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
}

//export inlet_scan_bind
func inlet_scan_bind(p unsafe.Pointer) {
	info := bindings.BindInfo{Ptr: p}
	defer func() {
		if err := recovered(recover()); err != nil {
			bindings.BindSetError(info, err.Error())
		}
	}()
	if err := bindScan(info); err != nil {
		bindings.BindSetError(info, err.Error())
	}
}

//export inlet_scan_init
func inlet_scan_init(p unsafe.Pointer) {
	info := bindings.InitInfo{Ptr: p}
	defer func() {
		if err := recovered(recover()); err != nil {
			bindings.InitSetError(info, err.Error())
		}
	}()
	initScan(info)
}

//export inlet_scan_local_init
func inlet_scan_local_init(p unsafe.Pointer) {
	info := bindings.InitInfo{Ptr: p}
	defer func() {
		if err := recovered(recover()); err != nil {
			bindings.InitSetError(info, err.Error())
		}
	}()
	initScanWorker(info)
}

//export inlet_scan_fill
func inlet_scan_fill(p, chunk unsafe.Pointer) {
	info := bindings.FunctionInfo{Ptr: p}
	state := handed[*scanState](bindings.FunctionGetLocalInitData(info))
	if err := state.fill(bindings.DataChunk{Ptr: chunk}); err != nil {
		bindings.FunctionSetError(info, state.scan.causes.mark(err))
	}
}

//export inlet_function_call
func inlet_function_call(p, args, out unsafe.Pointer) {
	info := bindings.FunctionInfo{Ptr: p}
	f := handed[*function](bindings.ScalarFunctionGetExtraInfo(info))
	if err := f.call(bindings.DataChunk{Ptr: args}, bindings.Vector{Ptr: out}); err != nil {
		bindings.ScalarFunctionSetError(info, f.causes.mark(err))
	}
}
