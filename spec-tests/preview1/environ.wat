;; Prints its environment, each variable with a line end; of wasi_unstable.
(module
  (import "wasi_unstable" "environ_sizes_get"
    (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_unstable" "environ_get"
    (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_unstable" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (local $n i32) (local $len i32) (local $text i32)
    (drop (call $environ_sizes_get (i32.const 0) (i32.const 4)))
    (drop (call $environ_get (i32.const 256) (i32.const 1024)))
    (i32.store8 (i32.const 64) (i32.const 10))
    (i32.store (i32.const 16) (i32.const 64)) ;; the second iovec: a line end
    (i32.store (i32.const 20) (i32.const 1))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $n) (i32.load (i32.const 0))))
        (local.set $text
          (i32.load (i32.add (i32.const 256) (i32.shl (local.get $n) (i32.const 2)))))
        (local.set $len (i32.const 0))
        (block $end
          (loop $more
            (br_if $end (i32.eqz
              (i32.load8_u (i32.add (local.get $text) (local.get $len)))))
            (local.set $len (i32.add (local.get $len) (i32.const 1)))
            (br $more)))
        (i32.store (i32.const 8) (local.get $text))
        (i32.store (i32.const 12) (local.get $len))
        (drop (call $fd_write (i32.const 1) (i32.const 8) (i32.const 2) (i32.const 24)))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $next)))))
