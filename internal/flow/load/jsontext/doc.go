// Package jsontext reads COPY's JSON files: a sequence of objects, whose
// values go into the columns of their names or of a JSONPaths file. Records are
// read in place, in one pass, without a map or a tree.
// Source: Redshift Database Developer Guide, "COPY from JSON format".
package jsontext
