package replication

import (
	"context"
	"fmt"
	"reflect"
	"strings"
)

// Endpoint is a database that tasks read or load.
type Endpoint struct {
	Resource
	Type              string // source or target
	Engine            string
	Host              string
	Port              int
	User              string
	Password          string
	Database          string
	Attributes        string // extra connection attributes
	KMSKey            string
	Certificate       string // ARN
	SSLMode           string
	ServiceAccessRole string `json:",omitempty"`

	MySQL      *MySQLSettings      `json:",omitempty"`
	PostgreSQL *PostgreSQLSettings `json:",omitempty"`
	Redshift   *RedshiftSettings   `json:",omitempty"`
}

func endpointBase(e *Endpoint) *Resource { return &e.Resource }

const maxEndpoints = 1000

// EndpointChange is what can be said of an endpoint; nil leaves a thing as it is.
type EndpointChange struct {
	Identifier, Type, Engine       *string
	Host, User, Password, Database *string
	Port                           *int
	Attributes                     *string
	Certificate, SSLMode           *string
	ServiceAccessRole              *string
	MySQL                          *MySQLSettings
	PostgreSQL                     *PostgreSQLSettings
	Redshift                       *RedshiftSettings
	Exact                          bool // settings replace those that are there
}

// CreateEndpointInput describes an endpoint to make.
type CreateEndpointInput struct {
	EndpointChange
	KMSKey     string
	ResourceID string
	Tags       []Tag
}

func (e *Endpoint) isRedshift() bool { return engineOf(e.Engine).family == redshiftFamily }

// settings is a pointer to the block of the endpoint's engine, made when it is missing.
func (e *Endpoint) settings() reflect.Value {
	switch engineOf(e.Engine).family {
	case mysqlFamily:
		e.MySQL = copyOf(e.MySQL)
		return reflect.ValueOf(e.MySQL)
	case postgresFamily:
		e.PostgreSQL = copyOf(e.PostgreSQL)
		return reflect.ValueOf(e.PostgreSQL)
	}
	e.Redshift = copyOf(e.Redshift)
	return reflect.ValueOf(e.Redshift)
}

func copyOf[T any](p *T) *T {
	c := new(T)
	if p != nil {
		*c = *p
	}
	return c
}

// CreateEndpoint makes an endpoint. A Redshift target needs a role that DMS may take.
func (v *View) CreateEndpoint(ctx context.Context, in CreateEndpointInput) (Endpoint, error) {
	r, err := v.newResource(kindEndpoint, *in.Identifier, in.ResourceID, in.Tags)
	if err := v.askNew(ctx, "CreateEndpoint", &r, in.Tags); err != nil {
		return Endpoint{}, err
	}
	e := Endpoint{Resource: r, SSLMode: "none", KMSKey: in.KMSKey}
	if e.KMSKey == "" {
		e.KMSKey = fmt.Sprintf("arn:aws:kms:%s:%s:alias/aws/dms", r.Region, r.Account)
	}
	if err := firstError(err, checkIdentifier("EndpointIdentifier", r.Identifier, longestTask), e.change(&in.EndpointChange)); err != nil {
		return e, err
	}
	if err := v.checkEndpoint(ctx, "CreateEndpoint", &e); err != nil {
		return e, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if err := free(v, &v.store.endpoints, endpointBase, &e.Resource, kinds{"endpoints", maxEndpoints}); err != nil {
		return e, err
	}
	return e, v.store.endpoints.put(v.store.db, e.ARN, e)
}

// checkEndpoint checks what an endpoint uses: roles, the certificate.
func (v *View) checkEndpoint(ctx context.Context, action string, e *Endpoint) error {
	for _, role := range e.roles() {
		if err := v.passRole(ctx, role); err != nil {
			return err
		}
	}
	if e.Certificate == "" {
		return nil
	}
	_, err := found(ctx, v, &v.store.certificates, question{action: action, on: e.Certificate}, certificateBase)
	return err
}

// roles are the roles that an endpoint hands to DMS.
func (e *Endpoint) roles() []string {
	all := []string{e.ServiceAccessRole}
	text := func(fields ...*string) {
		for _, f := range fields {
			if f != nil {
				all = append(all, *f)
			}
		}
	}
	switch {
	case e.MySQL != nil:
		text(e.MySQL.SecretsRole, e.MySQL.ServiceAccessRole)
	case e.PostgreSQL != nil:
		text(e.PostgreSQL.SecretsRole, e.PostgreSQL.ServiceAccessRole)
	case e.Redshift != nil:
		text(e.Redshift.SecretsRole, e.Redshift.ServiceAccessRole)
	}
	return all
}

// change sets what is given and checks the whole.
func (e *Endpoint) change(c *EndpointChange) error {
	set(&e.Type, c.Type)
	if c.Engine != nil {
		e.Engine = strings.ToLower(*c.Engine)
	}
	g := engineOf(e.Engine)
	switch {
	case g == nil:
		return unknownEngine(e.Engine)
	case g.kind() != e.Type:
		return invalid(fmt.Sprintf("The engine %s is supported as %s only by inlet, not as %s.", g.name, g.kind(), e.Type))
	}
	e.keepBlock(g)
	if err := e.changeSettings(g, c); err != nil {
		return err
	}
	set(&e.Certificate, c.Certificate)
	set(&e.SSLMode, c.SSLMode)
	set(&e.ServiceAccessRole, c.ServiceAccessRole)
	return e.check()
}

// keepBlock drops the settings of an engine that the endpoint had before: nothing reads, checks or hides them any more.
func (e *Endpoint) keepBlock(g *engine) {
	if g.family != mysqlFamily {
		e.MySQL = nil
	}
	if g.family != postgresFamily {
		e.PostgreSQL = nil
	}
	if g.family != redshiftFamily {
		e.Redshift = nil
	}
}

// changeSettings merges the block, the attributes and the top level, each of which
// shows what the others say.
func (e *Endpoint) changeSettings(g *engine, c *EndpointChange) error {
	given := map[reflect.Type]reflect.Value{mysqlFamily: reflect.ValueOf(c.MySQL), postgresFamily: reflect.ValueOf(c.PostgreSQL), redshiftFamily: reflect.ValueOf(c.Redshift)}
	for family, block := range given {
		if family != g.family && !block.IsNil() {
			return combination(fmt.Sprintf("The settings %s are not valid for the engine %s.", family.Name(), g.name))
		}
	}
	block := e.settings()
	if from := given[g.family]; !from.IsNil() {
		merge(block, from, c.Exact)
	}
	if c.Attributes != nil {
		e.Attributes = *c.Attributes
		if err := applyAttributes(g, block, e.Attributes); err != nil {
			return err
		}
		e.Attributes = shownAttributes(e.Attributes)
	}
	e.level(block, c)
	return checkSettings(block)
}

// login are the fields that the top level and the block both have.
func (e *Endpoint) level(block reflect.Value, c *EndpointChange) {
	texts := []struct {
		field string
		top   *string
		given *string
	}{{"ServerName", &e.Host, c.Host}, {"Username", &e.User, c.User}, {"Password", &e.Password, c.Password}, {"DatabaseName", &e.Database, c.Database}}
	for _, t := range texts {
		inner := block.Elem().FieldByName(t.field).Addr().Interface().(**string)
		mirror(t.top, inner, t.given)
	}
	mirror(&e.Port, block.Elem().FieldByName("Port").Addr().Interface().(**int), c.Port)
	if e.Port == 0 && !e.secret() {
		e.Port = engineOf(e.Engine).port
		port := e.Port
		*block.Elem().FieldByName("Port").Addr().Interface().(**int) = &port
	}
}

// mirror makes a value of the top level and of a block the same: the one of this request wins, the top level's first.
func mirror[T comparable](top *T, inner **T, given *T) {
	switch {
	case given != nil:
		value := *given
		*top, *inner = value, &value
	case *inner != nil:
		*top = **inner
	default:
		var zero T
		*top = zero
	}
}

// secret reports whether login and address come from Secrets Manager.
func (e *Endpoint) secret() bool {
	_, id := e.secretOf()
	return id != ""
}

// secretOf is the pair of role and secret.
func (e *Endpoint) secretOf() (role, id string) {
	var r, s *string
	switch {
	case e.MySQL != nil:
		r, s = e.MySQL.SecretsRole, e.MySQL.Secret
	case e.PostgreSQL != nil:
		r, s = e.PostgreSQL.SecretsRole, e.PostgreSQL.Secret
	case e.Redshift != nil:
		r, s = e.Redshift.SecretsRole, e.Redshift.Secret
	}
	set(&role, r)
	set(&id, s)
	return role, id
}

// check holds the whole endpoint to DMS's rules.
func (e *Endpoint) check() error {
	role, secret := e.secretOf()
	if (role == "") != (secret == "") {
		return combination("SecretsManagerAccessRoleArn and SecretsManagerSecretId must be specified together.")
	}
	if secret != "" && (e.Host != "" || e.User != "" || e.Password != "") {
		return combination("Cannot specify both clear-text settings (Username, Password, ServerName, Port) and Secrets Manager settings.")
	}
	if secret == "" {
		for _, need := range []struct{ name, value string }{{"ServerName", e.Host}, {"Username", e.User}, {"Password", e.Password}} {
			if strings.TrimSpace(need.value) == "" {
				return invalid("The parameter " + need.name + " must be provided and must not be blank.")
			}
		}
	}
	if engineOf(e.Engine).family != mysqlFamily && e.Database == "" {
		return invalid("The parameter DatabaseName must be provided and must not be blank.")
	}
	return firstError(e.checkTLS(), e.checkUnsupported())
}

func (e *Endpoint) checkTLS() error {
	if strings.HasPrefix(e.SSLMode, "verify") && e.Certificate == "" && !e.isRedshift() {
		return invalid("SSL mode " + e.SSLMode + " requires a certificate: give CertificateArn.")
	}
	if e.Engine == "redshift-serverless" && e.SSLMode == "verify-full" {
		return invalid("SSL mode verify-full is not supported for Amazon Redshift Serverless.")
	}
	return nil
}

// WithoutPassword is the endpoint as it is shown.
func (e Endpoint) WithoutPassword() Endpoint {
	e.Password = ""
	block := e.settings()
	block.Elem().FieldByName("Password").SetZero()
	return e
}
