package session_test

import (
	"context"
	"testing"
)

func BenchmarkSelect(b *testing.B) {
	c := newHouse(b).client("awsuser")
	c.say("CREATE TABLE t (id INT, name VARCHAR(20)); INSERT INTO t VALUES (1, 'one')")
	for b.Loop() {
		if got := c.say("SELECT name FROM t WHERE id = 1"); got != "name character varying(20)\none\nSELECT" {
			b.Fatal(got)
		}
	}
}

func BenchmarkInsert(b *testing.B) {
	c := newHouse(b).client("awsuser")
	c.say("CREATE TABLE t (id INT, name VARCHAR(20))")
	for b.Loop() {
		if got := c.say("INSERT INTO t VALUES (1, 'one')"); got != "INSERT 0 1" {
			b.Fatal(got)
		}
	}
}

func BenchmarkPrepared(b *testing.B) {
	c := newHouse(b).client("awsuser")
	c.say("CREATE TABLE t (id INT, name VARCHAR(20)); INSERT INTO t VALUES (1, 'one')")
	list, err := c.session.Prepare(context.Background(), "SELECT name FROM t WHERE id = 1", nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r, err := list[0].Run(context.Background(), nil)
		if err != nil {
			b.Fatal(err)
		}
		if err := drain(r); err != nil {
			b.Fatal(err)
		}
	}
}
