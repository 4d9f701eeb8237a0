// The log filter, by the canonical ABI as it is.
package main

import (
	"guests/abi"
	"unsafe"
)

//go:wasmexport filter-log
func filterLog(p unsafe.Pointer, len uint32) bool {
	return abi.IsKept(abi.Text(p, len))
}

func main() {}
