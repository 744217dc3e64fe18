package aws

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// Credentials finds the owner of an access key. Its errors are *fault.Error
// with the code InvalidAccessKeyId or ExpiredToken. With ExpiredToken it should
// still return the secret, so that a wrong signature is told before an old token.
type Credentials interface {
	Credential(accessKeyID string) (secret, sessionToken string, s guard.Session, err error)
}

// authenticator verifies signatures.
type authenticator struct {
	keys   Credentials
	region string // the one region served; "" serves all
	now    func() time.Time
}

// verified is what a good signature establishes.
type verified struct {
	session guard.Session
	key     []byte // for the signatures of chunks
}

// verify checks sig over r in the order AWS does: scope, key, time, signature,
// token. payload computes the last line of the canonical request.
func (a *authenticator) verify(r *http.Request, sig *signature, svc Service, payload func() (string, error)) (*verified, error) {
	if err := a.checkRegion(sig, svc); err != nil {
		return nil, err
	}
	secret, token, session, expired := a.keys.Credential(sig.accessKeyID)
	if expired != nil && (secret == "" || fault.CodeOf(expired) != "ExpiredToken") {
		return nil, rejectionFor(expired, sig.accessKeyID)
	}
	if err := checkTime(sig, a.now()); err != nil {
		return nil, err
	}
	_, s3 := svc.Protocol().(RESTXML)
	if err := checkCoverage(r, sig, s3); err != nil {
		return nil, err
	}
	hash, err := payload()
	if err != nil {
		return nil, err
	}
	key := signingKey(secret, sig.scope)
	canonical := canonicalRequest(r, sig.signedHeaders, hash, s3)
	if !matches(sig.value, sign(key, sig.stringToSign(canonical))) {
		return nil, wrongSignature(sig, canonical)
	}
	if err := checkToken(sig, token); err != nil {
		return nil, err
	}
	if expired != nil {
		return nil, rejectionFor(expired, sig.accessKeyID)
	}
	return &verified{session, key}, nil
}

// checkRegion wants the node's region; services that are one for the world are also signed for us-east-1.
func (a *authenticator) checkRegion(sig *signature, svc Service) error {
	if a.region == "" || sig.scope.region == a.region {
		return nil
	}
	if name := svc.Name(); sig.scope.region == "us-east-1" && (name == "iam" || name == "sts") {
		return nil
	}
	return wrongRegion(sig, a.region)
}

func checkTime(sig *signature, now time.Time) error {
	switch age := now.Sub(sig.time); {
	case sig.presigned && age > sig.expires:
		return presignExpired(sig, now)
	case sig.presigned && age < -MaxSkew:
		return presignEarly(sig, now)
	case !sig.presigned && (age > MaxSkew || age < -MaxSkew):
		return skewed(sig.time, now)
	}
	return nil
}

// checkCoverage wants the headers that matter under the signature: host
// always, for S3 also content-md5 and every x-amz- header.
func checkCoverage(r *http.Request, sig *signature, s3 bool) error {
	missing := []string{}
	if !slices.Contains(sig.signedHeaders, "host") {
		missing = append(missing, "host")
	}
	for name := range r.Header {
		name = strings.ToLower(name)
		matters := s3 && (name == "content-md5" || strings.HasPrefix(name, "x-amz-"))
		// A presigned URL says in its query what it does with the payload.
		if matters && !slices.Contains(sig.signedHeaders, name) && !(sig.presigned && name == "x-amz-content-sha256") {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return unsignedHeaders(missing)
}

// checkToken compares the session token. A temporary key without its token is as good as no key.
func checkToken(sig *signature, want string) error {
	switch {
	case want == "" && sig.token == "":
		return nil
	case want != "" && sig.token == "":
		return unknownKey(sig.accessKeyID)
	case !matches(sig.token, want):
		return wrongToken()
	}
	return nil
}
