package source

// Images are rows encoded as CSV, with the place of every field.
type Images struct {
	columns int
	data    []byte
	ends    []uint32 // Of each field, before the comma or newline that follows it.
}

// Reset empties the images for rows of so many columns and keeps the memory.
func (m *Images) Reset(columns int) {
	m.columns, m.data, m.ends = columns, m.data[:0], m.ends[:0]
}

// Set makes the images those of rows that were encoded before: Data and Ends of others,
// which they share from now on.
func (m *Images) Set(columns int, data []byte, ends []uint32) {
	m.columns, m.data, m.ends = columns, data, ends
}

// Columns is how many columns a row has.
func (m *Images) Columns() int { return m.columns }

// Ends is where each field ends in Data.
func (m *Images) Ends() []uint32 { return m.ends }

// Len is how many rows there are.
func (m *Images) Len() int {
	if m.columns == 0 {
		return 0
	}
	return len(m.ends) / m.columns
}

// Data is all rows, each ended by a newline.
func (m *Images) Data() []byte { return m.data }

// Row is one row without its newline.
func (m *Images) Row(row int) []byte {
	return m.data[m.start(row*m.columns):m.ends[(row+1)*m.columns-1]]
}

// Field is one value as CSV: Null for NULL, and nothing at all for a value that the
// source did not send, as PostgreSQL does for large ones that did not change.
func (m *Images) Field(row, column int) []byte {
	i := row*m.columns + column
	return m.data[m.start(i):m.ends[i]]
}

func (m *Images) start(field int) uint32 {
	if field == 0 {
		return 0
	}
	return m.ends[field-1] + 1
}

// Buffer is where the next field is to be appended; End takes it back.
func (m *Images) Buffer() []byte { return m.data }

// End takes the buffer with one more field and closes the field.
func (m *Images) End(data []byte) {
	m.ends = append(m.ends, uint32(len(data)))
	if len(m.ends)%m.columns == 0 {
		m.data = append(data, '\n')
		return
	}
	m.data = append(data, ',')
}

// Undo drops the fields of a row that was not finished.
func (m *Images) Undo() {
	m.ends = m.ends[:m.Len()*m.columns]
	m.data = m.data[:m.start(len(m.ends))]
}
