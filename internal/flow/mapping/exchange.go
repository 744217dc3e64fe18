package mapping

import (
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// exchanges reports whether characters of a column of the table are replaced, which only texts have.
func (p *Plan) exchanges(place int) bool { return p.texts != nil && place >= 0 && p.texts[place] }

// spell finds the columns whose characters are replaced.
func (b *builder) spell() {
	if b.options.Characters == nil {
		return
	}
	b.texts = make([]bool, len(b.table.Columns))
	for i, c := range b.table.Columns {
		b.texts[i] = (c.Type.ID == sqltype.Varchar || c.Type.ID == sqltype.Char) && !b.classes[i].binary()
	}
}

// exchanged is a text's field with its characters replaced; it holds until the next one.
func (w *rewriter) exchanged(field []byte) []byte {
	w.spelled = w.p.options.Characters.Append(w.spelled[:0], plainOf(field, &w.plain))
	n := len(w.spelled)
	w.spelled, _ = source.AppendText(w.spelled, w.spelled[:n])
	return w.spelled[n:]
}
