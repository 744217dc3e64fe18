package policy

import "fmt"

// UnmarshalText reads what MarshalText prints, for decisions that were kept.
func (e *Effect) UnmarshalText(text []byte) error {
	i, err := indexOf(effectNames[:], string(text))
	*e = Effect(i)
	return err
}

// UnmarshalText reads what MarshalText prints.
func (k *Kind) UnmarshalText(text []byte) error {
	i, err := indexOf(kindNames[:], string(text))
	*k = Kind(i)
	return err
}

// UnmarshalText reads what MarshalText prints.
func (g *Grade) UnmarshalText(text []byte) error {
	i, err := indexOf(gradeNames[:], string(text))
	*g = Grade(i)
	return err
}

func indexOf(names []string, name string) (int, error) {
	for i, n := range names {
		if n == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%q is none of %q", name, names)
}
