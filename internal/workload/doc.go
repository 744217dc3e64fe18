// Package workload proves replication by chance: real databases are changed at random by
// several sessions while inlet replicates them and both are killed again and again. At the
// end every table of the warehouse must equal the source's, for every seed.
//
// go test runs a few seconds of it; make workload runs many seeds. A seed that failed is run
// again with -seed; sessions race as they like, so that it may take several attempts.
package workload
