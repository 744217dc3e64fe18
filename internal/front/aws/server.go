package aws

import (
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Config says what a Server is made of.
type Config struct {
	Credentials Credentials
	Services    []Service
	Region      string           // Signatures for another region are refused; "" accepts all.
	Inlet       http.Handler     // Answers paths under /_inlet/; nil answers 404.
	Log         *slog.Logger     // Gets one line a call; nil means slog.Default.
	Now         func() time.Time // The clock; nil means time.Now.
}

// Server answers every AWS service on one port.
type Server struct {
	services map[string]Service
	order    []Service // RESTXML last, since it claims whatever is left
	auth     authenticator
	inlet    http.Handler
	log      *slog.Logger
}

// New makes a server. When no service speaks RESTXML, calls that no service
// claims are still answered in that shape.
func New(c Config) *Server {
	s := &Server{services: map[string]Service{}, inlet: c.Inlet, log: c.Log}
	s.auth = authenticator{keys: c.Credentials, region: c.Region, now: c.Now}
	if s.auth.now == nil {
		s.auth.now = time.Now
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.inlet == nil {
		s.inlet = http.NotFoundHandler()
	}
	var last []Service
	for _, svc := range c.Services {
		s.services[svc.Name()] = svc
		if _, rest := svc.Protocol().(RESTXML); rest {
			last = append(last, svc)
			continue
		}
		s.order = append(s.order, svc)
	}
	s.order = append(append(s.order, last...), nowhere{})
	return s
}

// NewHTTPServer wraps h with limits that let an upload take hours but not a
// header: bodies and answers are timed piece by piece while they move.
func NewHTTPServer(h http.Handler, log *slog.Logger) *http.Server {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 30 * time.Second,
		IdleTimeout:       3 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	if log != nil {
		s.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	}
	return s
}

// steps is the way of every call; the first error ends it.
var steps = []func(*Server, *exchange) error{
	(*Server).readClaim,
	(*Server).findService,
	(*Server).authenticate,
	(*Server).serve,
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_inlet/") && BucketOfHost(r.Host) == "" {
		s.inlet.ServeHTTP(w, r)
		return
	}
	x := newExchange(w, r, s.auth.now())
	x.respond(s.run(x))
	s.logCall(x)
}

func (s *Server) run(x *exchange) (res *Response) {
	defer func() {
		if p := recover(); p != nil {
			res = s.recovered(x, p)
		}
	}()
	for _, step := range steps {
		if err := step(s, x); err != nil {
			return x.fail(err)
		}
	}
	return x.response
}

func (s *Server) readClaim(x *exchange) error {
	x.claim, x.claimErr = claim(x.r)
	return nil
}

// findService goes by the name in the credential scope, then by the host, then by the call's shape.
func (s *Server) findService(x *exchange) error {
	if x.claim != nil && x.claim.scope.service != "" {
		x.service = s.services[x.claim.scope.service]
	}
	if x.service == nil && x.claim == nil {
		x.service = s.services[serviceOfHost(x.r.Host)]
	}
	var err error
	if x.service == nil {
		x.service, err = s.claimant(x)
	}
	x.name(x.service)
	if err != nil {
		return err
	}
	if x.claimErr != nil {
		return x.claimErr
	}
	if x.claim != nil && x.claim.scope.service != x.service.Name() {
		return unknownService(x)
	}
	return nil
}

// claimant asks the services whose call this looks like.
func (s *Server) claimant(x *exchange) (Service, error) {
	form := x.r.URL.Query()
	if isForm(x.r) {
		posted, err := x.bufferedForm()
		if err != nil {
			return nowhere{}, err
		}
		for name, values := range posted {
			form[name] = append(form[name], values...)
		}
	}
	if x.claim != nil && x.claim.scope.service != "" {
		// Its name is known to be nobody's; what remains to find out is in which shape to say so.
		return stranger(x.r, form), nil
	}
	for _, svc := range s.order {
		if svc.Protocol().claims(x.r, form) {
			return svc, nil
		}
	}
	return nowhere{}, nil
}
