;; Waiting on memory and being woken: threads proposal, "Wait and notify". Results of a wait:
;; 0 woken, 1 not the expected value, 2 timed out.

(module $Mem (memory (export "shared") 1 1 shared)
  (func (export "load") (param i32) (result i32) (i32.atomic.load (local.get 0)))
  (func (export "store") (param i32 i32) (i32.atomic.store (local.get 0) (local.get 1)))
  (func (export "notify") (param i32 i32) (result i32)
    (memory.atomic.notify (local.get 0) (local.get 1)))
  (func (export "wait") (param i32 i64) (result i32)
    (memory.atomic.wait32 (local.get 0) (i32.const 0) (local.get 1))))

;; Without others: a time limit passes on the clock, no limit is a deadlock.
(assert_return (invoke $Mem "wait" (i32.const 0) (i64.const 1000000)) (i32.const 2))
(assert_return (invoke $Mem "wait" (i32.const 0) (i64.const 0)) (i32.const 2))
(assert_trap (invoke $Mem "wait" (i32.const 0) (i64.const -1)) "cannot block")
(assert_return (invoke $Mem "notify" (i32.const 0) (i32.const 5)) (i32.const 0))

;; The first to wait is the first to be woken; a count of 0 wakes nobody, and addresses
;; are apart. Each says when it was woken by taking a number.
(thread $W1 (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "run") (result i32 i32)
      (memory.atomic.wait32 offset=64 (i32.const 0) (i32.const 0) (i64.const -1))
      (i32.atomic.rmw.add (i32.const 96) (i32.const 1))))
  (assert_return (invoke "run") (i32.const 0) (i32.const 0)))
(thread $W2 (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "run") (result i32 i32)
      (memory.atomic.wait32 offset=64 (i32.const 0) (i32.const 0) (i64.const -1))
      (i32.atomic.rmw.add (i32.const 96) (i32.const 1))))
  (assert_return (invoke "run") (i32.const 0) (i32.const 1)))
(thread $W3 (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "run") (result i32 i32)
      (memory.atomic.wait32 offset=64 (i32.const 0) (i32.const 0) (i64.const -1))
      (i32.atomic.rmw.add (i32.const 96) (i32.const 1))))
  (assert_return (invoke "run") (i32.const 0) (i32.const 2)))
(assert_return (invoke $Mem "notify" (i32.const 64) (i32.const 0)) (i32.const 0))
(assert_return (invoke $Mem "notify" (i32.const 60) (i32.const 9)) (i32.const 0))
(assert_return (invoke $Mem "load" (i32.const 96)) (i32.const 0))
(assert_return (invoke $Mem "notify" (i32.const 64) (i32.const 1)) (i32.const 1))
(wait $W1)
(assert_return (invoke $Mem "load" (i32.const 96)) (i32.const 1))
(assert_return (invoke $Mem "notify" (i32.const 64) (i32.const -1)) (i32.const 2))
(assert_return (invoke $Mem "notify" (i32.const 64) (i32.const -1)) (i32.const 0))
(wait $W3)
(wait $W2)
(assert_return (invoke $Mem "load" (i32.const 96)) (i32.const 3))

;; Another value than expected, and time limits beside others that wait.
(thread $A (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func $wait (param i32 i64) (result i32)
      (memory.atomic.wait32 (local.get 0) (i32.const 0) (local.get 1)))
    (func (export "wait") (param i32 i64) (result i32)
      (call $wait (local.get 0) (local.get 1))))
  (assert_return (invoke "wait" (i32.const 96) (i64.const -1)) (i32.const 1))
  (assert_return (invoke "wait" (i32.const 128) (i64.const 2000000)) (i32.const 2))
  (assert_return (invoke "wait" (i32.const 128) (i64.const 30000000000)) (i32.const 0))
  (invoke $Mem "store" (i32.const 132) (i32.const 7)))
(thread $B (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func $wait (param i32 i64) (result i32)
      (memory.atomic.wait32 (local.get 0) (i32.const 0) (local.get 1)))
    (func (export "wait") (param i32 i64) (result i32)
      (call $wait (local.get 0) (local.get 1))))
  (assert_return (invoke "wait" (i32.const 160) (i64.const 8000000)) (i32.const 2))
  (assert_return (invoke $Mem "notify" (i32.const 128) (i32.const 2)) (i32.const 1)))
(wait $B)
(wait $A)
(assert_return (invoke $Mem "load" (i32.const 132)) (i32.const 7))

;; A thread that is woken by one that comes later, which goes on trying until it does.
(thread $T1 (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func $wait (param i32 i64) (result i32)
      (memory.atomic.wait32 (local.get 0) (i32.const 0) (local.get 1)))
    (func (export "wait") (param i32 i64) (result i32)
      (call $wait (local.get 0) (local.get 1))))
  (assert_return (invoke "wait" (i32.const 192) (i64.const -1)) (i32.const 0)))
(thread $T2 (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "notify-1-while")
      (loop
        (i32.const 1)
        (memory.atomic.notify (i32.const 192) (i32.const 1))
        (i32.ne)
        (br_if 0))))
  (assert_return (invoke "notify-1-while")))
(wait $T1)
(wait $T2)

(register "mem" $Mem)
;; The script itself waits, and a thread wakes it. Values below the wait on the stack, in
;; locals and in frames are still there.
(module
  (memory (import "mem" "shared") 1 1 shared)
  (func $deep (param i32 i64) (result i64)
    (if (result i64) (local.get 0)
      (then (i64.add (local.get 1)
        (call $deep (i32.sub (local.get 0) (i32.const 1)) (local.get 1))))
      (else (i64.extend_i32_u
        (memory.atomic.wait64 offset=8 (i32.const 248) (i64.const 0) (i64.const -1))))))
  (func (export "run") (param i64 f64 f32) (result i64 f64 f32)
    (i64.add (i64.mul (local.get 0) (i64.const 3)) (call $deep (i32.const 10) (local.get 0)))
    (f64.add (local.get 1) (f64.convert_i32_u
      (memory.atomic.wait32 (i32.const 300) (i32.const 1) (i64.const 1000))))
    (f32.mul (f32.add (local.get 2) (f32.const 1)) (f32.convert_i32_u
      (memory.atomic.wait32 (i32.const 304) (i32.const 0) (i64.const 1000))))))
(thread $Waker (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func $wait (param i32 i64) (result i32)
      (memory.atomic.wait32 (local.get 0) (i32.const 0) (local.get 1)))
    (func (export "wait") (param i32 i64) (result i32)
      (call $wait (local.get 0) (local.get 1)))
    ;; However late somebody waits there.
    (func (export "notify-one") (param i32) (result i32) (local $woken i32)
      (loop
        (local.set $woken (memory.atomic.notify (local.get 0) (i32.const 1)))
        (br_if 0 (i32.eqz (local.get $woken))))
      (local.get $woken)))
  (assert_return (invoke "wait" (i32.const 400) (i64.const 3000000)) (i32.const 2))
  (assert_return (invoke "notify-one" (i32.const 256)) (i32.const 1)))
(assert_return (invoke "run" (i64.const 5) (f64.const 2.5) (f32.const 0.5))
  (i64.const 65) (f64.const 3.5) (f32.const 3))
(wait $Waker)

;; All of them wait for good: that is found out.
(thread $Never (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func $wait (param i32 i64) (result i32)
      (memory.atomic.wait32 (local.get 0) (i32.const 0) (local.get 1)))
    (func (export "wait") (param i32 i64) (result i32)
      (call $wait (local.get 0) (local.get 1))))
  (assert_trap (invoke "wait" (i32.const 500) (i64.const -1)) "cannot block")
  (assert_return (invoke "wait" (i32.const 500) (i64.const 1)) (i32.const 2)))
(wait $Never)
(assert_trap (invoke $Mem "wait" (i32.const 500) (i64.const -1)) "cannot block")
