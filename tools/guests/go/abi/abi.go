// Package abi is what a guest of the canonical ABI needs when no generator writes it: memory
// that the host puts values into, and those values as Go's.
package abi

import (
	"strings"
	"unsafe"
)

// Where the host puts values. It is set aside beforehand, for while cabi_realloc runs nothing
// may be imported, and Go's allocator looks at the clock (CanonicalABI.md, may_leave).
var pool [1 << 20]byte

var (
	used  uintptr // of the pool
	given int     // how many values are in it
)

//go:wasmexport cabi_realloc
func realloc(old unsafe.Pointer, oldLen, align, len uint32) unsafe.Pointer {
	at := (used + uintptr(align) - 1) &^ (uintptr(align) - 1)
	if oldLen != 0 || at > unsafe.Sizeof(pool) || uintptr(len) > unsafe.Sizeof(pool)-at {
		panic("a value that is too large, or that grows")
	}
	used = at + uintptr(len)
	if len > 0 {
		given++
	}
	return unsafe.Add(unsafe.Pointer(&pool), at)
}

// Text is a string or a list of bytes that came from the host: ours from here on.
func Text(p unsafe.Pointer, len uint32) string {
	if len == 0 {
		return ""
	}
	text := strings.Clone(unsafe.String((*byte)(p), len))
	if given--; given == 0 {
		used = 0
	}
	return text
}

// IsKept is the filter itself.
func IsKept(line string) bool {
	return strings.Contains(line, "ERROR") || strings.Contains(line, "WARN")
}
