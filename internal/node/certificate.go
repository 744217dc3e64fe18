package node

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"time"
)

// certificateLife is how long the node's own certificate holds.
const certificateLife = 10 * 365 * 24 * time.Hour

// serverTLS reads the certificate the SQL port offers, and makes it at the first start.
func serverTLS(l layout) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(l.certificate(), l.key())
	if errors.Is(err, fs.ErrNotExist) {
		if err = writeCertificate(l); err == nil {
			pair, err = tls.LoadX509KeyPair(l.certificate(), l.key())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open the SQL port's certificate: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

func writeCertificate(l layout) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "inlet"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certificateLife),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true, // So that clients can name the file itself as the root they trust.
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	// The certificate goes last: it says that both are there.
	return errors.Join(
		replace(l.key(), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})),
		replace(l.certificate(), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
}
