// Package aws is the door for everything that speaks AWS's HTTP protocols: one
// handler on one port that recognises the signer, finds the service by the
// credential scope or by the request's shape, and renders answers, errors,
// request ids and the log line. Services register with it and hold no HTTP.
package aws
