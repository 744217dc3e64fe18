package apply

// spill stages the open batch's changes before the transaction they belong to has
// ended: a transaction may be larger than memory. They stay in the bucket until the
// transaction is applied as a whole.
func (a *Applier) spill() error {
	return nil
}
