;; Aliases: of exports of instances, of core instances and of what stands around a
;; component, of every sort; what they may not reach. Explainer.md, "Alias Definitions".

(component $C
  (core module $Outer (func (export "f") (result i32) (i32.const 1)))
  (core type $ft (func (result i32)))
  (type $u u32)
  (component $Inner
    ;; a core module, a type and a core type from outside; a component from outside as well
    (alias outer $C $Outer (core module $M))
    (alias outer 1 $u (type $t))
    (alias outer $C $ft (core type $ft))
    (core type $mt (module (alias outer 1 $ft (type $f)) (export "f" (func (type $f)))))
    (core instance $m (instantiate $M))
    (alias core export $m "f" (core func $f))
    (func $g (result $t) (canon lift (core func $f)))
    (export "g" (func $g))
    (export "m" (core module $M))
    (component $Deep
      (alias outer 2 $Outer (core module $M2))
      (alias outer $Inner $t (type $t2))
      (core instance $m2 (instantiate $M2))
      (func (export "h") (result $t2) (canon lift (core func $m2 "f"))))
    (instance $deep (instantiate $Deep))
    (export "deep" (instance $deep)))
  (instance $i (instantiate $Inner))
  ;; of an instance's exports: a function, a module, an instance and what is in it
  (alias export $i "g" (func $g))
  (alias export $i "m" (core module $m))
  (alias export $i "deep" (instance $deep))
  (alias export $deep "h" (func $h))
  (core instance $again (instantiate $m))
  (func $k (result u32) (canon lift (core func $again "f")))
  (export "g" (func $g))
  (export "h" (func $h))
  (export "k" (func $k))
  ;; the same without names of their own
  (export "h2" (func $i "deep" "h")))
(assert_return (invoke "g") (u32.const 1))
(assert_return (invoke "h") (u32.const 1))
(assert_return (invoke "k") (u32.const 1))
(assert_return (invoke "h2") (u32.const 1))

;; Core aliases of every sort: memory, table, global, tag and function of one instance are
;; what another one imports.
(component
  (core module $A
    (memory (export "m") 1)
    (table (export "t") 1 funcref)
    (global (export "g") (mut i32) (i32.const 7))
    (tag (export "e") (param i32))
    (func $f (export "f") (result i32) (i32.const 5))
    (elem (i32.const 0) $f))
  (core instance $a (instantiate $A))
  (alias core export $a "m" (core memory $m))
  (alias core export $a "t" (core table $t))
  (alias core export $a "g" (core global $g))
  (alias core export $a "e" (core tag $e))
  (alias core export $a "f" (core func $f))
  (core module $B
    (import "x" "memory" (memory 1))
    (import "x" "table" (table 1 funcref))
    (import "x" "global" (global $g (mut i32)))
    (import "x" "tag" (tag $e (param i32)))
    (import "x" "func" (func $f (result i32)))
    (func (export "sum") (result i32)
      (i32.store (i32.const 0) (i32.const 30))
      (global.set $g (i32.add (global.get $g) (i32.const 100)))
      (i32.add
        (i32.add (i32.load (i32.const 0)) (global.get $g))
        (i32.add (call $f)
          (block $h (result i32)
            (try_table (catch $e $h) (throw $e (i32.const 1000))) (unreachable))))))
  (core instance $b (instantiate $B (with "x" (instance
    (export "memory" (memory $m)) (export "table" (table $t)) (export "global" (global $g))
    (export "tag" (tag $e)) (export "func" (func $f))))))
  (func (export "sum") (result u32) (canon lift (core func $b "sum"))))
(assert_return (invoke "sum") (u32.const 1142))

;; Types of an instance, and what is made of them.
(component
  (component $C
    (type $p' (record (field "x" u32) (field "y" u32)))
    (export $p "point" (type $p'))
    (core module $M (func (export "add") (param i32 i32) (result i32)
      (i32.add (local.get 0) (local.get 1))))
    (core instance $m (instantiate $M))
    (func (export "add") (param "p" $p) (result u32) (canon lift (core func $m "add"))))
  (instance $c (instantiate $C))
  (alias export $c "point" (type $p))
  (export $p' "point" (type $p))
  (export "add" (func $c "add") (func (param "p" $p') (result u32))))
(assert_return
  (invoke "add" (record.const (field "x" (u32.const 30)) (field "y" (u32.const 12))))
  (u32.const 42))

(assert_invalid
  (component (component (alias outer 3 0 (type))))
  "invalid outer alias count")
(assert_invalid
  (component (component (alias outer 1 0 (type))))
  "type index out of bounds")
(assert_invalid
  (component (type $r (resource (rep i32))) (component (alias outer 1 $r (type))))
  "cannot alias outer type 0, which transitively refers to resources not defined in the current component")
(assert_invalid
  (component
    (import "i" (instance $i (export "f" (func))))
    (alias export $i "g" (func)))
  "instance 0 has no export named `g`")
(assert_invalid
  (component
    (import "i" (instance $i (export "f" (func))))
    (alias export $i "f" (instance)))
  "export `f` for instance 0 is not a")
(assert_invalid
  (component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (alias core export $i "g" (core func)))
  "has no export named `g`")
(assert_invalid
  (component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (alias core export $i "f" (core memory)))
  "is not a memory")
