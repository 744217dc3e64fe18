package aws

import (
	"net"
	"strings"
)

// domains are the host names below which first labels can name a bucket or a service.
var domains = []string{localDomain, ".amazonaws.com", ".amazonaws.com.cn"}

const localDomain = ".localhost"

// labelsOf is what stands before the domain in a host, "" when there is nothing.
func labelsOf(host string) (labels, domain string) {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, d := range domains {
		if labels, ok := strings.CutSuffix(host, d); ok {
			return labels, d
		}
	}
	return "", ""
}

// BucketOfHost is the bucket a virtual-host style address names: BUCKET.s3.localhost,
// BUCKET.s3.REGION.localhost, BUCKET.localhost, and the first two below amazonaws.com.
func BucketOfHost(host string) string {
	labels, domain := labelsOf(host)
	if labels == "" || labels == "s3" || strings.HasPrefix(labels, "s3.") {
		return ""
	}
	// The last s3 label counts, because a bucket's own name may hold one.
	if i := strings.LastIndex(labels+".", ".s3."); i > 0 {
		return labels[:i]
	}
	if domain != localDomain {
		return ""
	}
	return labels
}

// serviceOfHost is the service in a host like sts.localhost or redshift.us-east-1.amazonaws.com.
// It is asked for unsigned calls only: a signature names its service itself.
func serviceOfHost(host string) string {
	labels, _ := labelsOf(host)
	first, rest, _ := strings.Cut(labels, ".")
	switch {
	case hostServices[first] && strings.Count(rest, ".") == 0:
		return first
	case first == "s3" || BucketOfHost(host) != "":
		return "s3"
	}
	return ""
}

// hostServices are first labels that name a service rather than a bucket.
var hostServices = map[string]bool{
	"sts": true, "iam": true, "redshift": true, "redshift-serverless": true, "redshift-data": true,
	"secretsmanager": true, "cloudformation": true, "dms": true, "kms": true, "logs": true, "ssm": true, "ec2": true,
}
