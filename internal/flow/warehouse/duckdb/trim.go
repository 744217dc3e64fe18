//go:build cgo

package duckdb

/*
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// giveBack returns whole pages of freed memory to the system. Other C libraries do so by themselves.
static void giveBack(void) {
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
*/
import "C"

import "time"

// trimPause is how often freed memory goes back to the system while there is work.
const trimPause = 2 * time.Second

// trim gives freed memory back to the system until the instance is closed. The engine does so itself, but only
// when its threads had nothing to do for half a second. Under a steady stream of small
// loads they never have, and what each left in the C library's many heaps came to 80 MB and more.
func (in *instance) trim() {
	tick := time.NewTicker(trimPause)
	defer tick.Stop()
	for before := in.writes.Load(); ; {
		select {
		case <-in.closing:
			return
		case <-tick.C:
		}
		if now := in.writes.Load(); now != before {
			before = now
			C.giveBack()
		}
	}
}
