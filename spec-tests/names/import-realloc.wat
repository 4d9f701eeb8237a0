;; The label comes to 512, where only cabi_import_realloc puts it.
(module
    (import "a:b/things@1.2.3" "[constructor]thing" (func $new (param i32 i32) (result i32)))
    (import "a:b/things@1.2.3" "[method]thing.label" (func $label (param i32 i32)))
    (import "$root" "twice" (func (param i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "in")
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "cabi_import_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 512))
    (func (export "f") (result i32)
        (call $label (call $new (i32.const 16) (i32.const 2)) (i32.const 32))
        (if (i32.ne (i32.load (i32.const 32)) (i32.const 512)) (then unreachable))
        (i32.const 32)))
