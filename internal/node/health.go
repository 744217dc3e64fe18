package node

import (
	"encoding/json"
	"net/http"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Health is the answer of /_inlet/health.
type Health struct {
	Status     string       `json:"status"` // "ok" or "failing"
	Engine     string       `json:"engine"` // "ok", or what is wrong with the first engine that fails
	Warehouses []Warehouse  `json:"warehouses"`
	Tasks      []TaskStatus `json:"tasks"` // Of DMS and of the pipeline file.
}

// Warehouse is a namespace as health shows it.
type Warehouse struct {
	Name      string `json:"name"` // of the cluster or the Serverless namespace
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"` // ARN
	Host      string `json:"host"`
	Port      int    `json:"port"`   // 0 when it does not answer
	Engine    string `json:"engine"` // "ok", "closed" until it is used, "stopped", or what is wrong
}

// pages are what the node answers about itself on the AWS port.
func (n *Node) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_inlet/health", n.health)
	mux.HandleFunc("GET /_inlet/metrics", n.metrics)
	mux.HandleFunc("GET /_inlet/why", n.why)
	mux.HandleFunc("GET /_inlet/logs", n.taskLog)
	mux.HandleFunc("GET /_inlet/verify", n.verify)
	mux.HandleFunc("POST /_inlet/assume", n.assume)
	return mux
}

// health answers 200 while no engine fails, else 503.
func (n *Node) health(w http.ResponseWriter, _ *http.Request) {
	h, status := n.Health(), http.StatusOK
	if h.Status != "ok" {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(h) // A caller that went away does not matter.
}

// Health says how the node and each of its warehouses is. No engine is opened for it.
func (n *Node) Health() Health {
	h := Health{Status: "ok", Engine: "ok", Warehouses: []Warehouse{}, Tasks: n.tasks()}
	for _, ns := range n.namespaces.All() {
		one, err := n.fleet.health(ns)
		if err != nil && h.Status == "ok" {
			h.Status, h.Engine = "failing", err.Error()
		}
		h.Warehouses = append(h.Warehouses, one)
	}
	return h
}

func (f *fleet) health(ns *warehouse.Namespace) (Warehouse, error) {
	w := Warehouse{Name: ns.Cluster + ns.Name, Kind: string(ns.Kind), Namespace: ns.ARN(), Engine: "stopped"}
	c, err := f.find(ns.ARN())
	if err != nil {
		return w, nil
	}
	w.Host, w.Port = c.host, c.port
	w.Engine, err = c.health()
	return w, err
}
