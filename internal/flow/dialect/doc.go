// Package dialect reads Amazon Redshift's SQL: it splits text into statements,
// parses what Redshift has of its own into trees, and rewrites what the engine
// runs into the engine's SQL. It runs nothing and knows no tables; what it needs
// to know of them it asks a Catalog.
//
// A rewrite walks tokens with a grammar for queries and expressions and writes as
// it goes. It carries the types it can know: of literals, casts, declared columns and
// what is made of them. Macros, which must lie on the engine's search path, hold
// what cannot be said in place; they look at types when a statement is bound.
//
// What is left to the engine because its type or its moment cannot be known here:
//   - comparisons of text columns that are in no Catalog heed trailing blanks, and
//     GROUP BY, DISTINCT and UNION always do;
//   - a quotient of decimals of unknown precision is a double;
//   - sums and averages of integers of unknown width are 128 bits wide: whoever
//     shows or stores them takes them for BIGINT;
//   - GETDATE() is the start of the transaction, not of the statement;
//   - UPDATE … FROM and DELETE … USING need no equality join.
package dialect
