// Package ledger is the station that knows what happened: loads, files,
// rejected rows, COPY JOBs and what each did with each file. Its tables lie in
// the database's own file and are written in the transaction they tell of.
package ledger
