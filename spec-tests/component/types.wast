;; Types as imports and exports: equal structure and bounds, resources that are the same
;; only when they come from the same place, and what instantiation makes new each time.
;; Explainer.md, "Declarators", "Type Checking".

;; A value type that is exported, imported and passed on is equal to another of its form.
(component
  (component $P
    (type $p' (record (field "x" u8)))
    (export $p "p" (type $p'))
    (core module $M (func (export "get") (result i32) (i32.const 9)))
    (core instance $m (instantiate $M))
    (func (export "get") (result $p) (canon lift (core func $m "get"))))
  (component $Q
    (type $p' (record (field "x" u8)))
    (import "p" (type $p (eq $p')))
    (import "get" (func $get (result $p)))
    (export $p2 "p2" (type $p))
    (export "get" (func $get) (func (result $p2))))
  (instance $p (instantiate $P))
  (type $own (record (field "x" u8)))
  (instance $q (instantiate $Q (with "p" (type $own)) (with "get" (func $p "get"))))
  (export $p3 "p3" (type $own))
  (export "get" (func $q "get") (func (result $p3))))
(assert_return (invoke "get") (record.const (field "x" (u8.const 9))))

(assert_invalid
  (component
    (type $p (record (field "x" u8)))
    (component $C (type $q (record (field "y" u8))) (import "t" (type (eq $q))))
    (instance (instantiate $C (with "t" (type $p)))))
  "expected field name `y`, found `x`")
(assert_invalid
  (component
    (component $C (import "t" (type (eq 0))) (type u8)))
  "type index out of bounds")

;; Two components that share a resource of a third have the same type; it may be given out
;; under another name.
(component
  (component $R
    (type $r' (resource (rep i32)))
    (export $r "r" (type $r'))
    (core func $new (canon resource.new $r'))
    (func (export "make") (param "n" u32) (result (own $r)) (canon lift (core func $new)))
    (core module $M (func (export "get") (param i32) (result i32) (local.get 0)))
    (core instance $m (instantiate $M))
    (func (export "get") (param "r" (borrow $r)) (result u32)
      (canon lift (core func $m "get"))))
  (component $Rename
    (import "r" (type $r (sub resource)))
    (import "make" (func $make (param "n" u32) (result (own $r))))
    (export $s "s" (type $r))
    (export "make" (func $make) (func (param "n" u32) (result (own $s)))))
  (component $Use
    (import "s" (type $s (sub resource)))
    (import "make" (func $make (param "n" u32) (result (own $s))))
    (import "get" (func $get (param "r" (borrow $s)) (result u32)))
    (core func $make' (canon lower (func $make)))
    (core func $get' (canon lower (func $get)))
    (core module $M
      (import "" "make" (func $make (param i32) (result i32)))
      (import "" "get" (func $get (param i32) (result i32)))
      (func (export "run") (result i32) (call $get (call $make (i32.const 55)))))
    (core instance $m (instantiate $M (with "" (instance
      (export "make" (func $make')) (export "get" (func $get'))))))
    (func (export "run") (result u32) (canon lift (core func $m "run"))))
  (instance $r (instantiate $R))
  (alias export $r "r" (type $rt))
  (instance $renamed (instantiate $Rename
    (with "r" (type $rt)) (with "make" (func $r "make"))))
  (instance $u (instantiate $Use (with "s" (type $renamed "s"))
    (with "make" (func $renamed "make")) (with "get" (func $r "get"))))
  (export "run" (func $u "run")))
(assert_return (invoke "run") (u32.const 55))

;; Each instantiation makes resource types that differ from all others.
(assert_invalid
  (component
    (component $R
      (type $r' (resource (rep i32)))
      (export $r "r" (type $r'))
      (core func $new (canon resource.new $r'))
      (func (export "make") (param "n" u32) (result (own $r))
        (canon lift (core func $new))))
    (component $Use
      (import "r" (type $r (sub resource)))
      (import "make" (func (param "n" u32) (result (own $r)))))
    (instance $a (instantiate $R))
    (instance $b (instantiate $R))
    (instance (instantiate $Use
      (with "r" (type $a "r")) (with "make" (func $b "make")))))
  "resource types are not the same")
(assert_invalid
  (component
    (import "a" (type $a (sub resource)))
    (import "b" (type $b (sub resource)))
    (component $C
      (import "x" (type $x (sub resource)))
      (import "y" (type $y (eq $x))))
    (instance (instantiate $C (with "x" (type $a)) (with "y" (type $b)))))
  "resource types are not the same")
;; but two imports that are not held equal may be given the same one
(component
  (component $C
    (import "x" (type $x (sub resource)))
    (import "y" (type $y (sub resource)))
    (export "x2" (type $x))
    (export "y2" (type $y)))
  (type $r (resource (rep i32)))
  (instance $c (instantiate $C (with "x" (type $r)) (with "y" (type $r))))
  (component $Same
    (import "x" (type $x (sub resource)))
    (import "y" (type $y (eq $x))))
  (instance (instantiate $Same (with "x" (type $c "x2")) (with "y" (type $c "y2")))))

;; At run time a handle of one instantiation's resource is none of the other's, though one
;; component made both.
(component
  (component $R
    (type $r' (resource (rep i32)))
    (export $r "r" (type $r'))
    (core func $new (canon resource.new $r'))
    (func (export "make") (param "n" u32) (result (own $r)) (canon lift (core func $new)))
    (core module $M (func (export "get") (param i32) (result i32) (local.get 0)))
    (core instance $m (instantiate $M))
    (func (export "get") (param "r" (borrow $r)) (result u32)
      (canon lift (core func $m "get"))))
  (instance $a (instantiate $R))
  (instance $b (instantiate $R))
  (component $User
    (import "a" (instance $a
      (export "r" (type $r (sub resource)))
      (export "make" (func (param "n" u32) (result (own $r))))
      (export "get" (func (param "r" (borrow $r)) (result u32)))))
    (import "b" (instance $b
      (export "r" (type $r (sub resource)))
      (export "get" (func (param "r" (borrow $r)) (result u32)))))
    (core func $make-a (canon lower (func $a "make")))
    (core func $get-a (canon lower (func $a "get")))
    (core func $get-b (canon lower (func $b "get")))
    (core module $M
      (import "" "make-a" (func $make-a (param i32) (result i32)))
      (import "" "get-a" (func $get-a (param i32) (result i32)))
      (import "" "get-b" (func $get-b (param i32) (result i32)))
      (func (export "same") (result i32) (call $get-a (call $make-a (i32.const 8))))
      (func (export "other") (result i32) (call $get-b (call $make-a (i32.const 8)))))
    (core instance $m (instantiate $M (with "" (instance
      (export "make-a" (func $make-a)) (export "get-a" (func $get-a))
      (export "get-b" (func $get-b))))))
    (func (export "same") (result u32) (canon lift (core func $m "same")))
    (func (export "other") (result u32) (canon lift (core func $m "other"))))
  (instance $u (instantiate $User (with "a" (instance $a)) (with "b" (instance $b))))
  (export "same" (func $u "same"))
  (export "other" (func $u "other")))
(assert_return (invoke "same") (u32.const 8))
(assert_trap (invoke "other") "used with the wrong type, expected guest-defined resource but found a different guest-defined resource")

;; What an exported type may and may not be given out as.
(assert_invalid
  (component
    (type $r (record (field "x" u8)))
    (import "f" (func (param "r" $r))))
  "type without a name visible outside")
(assert_invalid
  (component
    (type $r (resource (rep i32)))
    (core module $m (func (export "f") (result i32) (i32.const 1)))
    (core instance $i (instantiate $m))
    (func $f (result (own $r)) (canon lift (core func $i "f")))
    (export "f" (func $f)))
  "type without a name visible outside")
(assert_invalid
  (component (import "t" (type (sub resource))) (import "t" (type (sub resource))))
  "name conflict")
(assert_invalid
  (component (import "f" (func)) (import "F" (func)))
  "name conflict")
(assert_invalid
  (component (import "not_kebab" (func)))
  "invalid name")
