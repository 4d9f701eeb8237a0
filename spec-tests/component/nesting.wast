;; Nested components: one instantiated many times, components as arguments and as exports,
;; instances made of exports, subtyping of arguments, start functions, deep chains of
;; calls. Explainer.md, "Instance Definitions", "Type Checking".

;; Each instantiation has a state of its own; a component closes over what is around it.
(component
  (component $Counter
    (core module $M
      (global $n (mut i32) (i32.const 0))
      (func (export "next") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (global.get $n)))
    (core instance $m (instantiate $M))
    (func (export "next") (result u32) (canon lift (core func $m "next"))))
  (instance $a (instantiate $Counter))
  (instance $b (instantiate $Counter))
  (instance $both (export "a" (func $a "next")) (export "b" (func $b "next")))
  (export "a" (func $both "a"))
  (export "b" (func $both "b")))
(assert_return (invoke "a") (u32.const 1))
(assert_return (invoke "a") (u32.const 2))
(assert_return (invoke "b") (u32.const 1))
(assert_return (invoke "a") (u32.const 3))

;; A component as an argument, instantiated by the callee with an argument of its own.
(component
  (component $Twice
    (import "make" (component $Make
      (import "f" (func (result u32)))
      (export "g" (func (result u32)))))
    (import "f" (func $f (result u32)))
    (instance $once (instantiate $Make (with "f" (func $f))))
    (instance $twice (instantiate $Make (with "f" (func $once "g"))))
    (export "g" (func $twice "g")))
  ;; it exports more than is asked for, and imports less
  (component $AddTen
    (import "f" (func $f (result u32)))
    (core func $f' (canon lower (func $f)))
    (core module $M
      (import "" "f" (func $f (result i32)))
      (func (export "g") (result i32) (i32.add (call $f) (i32.const 10))))
    (core instance $m (instantiate $M (with "" (instance (export "f" (func $f'))))))
    (func $g (result u32) (canon lift (core func $m "g")))
    (export "more" (func $g))
    (export "g" (func $g)))
  (component $Five
    (core module $M (func (export "g") (result i32) (i32.const 5)))
    (core instance $m (instantiate $M))
    (func (export "g") (result u32) (canon lift (core func $m "g"))))
  (instance $five (instantiate $Five))
  (instance $a (instantiate $Twice
    (with "make" (component $AddTen)) (with "f" (func $five "g"))))
  (instance $b (instantiate $Twice
    (with "make" (component $Five)) (with "f" (func $five "g"))))
  (export "twenty-five" (func $a "g"))
  (export "five" (func $b "g")))
(assert_return (invoke "twenty-five") (u32.const 25))
(assert_return (invoke "five") (u32.const 5))

;; A component that is exported closes over the instance that made it.
(component
  (component $Outer
    (import "n" (func $n (result u32)))
    (component $Inner
      (core module $M (func (export "g") (result i32) (i32.const 3)))
      (core instance $m (instantiate $M))
      (func (export "g") (result u32) (canon lift (core func $m "g"))))
    (export "inner" (component $Inner))
    (export "n" (func $n)))
  (component $One
    (core module $M (func (export "g") (result i32) (i32.const 1)))
    (core instance $m (instantiate $M))
    (func (export "g") (result u32) (canon lift (core func $m "g"))))
  (instance $one (instantiate $One))
  (instance $outer (instantiate $Outer (with "n" (func $one "g"))))
  (alias export $outer "inner" (component $Inner))
  (instance $inner (instantiate $Inner))
  (export "n" (func $outer "n"))
  (export "g" (func $inner "g")))
(assert_return (invoke "n") (u32.const 1))
(assert_return (invoke "g") (u32.const 3))

;; Definitions are carried out in order: start functions of core modules see what stands
;; before them, and calls to other components work then.
(component
  (component $Log
    (core module $M
      (global $n (mut i32) (i32.const 0))
      (func (export "put") (param i32)
        (global.set $n (i32.add (i32.mul (global.get $n) (i32.const 10)) (local.get 0))))
      (func (export "get") (result i32) (global.get $n)))
    (core instance $m (instantiate $M))
    (func (export "put") (param "n" u32) (canon lift (core func $m "put")))
    (func (export "get") (result u32) (canon lift (core func $m "get"))))
  ;; (a component of its own: the runner holds calls between a component and one in it for
  ;; reentrance)
  (component $Starter
    (import "put" (func $put (param "n" u32)))
    (core func $put' (canon lower (func $put)))
    (core module $Start1
      (import "" "put" (func $put (param i32)))
      (func $start (call $put (i32.const 1)))
      (start $start))
    (core module $Start2
      (import "" "put" (func $put (param i32)))
      (func $start (call $put (i32.const 2)))
      (start $start))
    (core instance (instantiate $Start1 (with "" (instance (export "put" (func $put'))))))
    (core instance (instantiate $Start2 (with "" (instance (export "put" (func $put'))))))
    (component $Nested
      (import "put" (func $put (param "n" u32)))
      (core func $put' (canon lower (func $put)))
      (core module $M
        (import "" "put" (func $put (param i32)))
        (func $start (call $put (i32.const 3)))
        (start $start))
      (core instance (instantiate $M (with "" (instance (export "put" (func $put')))))))
    (instance (instantiate $Nested (with "put" (func $put))))
    (core instance (instantiate $Start1
      (with "" (instance (export "put" (func $put')))))))
  (instance $log (instantiate $Log))
  (instance (instantiate $Starter (with "put" (func $log "put"))))
  (export "get" (func $log "get")))
(assert_return (invoke "get") (u32.const 1231))

;; A trap in a start function is a trap of instantiation.
(assert_trap
  (component
    (core module $M (func $start unreachable) (start $start))
    (core instance (instantiate $M)))
  "unreachable")
;; An active segment that does not fit is one too.
(assert_trap
  (component
    (core module $M (memory 1) (data (i32.const 65535) "ab"))
    (core instance (instantiate $M)))
  "out of bounds")

;; A chain of calls through components, each in the next.
(component
  (component $Link
    (import "f" (func $f (param "n" u32) (result u32)))
    (core func $f' (canon lower (func $f)))
    (core module $M
      (import "" "f" (func $f (param i32) (result i32)))
      (func (export "g") (param i32) (result i32)
        (call $f (i32.add (local.get 0) (i32.const 1)))))
    (core instance $m (instantiate $M (with "" (instance (export "f" (func $f'))))))
    (func (export "f") (param "n" u32) (result u32) (canon lift (core func $m "g"))))
  (component $Chain
    (import "f" (func $f (param "n" u32) (result u32)))
    (alias outer 1 $Link (component $Link))
    (instance $a (instantiate $Link (with "f" (func $f))))
    (instance $b (instantiate $Link (with "f" (func $a "f"))))
    (instance $c (instantiate $Link (with "f" (func $b "f"))))
    (instance $d (instantiate $Link (with "f" (func $c "f"))))
    (export "f" (func $d "f")))
  (component $Id
    (core module $M (func (export "g") (param i32) (result i32) (local.get 0)))
    (core instance $m (instantiate $M))
    (func (export "f") (param "n" u32) (result u32) (canon lift (core func $m "g"))))
  (instance $id (instantiate $Id))
  (instance $a (instantiate $Chain (with "f" (func $id "f"))))
  (instance $b (instantiate $Chain (with "f" (func $a "f"))))
  (instance $c (instantiate $Chain (with "f" (func $b "f"))))
  (instance $d (instantiate $Chain (with "f" (func $c "f"))))
  (instance $e (instantiate $Chain (with "f" (func $d "f"))))
  (export "f" (func $e "f")))
(assert_return (invoke "f" (u32.const 0)) (u32.const 20))

;; What an instantiation is refused for.
(assert_invalid
  (component
    (component $C (import "f" (func)))
    (instance (instantiate $C)))
  "missing import named `f`")
(assert_invalid
  (component
    (import "f" (func $f (param "x" u32)))
    (component $C (import "f" (func)))
    (instance (instantiate $C (with "f" (func $f)))))
  "type mismatch for import `f`")
(assert_invalid
  (component
    (import "i" (instance $i))
    (component $C (import "i" (instance (export "f" (func)))))
    (instance (instantiate $C (with "i" (instance $i)))))
  "missing expected export `f`")
(assert_invalid
  (component
    (import "c" (component $c (import "x" (func)) (export "f" (func))))
    (component $C (import "c" (component (export "f" (func)))))
    (instance (instantiate $C (with "c" (component $c)))))
  "missing expected import `x`")
(assert_invalid
  (component
    (core module $m (import "a" "b" (func)))
    (core instance (instantiate $m)))
  "missing module instantiation argument named `a`")
(assert_invalid
  (component
    (core module $a (func (export "b") (param i32)))
    (core instance $a (instantiate $a))
    (core module $m (import "a" "b" (func)))
    (core instance (instantiate $m (with "a" (instance $a)))))
  "type mismatch")
(assert_invalid
  (component
    (component $C)
    (instance (instantiate $C (with "x" (component $C)) (with "x" (component $C)))))
  "instantiation argument `x` conflicts with previous argument")
