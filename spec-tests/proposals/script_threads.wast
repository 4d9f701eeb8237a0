;; Threads of a script: each has names of its own and one memory with the others.

(module $Mem (memory (export "shared") 1 1 shared)
  (func (export "get") (param i32) (result i32) (i32.atomic.load (local.get 0))))

(thread $T1 (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 10 shared)
    (func (export "run")
      (i32.atomic.store (i32.const 0) (i32.const 42))
      (i32.atomic.store (i32.const 4) (i32.const 1))))
  (invoke "run")
)

(thread $T2 (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "run") (result i32 i32)
      (loop $l
        (drop (memory.atomic.wait32 (i32.const 4) (i32.const 0) (i64.const -1)))
        (br_if $l (i32.eqz (i32.atomic.load (i32.const 4)))))
      (i32.atomic.load (i32.const 0))
      (memory.atomic.notify (i32.const 4) (i32.const 1))))
  (assert_return (invoke "run") (i32.const 42) (i32.const 0))
)

(wait $T1)
(wait $T2)
(assert_return (invoke $Mem "get" (i32.const 0)) (i32.const 42))
(assert_return (invoke "get" (i32.const 4)) (i32.const 1))
