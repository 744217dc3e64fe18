package node

import (
	"encoding/json"
	"net/http"
)

// health is the answer of /_inlet/health.
type health struct {
	Status string `json:"status"` // "ok" or "failing"
	Engine string `json:"engine"` // "ok" or what is wrong
}

// pages are what the node answers about itself on the AWS port.
func (n *Node) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_inlet/health", n.health)
	return mux
}

// health answers 200 while the engine works, else 503.
func (n *Node) health(w http.ResponseWriter, _ *http.Request) {
	h, status := health{"ok", "ok"}, http.StatusOK
	if err := n.engine.Health(); err != nil {
		h, status = health{"failing", err.Error()}, http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(h) // A caller that went away does not matter.
}
