// Package doctor explains refusals and mends them: which hop of the chain
// failed, which statement denies or came closest, and which document, applied
// with which command, lets the same call through. It also writes the smallest
// policies for a pipeline. It knows no node: facts are handed to it.
package doctor
