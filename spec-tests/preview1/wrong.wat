;; A pointer out of bounds, two frames down.
(module
  (import "wasi_snapshot_preview1" "random_get"
    (func $random_get (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $fill (drop (call $random_get (i32.const 65530) (i32.const 10))))
  (func $main (export "_start") (call $fill)))
