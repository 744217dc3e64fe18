package warehouse

import (
	"fmt"
	"testing"
	"unsafe"
)

// TestAnyNull asks for every range around the ends of words, of vectors in Go's memory and the engine's.
func TestAnyNull(t *testing.T) {
	for _, null := range []int{0, 1, 63, 64, 100, 127, 128, ChunkSize - 1} {
		ours := NewVector(VectorType{Kind: KindInt32})
		ours.SetNull(null)
		valid := *ours.Nulls()
		for i := range valid {
			valid[i] = ^valid[i]
		}
		engines := MakeVector(VectorType{Kind: KindInt32}, nil, unsafe.Pointer(&valid))
		for name, v := range map[string]*Vector{"ours": &ours, "the engine's": &engines} {
			t.Run(fmt.Sprintf("row %d, %s", null, name), func(t *testing.T) {
				for from := max(0, null-70); from <= min(ChunkSize, null+70); from++ {
					for to := from; to <= min(ChunkSize, from+140); to++ {
						if got, want := v.AnyNull(from, to), from <= null && null < to; got != want {
							t.Fatalf("rows %d to %d: got %v, want %v", from, to, got, want)
						}
					}
				}
			})
		}
	}
	without := NewVector(VectorType{Kind: KindInt32})
	if without.AnyNull(0, ChunkSize) {
		t.Error("a vector without NULL has one")
	}
}
