package bucket

import "context"

// ObjectTagging returns an object's tags and the id of the version they are on.
func (v *View) ObjectTagging(ctx context.Context, ref Ref) ([]Tag, string, error) {
	f, err := v.locate(ctx, ref, false, versioned(ref, "s3:GetObjectTagging", "s3:GetObjectVersionTagging"))
	if err != nil {
		return nil, "", err
	}
	return f.ver.tags, f.row.shownID(f.ver.id), nil
}

// PutObjectTagging replaces an object's tags and returns the version's id.
func (v *View) PutObjectTagging(ctx context.Context, ref Ref, tags []Tag) (string, error) {
	k := keys{}
	k.tagging(tags)
	f, err := v.locateWith(ctx, ref, versioned(ref, "s3:PutObjectTagging", "s3:PutObjectVersionTagging"), k)
	if err != nil {
		return "", err
	}
	if err := checkTags(tags, 10, "Object tags cannot be greater than 10"); err != nil {
		return "", err
	}
	return f.row.shownID(f.ver.id), v.store.retag(f, tags)
}

// DeleteObjectTagging removes an object's tags and returns the version's id.
func (v *View) DeleteObjectTagging(ctx context.Context, ref Ref) (string, error) {
	f, err := v.locate(ctx, ref, false, versioned(ref, "s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"))
	if err != nil {
		return "", err
	}
	return f.row.shownID(f.ver.id), v.store.retag(f, nil)
}

// retag rewrites the tags of the version found, if it is still there.
func (s *Store) retag(f *found, tags []Tag) error {
	return s.commit("s3:PutObjectTagging", "", func(t *txn) error {
		r, err := t.same(f.row)
		if err != nil {
			return err
		}
		at := versionKey(r.ID, f.ref.Key, f.ver.seq)
		raw := t.table(tableVersions).Get(at)
		if raw == nil {
			return noSuchKey(f.ref.Key)
		}
		ver, err := decodeVersion(raw, f.ver.seq)
		if err != nil {
			return err
		}
		ver.tags = tags
		return t.put(tableVersions, at, ver.encode())
	})
}

// checkTags applies S3's limits on tags.
func checkTags(tags []Tag, most int, tooMany string) error {
	if len(tags) > most {
		return invalid("BadRequest", tooMany)
	}
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.Key == "" || len([]rune(t.Key)) > 128:
			return invalidTag("The TagKey you have provided is invalid", t.Key)
		case len([]rune(t.Value)) > 256:
			return invalidTag("The TagValue you have provided is invalid", t.Key)
		case seen[t.Key]:
			return invalidTag("Cannot provide multiple Tags with the same key", t.Key)
		}
		seen[t.Key] = true
	}
	return nil
}

func invalidTag(message, key string) error {
	e := invalid("InvalidTag", message)
	e.Fields = map[string]string{"TagKey": key}
	return e
}
