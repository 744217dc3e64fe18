package load

import "context"

// makeRoom refuses a prefix with files below it, or removes them where CLEANPATH
// says so. Of partitions only those are emptied that get files: clean does that.
func (u *unload) makeRoom(ctx context.Context) error {
	if u.has("allowoverwrite") || u.has("cleanpath") && u.has("partition") {
		return nil
	}
	old, err := u.below(ctx, u.prefix)
	if err != nil {
		return err
	}
	if len(old) > 0 && !u.has("cleanpath") {
		return u.boxed(boxed{message: "Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, manually removing the target files in S3, or using the ALLOWOVERWRITE option."})
	}
	return u.remove(ctx, old)
}

// clean empties a partition's folder before its first file.
func (u *unload) clean(ctx context.Context, folder string) error {
	if !u.has("cleanpath") || folder == "" || u.cleaned[folder] {
		return nil
	}
	u.cleaned[folder] = true
	old, err := u.below(ctx, u.prefix+folder)
	if err != nil {
		return err
	}
	return u.remove(ctx, old)
}

// below finds the keys of what is below a prefix.
func (u *unload) below(ctx context.Context, prefix string) (keys []string, err error) {
	err = u.objects.List(ctx, u.bucket, prefix, func(o Object) error {
		keys = append(keys, o.Key)
		return nil
	})
	if err != nil {
		return nil, &sourceError{context: "Listing bucket=" + u.bucket + " prefix=" + prefix, location: "s3_utility.cpp:568", err: err}
	}
	return keys, nil
}

func (u *unload) remove(ctx context.Context, keys []string) error {
	for _, key := range keys {
		if err := u.to.Delete(ctx, u.bucket, key); err != nil {
			return u.refused(key, err)
		}
	}
	return nil
}
