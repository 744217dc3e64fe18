// Package bucket is the station where files arrive: buckets and objects as
// Amazon S3 keeps them, on disk, for this node. Store.As(session) is the only
// way to data, and every method of the View it returns asks the guard first.
// An object, its version and its "object created" event commit together.
package bucket
