// Package guard answers one question: may this session do this action on this
// resource? It collects the policies and the request's facts, lets package
// policy decide, and remembers what was denied and why.
package guard
