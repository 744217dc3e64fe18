package replication

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// Certificate is what an endpoint's server is trusted by.
type Certificate struct {
	Resource
	PEM       string
	From, To  time.Time
	Algorithm string
	KeyLength int
	KMSKey    string
}

func certificateBase(c *Certificate) *Resource { return &c.Resource }

const maxCertificates = 100

// ImportCertificateInput describes a certificate to keep.
type ImportCertificateInput struct {
	Identifier, PEM, KMSKey string
	Wallet                  []byte
	Tags                    []Tag
}

// ImportCertificate keeps a certificate in PEM.
func (v *View) ImportCertificate(ctx context.Context, in ImportCertificateInput) (Certificate, error) {
	r, err := v.newResource(kindCertificate, in.Identifier, "", in.Tags)
	if err := v.askNew(ctx, "ImportCertificate", &r, in.Tags); err != nil {
		return Certificate{}, err
	}
	c := Certificate{Resource: r, PEM: in.PEM, KMSKey: in.KMSKey}
	if err := firstError(err, checkIdentifier("CertificateIdentifier", r.Identifier, longestTask)); err != nil {
		return c, err
	}
	if in.PEM == "" {
		return c, invalid("CertificatePem must be provided; inlet has no endpoint that takes an Oracle wallet.")
	}
	if err := c.read(); err != nil {
		return c, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if err := free(v, &v.store.certificates, certificateBase, &c.Resource, kinds{"certificates", maxCertificates}); err != nil {
		return c, err
	}
	return c, v.store.certificates.put(v.store.db, c.ARN, c)
}

// read takes what the first certificate says of itself.
func (c *Certificate) read() error {
	block, _ := pem.Decode([]byte(c.PEM))
	if block == nil || block.Type != "CERTIFICATE" {
		return badCertificate(nil)
	}
	read, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return badCertificate(err)
	}
	c.From, c.To, c.Algorithm = read.NotBefore, read.NotAfter, read.SignatureAlgorithm.String()
	switch key := read.PublicKey.(type) {
	case *rsa.PublicKey:
		c.KeyLength = key.N.BitLen()
	case *ecdsa.PublicKey:
		c.KeyLength = key.Curve.Params().BitSize
	}
	return nil
}

func badCertificate(cause error) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidCertificateFault", Message: "The certificate was not valid.", Err: cause}
}

// Certificates lists the certificates of the caller.
func (v *View) Certificates(ctx context.Context, q Query) ([]Certificate, string, error) {
	return list(ctx, v, listing[Certificate]{
		action: "DescribeCertificates", what: "certificates", kept: &v.store.certificates, base: certificateBase,
		by: attributes[Certificate]{
			"certificate-arn": func(c *Certificate) []string { return []string{c.ARN} },
			"certificate-id":  func(c *Certificate) []string { return []string{c.Identifier} },
		},
	}, q)
}

// DeleteCertificate removes a certificate that no endpoint trusts.
func (v *View) DeleteCertificate(ctx context.Context, name string) (Certificate, error) {
	c, err := found(ctx, v, &v.store.certificates, question{action: "DeleteCertificate", on: name}, certificateBase)
	if err != nil {
		return c, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	for _, e := range v.store.endpoints.all {
		if e.Certificate == name {
			return c, wrongState(name, "The certificate %s is used by the endpoint %s.", c.Identifier, e.Identifier)
		}
	}
	return c, v.store.certificates.remove(v.store.db, name)
}
