// Package delimited reads COPY's CSV and delimited text files into the
// engine's vectors, with Redshift's rules for quotes, nulls, types and
// rejected rows. Reader goroutines cut the files into blocks at record
// boundaries; the engine's threads scan the blocks in place. DESIGN.md tells
// how.
// Source: Redshift Database Developer Guide, "COPY" and "Load error reference".
package delimited
