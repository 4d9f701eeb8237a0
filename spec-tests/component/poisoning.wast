;; What a trap leaves behind: every instance that the call was in cannot be entered again;
;; others can. And when an instance may not be left or entered at all.
;; CanonicalABI.md, "Component Instances", Store.lift and Store.lower.

(component definition $Poison
  (component $A
    (core module $M
      (global $n (mut i32) (i32.const 0))
      (func (export "trap") unreachable)
      (func (export "count") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (global.get $n)))
    (core instance $m (instantiate $M))
    (func (export "trap") (canon lift (core func $m "trap")))
    (func (export "count") (result u32) (canon lift (core func $m "count"))))
  (component $B
    (import "a" (instance $a
      (export "trap" (func)) (export "count" (func (result u32)))))
    (canon lower (func $a "trap") (core func $trap))
    (canon lower (func $a "count") (core func $count))
    (core module $M
      (import "" "trap" (func $trap))
      (import "" "count" (func $count (result i32)))
      (func (export "trap-in-a") (call $trap))
      (func (export "trap-after") (drop (call $count)) unreachable)
      (func (export "count") (result i32) (call $count)))
    (core instance $m (instantiate $M (with "" (instance
      (export "trap" (func $trap)) (export "count" (func $count))))))
    (func (export "trap-in-a") (canon lift (core func $m "trap-in-a")))
    (func (export "trap-after") (canon lift (core func $m "trap-after")))
    (func (export "count") (result u32) (canon lift (core func $m "count"))))
  (instance $a (instantiate $A))
  (instance $b (instantiate $B (with "a" (instance $a))))
  (instance $b2 (instantiate $B (with "a" (instance $a))))
  (export "a-trap" (func $a "trap"))
  (export "a-count" (func $a "count"))
  (export "b-trap-in-a" (func $b "trap-in-a"))
  (export "b-trap-after" (func $b "trap-after"))
  (export "b-count" (func $b "count"))
  (export "b2-count" (func $b2 "count")))

(component instance $i $Poison)
(assert_return (invoke "b-count") (u32.const 1))
(assert_trap (invoke "a-trap") "unreachable")
(assert_trap (invoke "a-count") "cannot enter component instance")
;; the caller of what cannot be entered traps, and so on
(assert_trap (invoke "b-count") "cannot enter component instance")
(assert_trap (invoke "b-count") "cannot enter component instance")

(component instance $i $Poison)
(assert_trap (invoke "b-trap-in-a") "unreachable")
(assert_trap (invoke "a-count") "cannot enter component instance")
(assert_trap (invoke "b2-count") "cannot enter component instance")

(component instance $j $Poison)
;; a call into $A that had returned before the trap does no harm to it; but the component
;; around both was in the call as well
(assert_trap (invoke "b-trap-after") "unreachable")
(assert_trap (invoke "b-count") "cannot enter component instance")
(assert_trap (invoke "a-count") "cannot enter component instance")

;; Another instance of the same component knows nothing of it.
(component instance $k $Poison)
(assert_return (invoke $k "b-count") (u32.const 1))
(assert_trap (invoke $j "b-count") "cannot enter component instance")
(assert_return (invoke $k "a-count") (u32.const 2))

;; Every kind of trap does the same: of the canonical ABI, of memory, an exception that
;; nobody catches.
(component definition $Kinds
  (core module $M
    (memory (export "memory") 1)
    (tag $e)
    (func (export "bad-char") (result i32) (i32.const 0xd800))
    (func (export "memory-access") (drop (i32.load (i32.const 65536))))
    (func (export "exception") (throw $e))
    (func $deeper (export "too-deep") (call $deeper))
    (func (export "fine")))
  (core instance $m (instantiate $M))
  (func (export "bad-char") (result char) (canon lift (core func $m "bad-char")))
  (func (export "memory-access") (canon lift (core func $m "memory-access")))
  (func (export "exception") (canon lift (core func $m "exception")))
  (func (export "too-deep") (canon lift (core func $m "too-deep")))
  (func (export "fine") (canon lift (core func $m "fine"))))
(component instance $i $Kinds)
(assert_return (invoke "fine"))
(assert_trap (invoke "bad-char") "invalid `char` bit pattern")
(assert_trap (invoke "fine") "cannot enter component instance")
(component instance $i $Kinds)
(assert_trap (invoke "memory-access") "out of bounds memory access")
(assert_trap (invoke "fine") "cannot enter component instance")
(component instance $i $Kinds)
(assert_trap (invoke "exception") "uncaught exception")
(assert_trap (invoke "fine") "cannot enter component instance")
(component instance $i $Kinds)
(assert_exhaustion (invoke "too-deep") "call stack exhausted")
(assert_trap (invoke "fine") "cannot enter component instance")

;; While post-return or realloc runs, the instance may not be left.
(component definition $Leaving
  (component $Callee
    (core module $M (func (export "f")))
    (core instance $m (instantiate $M))
    (func (export "f") (canon lift (core func $m "f"))))
  (component $C
    (import "f" (func $f))
    (type $r (resource (rep i32)))
    (canon lower (func $f) (core func $f'))
    (canon resource.new $r (core func $new))
    (canon waitable-set.new (core func $set-new))
    (core module $M
      (import "" "f" (func $f))
      (import "" "new" (func $new (param i32) (result i32)))
      (import "" "set-new" (func $set-new (result i32)))
      (memory (export "memory") 1)
      (global $what (mut i32) (i32.const 0))
      (func $leave
        (if (i32.eq (global.get $what) (i32.const 1)) (then (call $f)))
        (if (i32.eq (global.get $what) (i32.const 2)) (then (drop (call $new (i32.const 1)))))
        (if (i32.eq (global.get $what) (i32.const 3)) (then (drop (call $set-new)))))
      (func (export "set") (param i32) (global.set $what (local.get 0)))
      (func (export "get") (result i32) (i32.const 9))
      (func (export "after") (param i32)
        (if (i32.ne (local.get 0) (i32.const 9)) (then unreachable))
        (call $leave))
      (func (export "take") (param i32 i32))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (call $leave)
        (i32.const 1024)))
    (core instance $m (instantiate $M (with "" (instance
      (export "f" (func $f')) (export "new" (func $new)) (export "set-new" (func $set-new))))))
    (func (export "set") (param "what" u32) (canon lift (core func $m "set")))
    (func (export "get") (result u32)
      (canon lift (core func $m "get") (post-return (core func $m "after"))))
    (func (export "take") (param "s" string)
      (canon lift (core func $m "take") (memory (core memory $m "memory"))
        (realloc (core func $m "realloc")))))
  (instance $callee (instantiate $Callee))
  (instance $c (instantiate $C (with "f" (func $callee "f"))))
  (export "set" (func $c "set"))
  (export "get" (func $c "get"))
  (export "take" (func $c "take")))
(component instance $i $Leaving)
(assert_return (invoke "get") (u32.const 9))
(assert_return (invoke "take" (str.const "x")))
(assert_return (invoke "set" (u32.const 1)))
(assert_trap (invoke "get") "cannot leave component instance")
(component instance $i $Leaving)
(assert_return (invoke "set" (u32.const 2)))
(assert_trap (invoke "get") "cannot leave component instance")
(component instance $i $Leaving)
(assert_return (invoke "set" (u32.const 3)))
(assert_trap (invoke "get") "cannot leave component instance")
(component instance $i $Leaving)
(assert_return (invoke "set" (u32.const 1)))
(assert_trap (invoke "take" (str.const "x")) "cannot leave component instance")
(component instance $i $Leaving)
(assert_return (invoke "set" (u32.const 2)))
(assert_trap (invoke "take" (str.const "x")) "cannot leave component instance")
