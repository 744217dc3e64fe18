package node

import (
	"errors"
	"sync"

	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// outages are the times in which warehouses cannot take files, by namespace id. Each
// is told when it begins and when the last file that waited is delivered, however
// many batches come in between.
type outages struct {
	mu  sync.Mutex
	all map[string]*outage
}

type outage struct {
	told bool // that it began: one that began before the node started was told then
	late int  // files delivered since
}

// of is the outage of a namespace, a new one when there was none. It needs mu.
func (o *outages) of(id string) *outage {
	if o.all == nil {
		o.all = map[string]*outage{}
	}
	if o.all[id] == nil {
		o.all[id] = &outage{}
	}
	return o.all[id]
}

// putAside keeps files for a warehouse that cannot take them now. Nobody finds that
// nothing waits any more between that and the outage that is told.
func (f *fleet) putAside(ns *warehouse.Namespace, files []arrival.Arrival, why error) error {
	f.outages.mu.Lock()
	defer f.outages.mu.Unlock()
	if err := f.memory.keep(ns.ID, files); err != nil {
		return errors.Join(err, why)
	}
	if o := f.outages.of(ns.ID); !o.told {
		o.told = true
		f.log.Warn("files are put aside for a warehouse that cannot take them, until it can", "namespace", ns.Label(), "files", len(files), "error", why)
	}
	return nil
}

// late counts files that were put aside and are delivered now.
func (o *outages) late(id string, files int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.of(id).late += files
}

// over ends the outage of a namespace for which nothing waits any more.
func (f *fleet) over(ns *warehouse.Namespace) {
	f.outages.mu.Lock()
	defer f.outages.mu.Unlock()
	o := f.outages.all[ns.ID]
	if o == nil || f.waits(ns.ID) {
		return
	}
	delete(f.outages.all, ns.ID)
	f.log.Info("files that were put aside are delivered", "namespace", ns.Label(), "files", o.late)
}

// forget drops the outage of a namespace that is no more.
func (o *outages) forget(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.all, id)
}
