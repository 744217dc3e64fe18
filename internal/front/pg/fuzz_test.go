package pg_test

import (
	"io"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/front/pg"
)

// FuzzServe sends bytes to a server, before or after login. It must neither fall
// over (a panic is logged) nor hang.
func FuzzServe(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(true, seed)
	}
	f.Add(false, packet(3<<16, "user\x00ada\x00\x00"))
	f.Add(false, packet(80877103, ""))
	f.Add(false, packet(80877102, "\x40\x00\x00\x01\x00\x00\x00\x00"))
	f.Add(false, append(packet(3<<16+2, "user\x00ada\x00_pq_.x\x00y\x00\x00"), "p\x00\x00\x00\x05\x00"...))
	f.Fuzz(func(t *testing.T, loggedIn bool, input []byte) {
		var log logbook
		t.Cleanup(func() { // Runs when the server has stopped.
			if s := log.String(); strings.Contains(s, "defect") && !strings.Contains(s, "as the test wants") {
				t.Error(s)
			}
		})
		serveInput(t, pg.Config{Backend: fuzzBackend(), Logger: log.logger(), MaxMessage: 1 << 20}, loggedIn, input)
	})
}

// serveInput returns when the server has answered all of input and hung up.
func serveInput(t *testing.T, cfg pg.Config, loggedIn bool, input []byte) {
	nc := startOnPipes(t, cfg).dialHalfClosing()
	defer nc.Close()
	c := talk(t, nc)
	if loggedIn {
		c.start(map[string]string{"user": "ada"})
		c.password("ada", "Secret1")
		c.until("Z")
	}
	go func() {
		_, _ = nc.Write(input) // It fails when the server hangs up early, as it may.
		_ = nc.CloseWrite()
	}()
	if _, err := io.Copy(io.Discard, nc); err != nil {
		t.Errorf("the server hangs: %v", err)
	}
}

func fuzzBackend() *fakeBackend {
	b := newFake()
	close(b.release)
	b.results["select 5"] = integers(5)
	b.results["select 3000"] = integers(3000)
	return b
}

// seeds are conversations that reach every handler.
func seeds(tb testing.TB) [][]byte {
	conversations := [][]pgproto3.FrontendMessage{
		{&pgproto3.Query{String: "begin; select 5; echo; set TimeZone Europe/Berlin; notice; fail fault"}, &pgproto3.Query{String: "rollback"}},
		{&pgproto3.Parse{Name: "s", Query: "select 3000", ParameterOIDs: []uint32{23}}, &pgproto3.Describe{ObjectType: 'S', Name: "s"},
			&pgproto3.Bind{DestinationPortal: "p", PreparedStatement: "s", ResultFormatCodes: []int16{1}},
			&pgproto3.Bind{PreparedStatement: "s"}, &pgproto3.Execute{Portal: "p", MaxRows: 2}, &pgproto3.Execute{MaxRows: 100},
			&pgproto3.Describe{ObjectType: 'P', Name: "p"}, &pgproto3.Close{ObjectType: 'S', Name: "s"}, &pgproto3.Execute{Portal: "p"},
			&pgproto3.Close{ObjectType: 'P', Name: "p"}, &pgproto3.Flush{}, &pgproto3.Sync{}},
		{&pgproto3.Parse{Query: "echo"}, &pgproto3.Bind{ParameterFormatCodes: []int16{1, 0}, Parameters: [][]byte{{1}, nil}},
			&pgproto3.Execute{}, &pgproto3.Sync{}, &pgproto3.Terminate{}},
		{&pgproto3.FunctionCall{Arguments: [][]byte{{1}}}, &pgproto3.CopyData{Data: []byte("x")}, &pgproto3.CopyDone{}, &pgproto3.PasswordMessage{}},
	}
	var out [][]byte
	for _, ms := range conversations {
		var b []byte
		for _, m := range ms {
			var err error
			if b, err = m.Encode(b); err != nil {
				tb.Fatal(err)
			}
		}
		out = append(out, b)
	}
	return out
}
