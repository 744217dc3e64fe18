// Package dialect reads Amazon Redshift's SQL: it splits text into statements,
// parses what Redshift has of its own into trees, and rewrites what the engine
// runs into the engine's SQL. It runs nothing and knows no tables; what it needs
// to know of them it asks a Catalog.
//
// What a rewrite cannot know, and so leaves to the engine: whether columns of
// unknown type hold text whose trailing blanks a comparison should ignore, the
// scale of a quotient of decimals of unknown precision (it becomes a double),
// and the clock of a single statement (GETDATE is the transaction's start).
package dialect
