// Package copyjob is the station that runs COPY JOBs: it takes files as they
// arrive, knows for each job which it has seen, and has them loaded once, in
// batches and in the background. What it knows lies in the ledger and commits
// together with the rows, so that no crash loads a file twice or forgets one.
package copyjob
