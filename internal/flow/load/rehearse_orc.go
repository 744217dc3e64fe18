package load

import "github.com/inlet-data/inlet/internal/fault"

// supported refuses what COPY does and a rehearsal does not.
func (r *rehearsal) supported() error {
	if r.Copy.Format.Kind != "orc" {
		return nil
	}
	return &fault.Error{Kind: fault.Unsupported, Code: "0A000", Op: "REHEARSE", Message: "A rehearsal of COPY with FORMAT ORC is not supported",
		Hint: "Run the COPY in a transaction and roll it back."}
}
