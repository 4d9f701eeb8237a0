;; Threads of a script take turns where they compute: one that spins until another one has
;; done something does not keep it from doing so. What it holds stays while others collect.

(module $Mem (memory (export "shared") 1 1 shared)
  (func (export "set") (param i32 i32) (i32.atomic.store (local.get 0) (local.get 1)))
  (func (export "spin") (param i32)
    (loop $l (br_if $l (i32.eqz (i32.atomic.load (local.get 0)))))))

(thread $T1 (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (type $box (struct (field i32)))
    (memory (import "mem" "shared") 1 1 shared)
    (func $open (param (ref $box)) (result i32)
      (i32.atomic.store (i32.const 12) (i32.const 1))
      (struct.get $box 0 (local.get 0)))
    (func $hold (param $b (ref $box)) (result i32)
      (loop $l (br_if $l (i32.eqz (i32.atomic.load (i32.const 0)))))
      (call $open (local.get $b)))
    (func (export "run") (result i32) (call $hold (struct.new $box (i32.const 42)))))
  (assert_return (invoke "run") (i32.const 42))
)

;; The same of what is about to be called, again and again.
(thread $T2 (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (type $box (struct (field i32)))
    (memory (import "mem" "shared") 1 1 shared)
    (func $open (param (ref $box) (ref $box) (ref $box)) (result i32)
      (i32.add (struct.get $box 0 (local.get 2))
        (i32.add (struct.get $box 0 (local.get 0)) (struct.get $box 0 (local.get 1)))))
    (func (export "run") (result i32) (local $n i32)
      (loop $l
        (local.set $n (call $open (struct.new $box (i32.const 1))
          (struct.new $box (i32.const 10)) (struct.new $box (i32.const 100))))
        (if (i32.ne (local.get $n) (i32.const 111)) (then (return (local.get $n))))
        (br_if $l (i32.eqz (i32.atomic.load (i32.const 0)))))
      (local.get $n)))
  (assert_return (invoke "run") (i32.const 111))
)

(thread $T3 (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (type $box (struct (field i32)))
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "run") (local $n i32)
      (loop $l
        (drop (struct.new $box (i32.const 7)))
        (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1)))
          (i32.const 300000))))
      (i32.atomic.store (i32.const 0) (i32.const 1))))
  (assert_return (invoke "run"))
)

;; The script itself spins, too.
(assert_return (invoke $Mem "spin" (i32.const 12)))
(wait $T1)
(wait $T2)
(wait $T3)
(assert_return (invoke $Mem "spin" (i32.const 0)))
