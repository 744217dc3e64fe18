package dialect

// What the tests on the engine share with those of this package.
var (
	TestCatalog = testCatalog
	Converse    = converse
	GoldenFiles = goldenFiles
	PrintError  = printError
)
