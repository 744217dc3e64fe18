package copyjob

import "github.com/inlet-data/inlet/internal/flow/load"

// What tells the files of a job apart is the key, as in Redshift; with
// reload_changed it is key, ETag and version. A listing gives no version: what it
// finds is the version with the same content, if one is known.

// digest names a file among those of the job.
func (jb *job) digest(f load.Object) digest {
	if !jb.set.ReloadChanged {
		return digestOf(f.Key)
	}
	return versionDigest(f.Key, f.ETag, f.Version)
}

// versionDigest has a zero byte between the parts, which no key holds.
func versionDigest(key, etag, version string) digest {
	if version == "null" { // a bucket without versions
		version = ""
	}
	return digestOf(key + "\x00" + etag + "\x00" + version)
}

// know notes where a file stands. It needs Jobs.mu.
func (jb *job) know(f load.Object, s state) {
	d := jb.digest(f)
	jb.known[d] = s
	if jb.set.ReloadChanged {
		jb.knowContent(f.Key, f.ETag, d)
	}
}

// knowContent notes which file of those with a version has a content. It needs Jobs.mu.
func (jb *job) knowContent(key, etag string, d digest) {
	if content := versionDigest(key, etag, ""); content != d {
		jb.contents[content] = d
	}
}

// stands says where a file stands, if the job knows it. It needs Jobs.mu.
func (jb *job) stands(f load.Object) (s state, known bool) {
	if s, known = jb.known[jb.digest(f)]; known || !jb.set.ReloadChanged {
		return s, known
	}
	content := versionDigest(f.Key, f.ETag, "")
	if f.Version == "" {
		content = jb.contents[content]
	}
	s, known = jb.known[content]
	return s, known
}
