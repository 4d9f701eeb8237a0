;; A module whose adapter has its memory by another name, a global, a table, and a realloc that
;; is for adapters.
(module
    (import "old" "answer" (func $answer (result i32)))
    (memory (export "memory") 1)
    (memory (export "more") 1)
    (global (export "base") (mut i32) (i32.const 30))
    (table (export "table") 1 funcref)
    (elem (i32.const 0) $two)
    (func $two (result i32) (i32.const 2))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "cabi_realloc_adapter") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    (global $kept (mut i32) (i32.const 0))
    (func (export "_initialize") (global.set $kept (call $answer)))
    (func (export "f") (result i32) (global.get $kept)))
