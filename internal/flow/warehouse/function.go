package warehouse

// Function is a scalar function written in Go, which the engine calls for a
// chunk of rows at a time and from several threads at once.
type Function struct {
	Name     string
	Args     []VectorType
	Returns  VectorType
	Volatile bool // The answer may differ for the same arguments.
	// Call fills out for args.Rows rows. It sees rows with NULL arguments too, whose values must not be read.
	Call func(args *Chunk, out *Result) error
}

// Result is what a Function fills: fixed-size values by Values, NULLs by
// SetNull, text and blobs by SetText.
type Result struct {
	Vector
	Texts [ChunkSize][]byte // what SetText was given, for the engine to copy
}

// SetText is the value of a row. b must not change until Call has returned; it may lie in Go's heap.
func (r *Result) SetText(row int, b []byte) { r.Texts[row] = b }
