package node

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"
)

// expositionType is the content type of Prometheus' text format.
const expositionType = "text/plain; version=0.0.4; charset=utf-8"

// metric is a family of samples in Prometheus' text format.
type metric struct {
	name, kind, help string
	labels           []string
}

// exposition collects samples; those of a metric stand together.
type exposition struct {
	order   []string
	samples map[string]*bytes.Buffer
}

// add adds a sample; values are of the metric's labels, in their order.
func (e *exposition) add(m *metric, sample float64, values ...string) {
	b := e.samples[m.name]
	if b == nil {
		b = new(bytes.Buffer)
		b.WriteString("# HELP " + m.name + " " + m.help + "\n# TYPE " + m.name + " " + m.kind + "\n")
		if e.samples == nil {
			e.samples = map[string]*bytes.Buffer{}
		}
		e.samples[m.name], e.order = b, append(e.order, m.name)
	}
	b.WriteString(m.name)
	separator := byte('{')
	for i, v := range values {
		if v == "" {
			continue // An empty label means the same as none.
		}
		b.WriteByte(separator)
		b.WriteString(m.labels[i] + `="` + labelValue(v) + `"`)
		separator = ','
	}
	if separator == ',' {
		b.WriteByte('}')
	}
	b.WriteByte(' ')
	b.Write(strconv.AppendFloat(nil, sample, 'g', -1, 64))
	b.WriteByte('\n')
}

// moment adds a time as Prometheus has them, unless it never was.
func (e *exposition) moment(m *metric, at time.Time, values ...string) {
	if !at.IsZero() {
		e.add(m, float64(at.UnixMicro())/1e6, values...)
	}
}

// writeTo prints all samples.
func (e *exposition) writeTo(w io.Writer) error {
	for _, name := range e.order {
		if _, err := w.Write(e.samples[name].Bytes()); err != nil {
			return err
		}
	}
	return nil
}

var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// labelValue escapes a label's value.
func labelValue(s string) string { return labelEscapes.Replace(strings.ToValidUTF8(s, "\uFFFD")) }

// truth is a condition as a sample.
func truth(ok bool) float64 {
	if ok {
		return 1
	}
	return 0
}
