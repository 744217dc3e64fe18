// Package bzip writes bzip2 streams, for UNLOAD: Go's library only reads them.
// A block is run-length coded, sorted by its rotations, moved to front and
// written in Huffman codes.
package bzip
