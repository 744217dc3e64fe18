// Command inlet moves files from S3 buckets into Amazon Redshift, and runs the
// whole system around that on one machine.
package main

import (
	"os"

	"github.com/inlet-data/inlet/internal/cli"
)

func main() { os.Exit(cli.Main()) }
