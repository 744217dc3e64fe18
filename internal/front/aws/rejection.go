package aws

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// MaxSkew is how far a signer's clock may be from ours.
const MaxSkew = 15 * time.Minute

// rejection is a caller who could not be recognised. The same failure has
// other words in S3 than in the Query services, and other codes in JSON.
type rejection struct {
	s3    *fault.Error
	query *fault.Error
	json  string // the JSON services' code; their text is query's
}

func (e *rejection) Error() string { return e.s3.Error() }

func (e *rejection) Unwrap() error { return e.s3 }

func refuse(kind fault.Kind, code, message string, fields map[string]string) *fault.Error {
	return &fault.Error{Kind: kind, Code: code, Op: "authenticate", Message: message, Fields: fields}
}

const (
	badSignatureS3    = "The request signature we calculated does not match the signature you provided. Check your key and signing method."
	badSignatureQuery = "The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	badToken = "The security token included in the request is invalid."
)

// wrongSignature shows the caller what was signed here, so that a client's author can compare.
func wrongSignature(s *signature, canonical string) *rejection {
	text := s.stringToSign(canonical)
	return &rejection{
		s3: refuse(fault.Unauthorized, "SignatureDoesNotMatch", badSignatureS3, map[string]string{
			"AWSAccessKeyId":        s.accessKeyID,
			"StringToSign":          text,
			"SignatureProvided":     s.value,
			"StringToSignBytes":     spacedHex(text),
			"CanonicalRequest":      canonical,
			"CanonicalRequestBytes": spacedHex(canonical),
		}),
		query: refuse(fault.Unauthorized, "SignatureDoesNotMatch", badSignatureQuery, nil),
		json:  "InvalidSignatureException",
	}
}

func spacedHex(s string) string { return fmt.Sprintf("% x", s) }

func unknownKey(accessKeyID string) *rejection {
	return &rejection{
		s3: refuse(fault.Unauthorized, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.",
			map[string]string{"AWSAccessKeyId": accessKeyID}),
		query: refuse(fault.Unauthorized, "InvalidClientTokenId", badToken, nil),
		json:  "UnrecognizedClientException",
	}
}

func wrongToken() *rejection {
	return &rejection{
		s3:    refuse(fault.Unauthorized, "InvalidToken", "The provided token is malformed or otherwise invalid.", nil),
		query: refuse(fault.Unauthorized, "InvalidClientTokenId", badToken, nil),
		json:  "UnrecognizedClientException",
	}
}

func expiredToken() *rejection {
	return &rejection{
		s3:    refuse(fault.Unauthorized, "ExpiredToken", "The provided token has expired.", nil),
		query: refuse(fault.Unauthorized, "ExpiredToken", "The security token included in the request is expired", nil),
		json:  "ExpiredTokenException",
	}
}

func skewed(signed, now time.Time) *rejection {
	at, limit, word := signed.UTC().Format(timeFormat), now.Add(-MaxSkew), "Signature expired: %s is now earlier than %s (%s - 15 min.)"
	if signed.After(now) {
		limit, word = now.Add(MaxSkew), "Signature not yet current: %s is still later than %s (%s + 15 min.)"
	}
	text := fmt.Sprintf(word, at, limit.UTC().Format(timeFormat), now.UTC().Format(timeFormat))
	return &rejection{
		s3: refuse(fault.Unauthorized, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.",
			map[string]string{
				"RequestTime":                at,
				"ServerTime":                 now.UTC().Format(time.RFC3339),
				"MaxAllowedSkewMilliseconds": strconv.FormatInt(MaxSkew.Milliseconds(), 10),
			}),
		query: refuse(fault.Unauthorized, "SignatureDoesNotMatch", text, nil),
		json:  "InvalidSignatureException",
	}
}

func presignExpired(s *signature, now time.Time) *rejection {
	r := skewed(s.time, now)
	r.s3 = refuse(fault.Denied, "AccessDenied", "Request has expired", map[string]string{
		"X-Amz-Expires": strconv.Itoa(int(s.expires / time.Second)),
		"Expires":       s.time.Add(s.expires).UTC().Format(time.RFC3339),
		"ServerTime":    now.UTC().Format(time.RFC3339),
	})
	return r
}

func presignEarly(s *signature, now time.Time) *rejection {
	r := skewed(s.time, now)
	r.s3 = refuse(fault.Denied, "AccessDenied", "Request is not valid yet", map[string]string{
		"X-Amz-Expires": strconv.Itoa(int(s.expires / time.Second)),
		"ServerTime":    now.UTC().Format(time.RFC3339),
	})
	return r
}

// malformed is an Authorization header that cannot be read. detail is S3's half sentence.
func malformed(detail string, fields map[string]string) *rejection {
	return &rejection{
		s3:    refuse(fault.Invalid, "AuthorizationHeaderMalformed", "The authorization header is malformed; "+detail, fields),
		query: refuse(fault.Invalid, "IncompleteSignature", "Authorization header is malformed; "+detail, nil),
		json:  "IncompleteSignatureException",
	}
}

// malformedPresign is a presigned URL whose parameters cannot be read.
func malformedPresign(message string) *rejection {
	return &rejection{
		s3:    refuse(fault.Invalid, "AuthorizationQueryParametersError", message, nil),
		query: refuse(fault.Invalid, "IncompleteSignature", message, nil),
		json:  "IncompleteSignatureException",
	}
}

// unsupported is a request signed in a way that is not accepted here.
func unsupported(code, message string, fields map[string]string) *rejection {
	return &rejection{
		s3:    refuse(fault.Invalid, code, message, fields),
		query: refuse(fault.Invalid, "IncompleteSignature", message, nil),
		json:  "IncompleteSignatureException",
	}
}

func noDate() *rejection {
	const message = "AWS authentication requires a valid Date or x-amz-date header"
	return &rejection{
		s3: refuse(fault.Denied, "AccessDenied", message, nil),
		query: refuse(fault.Invalid, "IncompleteSignature",
			"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.", nil),
		json: "IncompleteSignatureException",
	}
}

func unsignedHeaders(names []string) *rejection {
	return &rejection{
		s3: refuse(fault.Denied, "AccessDenied", "There were headers present in the request which were not signed",
			map[string]string{"HeadersNotSigned": strings.Join(names, ", ")}),
		query: refuse(fault.Unauthorized, "SignatureDoesNotMatch",
			"'"+strings.Join(names, "', '")+"' must be a 'SignedHeader' in the AWS Authorization.", nil),
		json: "InvalidSignatureException",
	}
}

func wrongRegion(s *signature, want string) *rejection {
	r := &rejection{
		query: refuse(fault.Unauthorized, "SignatureDoesNotMatch", "Credential should be scoped to a valid region.", nil),
		json:  "InvalidSignatureException",
	}
	detail := fmt.Sprintf("the region '%s' is wrong; expecting '%s'", s.scope.region, want)
	if s.presigned {
		r.s3 = malformedPresign("Error parsing the X-Amz-Credential parameter; " + detail).s3
		r.s3.Fields = map[string]string{"Region": want}
		return r
	}
	r.s3 = malformed(detail, map[string]string{"Region": want}).s3
	return r
}

// wrongDay is a scope whose date is not the day of the signature.
func wrongDay(s *signature) *rejection {
	day := s.time.UTC().Format("20060102")
	text := fmt.Sprintf("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
		s.scope.date, day, s.time.UTC().Format(timeFormat))
	detail := fmt.Sprintf("Invalid credential date \"%s\". This date is not the same as X-Amz-Date: \"%s\".", s.scope.date, day)
	r := malformed(detail, nil)
	if s.presigned {
		r = malformedPresign("Error parsing the X-Amz-Credential parameter; " + detail)
	}
	r.query, r.json = refuse(fault.Unauthorized, "SignatureDoesNotMatch", text, nil), "InvalidSignatureException"
	return r
}

func wrongService(s *signature) *rejection {
	detail := fmt.Sprintf("incorrect service \"%s\". This endpoint belongs to \"s3\".", s.scope.service)
	if s.presigned {
		return malformedPresign("Error parsing the X-Amz-Credential parameter; " + detail)
	}
	return malformed(detail, nil)
}

// missingToken is a call without a signature to a service that takes none such.
func missingToken() *rejection {
	return &rejection{
		s3:    refuse(fault.Denied, "AccessDenied", "Access Denied", nil),
		query: refuse(fault.Unauthorized, "MissingAuthenticationToken", "Request is missing Authentication Token", nil),
		json:  "MissingAuthenticationTokenException",
	}
}

// rejectionFor puts an error of the Credentials into the words of each service.
func rejectionFor(err error, accessKeyID string) error {
	switch fault.CodeOf(err) {
	case "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException":
		return unknownKey(accessKeyID)
	case "ExpiredToken", "ExpiredTokenException":
		return expiredToken()
	case "InvalidToken":
		return wrongToken()
	}
	return fmt.Errorf("look up the access key: %w", err)
}

// headerMissing is a header S3 cannot do without.
func headerMissing(name string) *fault.Error {
	return refuse(fault.Invalid, "InvalidRequest", "Missing required header for this request: "+name,
		map[string]string{"MissingHeaderName": http.CanonicalHeaderKey(name)})
}
