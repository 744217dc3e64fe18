// Package avro reads Avro's object container files and writes each record as a
// line of JSON, which COPY then loads by the rules it has for JSON.
// Source: Apache Avro specification, "Object Container Files" and "Binary
// Encoding"; Redshift Database Developer Guide, "COPY from Avro format".
package avro
