package load

import (
	"path"
	"strings"
)

// packed are the compressions by which files are named.
var packed = map[string]string{".gz": "gzip", ".bz2": "bzip2", ".zst": "zstd", ".lzo": "lzop"}

// doubtNames tells of the first file whose name speaks of a compression that the COPY does not: a packed
// file that is read as text may have no line at all, and nothing would be loaded without an error.
func (r *rehearsal) doubtNames() {
	for _, f := range r.files {
		if c := packed[path.Ext(f.Key)]; c != "" && c != r.Copy.Compression && !r.columnar() {
			r.note("By its name %s is packed, and the COPY has no %s: the file is read as it is.", f.URL(), strings.ToUpper(c))
			return
		}
	}
}
