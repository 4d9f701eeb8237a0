;; Thread-local storage without threads: one number of the instance, which _initialize sets.
(module
    (import "env" "__wasm_get_tls_base" (func $get (result i32)))
    (import "env" "__wasm_set_tls_base" (func $set (param i32)))
    (func (export "_initialize") (call $set (i32.const 40)))
    (func (export "f") (result i32)
        (call $set (i32.add (call $get) (i32.const 2)))
        (call $get)))
