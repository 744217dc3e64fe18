// Package orc reads ORC files, stripe by stripe, straight into the engine's vectors.
//
// Source: Apache ORC specification, version 1.
package orc
