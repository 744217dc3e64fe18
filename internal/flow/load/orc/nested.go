package orc

// structValues writes a struct as an object.
func (s *stripe) structValues(t *Type) (appender, error) {
	members, names := make([]values, len(t.Children)), make([][]byte, len(t.Children))
	for i, c := range t.Children {
		v, err := s.values(c)
		if err != nil {
			return nil, err
		}
		members[i] = v
		names[i] = append(appendText(nil, []byte(t.Names[i])), ':')
	}
	return func(dst []byte) ([]byte, error) {
		for i, m := range members {
			var err error
			if dst, _, err = m.next(append(append(dst, "{,"[min(i, 1)]), names[i]...)); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	}, nil
}

// listValues writes a list as an array.
func (s *stripe) listValues(t *Type) (appender, error) {
	lengths, err := s.integers(t, streamLength, false)
	if err != nil {
		return nil, err
	}
	items, err := s.values(t.Children[0])
	return func(dst []byte) ([]byte, error) {
		n, err := lengths.next()
		dst = append(dst, '[')
		for i := uint64(0); err == nil && i < uint64(n); i++ {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, _, err = items.next(dst); err == nil {
				err = fitting(dst)
			}
		}
		return append(dst, ']'), err
	}, err
}

// fitting refuses what is too long, before it is longer.
func fitting(b []byte) error {
	if len(b) > maxJSON {
		return refused("A value is longer than SUPER takes: %d bytes", maxJSON)
	}
	return nil
}

// mapValues writes a map as an object, as Parquet's maps become one: keys that are no text are quoted.
func (s *stripe) mapValues(t *Type) (appender, error) {
	lengths, err := s.integers(t, streamLength, false)
	if err != nil {
		return nil, err
	}
	keys, err := s.values(t.Children[0])
	if err != nil {
		return nil, err
	}
	items, err := s.values(t.Children[1])
	var key []byte
	return func(dst []byte) ([]byte, error) {
		n, err := lengths.next()
		dst = append(dst, '{')
		for i := uint64(0); err == nil && i < uint64(n); i++ {
			if i > 0 {
				dst = append(dst, ',')
			}
			if key, _, err = keys.next(key[:0]); err != nil {
				break
			}
			if dst, _, err = items.next(append(member(dst, key), ':')); err == nil {
				err = fitting(dst)
			}
		}
		return append(dst, '}'), err
	}, err
}

// member appends a key, as text.
func member(dst, key []byte) []byte {
	if key[0] == '"' {
		return append(dst, key...)
	}
	return appendText(dst, key)
}

// unionValues writes the value of the type that a tag names.
func (s *stripe) unionValues(t *Type) (appender, error) {
	tags := &bytesRun{in: s.open(t, streamData)}
	all := make([]values, len(t.Children))
	for i, c := range t.Children {
		v, err := s.values(c)
		if err != nil {
			return nil, err
		}
		all[i] = v
	}
	return func(dst []byte) ([]byte, error) {
		tag, err := tags.next()
		if err == nil && int(tag) >= len(all) {
			err = invalid("a value is of type %d of %d", tag, len(all))
		}
		if err != nil {
			return dst, err
		}
		dst, _, err = all[tag].next(dst)
		return dst, err
	}, nil
}
