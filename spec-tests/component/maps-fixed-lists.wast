;; Maps and lists of a fixed length: a map is a list of pairs; a fixed list stands in place,
;; or flat as its elements. Explainer.md, "Container types"; CanonicalABI.md, "Loading",
;; "Flattening".

(component definition $Containers
  (component $C
    (core module $M
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 1024))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $next)
          (i32.sub (local.get 2) (i32.const 1))) (i32.sub (i32.const 0) (local.get 2))))
        (global.set $next (i32.add (local.get $at) (local.get 3)))
        (local.get $at))
      (func $keep (export "echo") (param i32 i32) (result i32)
        (global.set $next (i32.const 1024))
        (i32.store (i32.const 8) (local.get 0))
        (i32.store (i32.const 12) (local.get 1))
        (i32.const 8))
      (func (export "word") (param i32) (result i32)
        (i32.load (i32.add (i32.const 1024) (local.get 0))))
      ;; four elements, flat; the result through memory
      (func (export "reverse") (param i32 i32 i32 i32) (result i32)
        (i32.store16 (i32.const 16) (local.get 3))
        (i32.store16 (i32.const 18) (local.get 2))
        (i32.store16 (i32.const 20) (local.get 1))
        (i32.store16 (i32.const 22) (local.get 0))
        (i32.const 16))
      ;; one element: one core value, as result, too
      (func (export "one") (param i64) (result i64)
        (i64.add (local.get 0) (i64.const 1)))
      ;; too many to be flat: a pointer to all
      (func (export "sum") (param i32) (result i32)
        (local $i i32) (local $sum i32)
        (loop $l
          (local.set $sum (i32.add (local.get $sum)
            (i32.load8_u (i32.add (local.get 0) (local.get $i)))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $l (i32.lt_u (local.get $i) (i32.const 20))))
        (local.get $sum))
      ;; an optional pair of strings, flat: 1, then pointer and length twice
      (func (export "pair") (param i32 i32 i32 i32 i32) (result i32)
        (if (result i32) (local.get 0)
          (then (i32.add (i32.mul (local.get 2) (i32.const 10)) (local.get 4)))
          (else (i32.const 0)))))
    (core instance $m (instantiate $M))
    (alias core export $m "memory" (core memory $mem))
    (alias core export $m "realloc" (core func $realloc))
    (func (export "map") (param "m" (map string u32)) (result (map string u32))
      (canon lift (core func $m "echo") (memory $mem) (realloc $realloc)))
    (func (export "map-of-lists") (param "m" (map u8 (list u16)))
      (result (map u8 (list u16)))
      (canon lift (core func $m "echo") (memory $mem) (realloc $realloc)))
    (func (export "as-list") (param "m" (map u32 u32)) (result (list (tuple u32 u32)))
      (canon lift (core func $m "echo") (memory $mem) (realloc $realloc)))
    (func (export "points") (param "l" (list (list u16 3))) (result (list (list u16 3)))
      (canon lift (core func $m "echo") (memory $mem) (realloc $realloc)))
    (func (export "mixed") (param "l" (list (tuple u8 (list u32 2) u8)))
      (result (list (tuple u8 (list u32 2) u8)))
      (canon lift (core func $m "echo") (memory $mem) (realloc $realloc)))
    (func (export "word") (param "at" u32) (result u32) (canon lift (core func $m "word")))
    (func (export "reverse") (param "l" (list u16 4)) (result (list u16 4))
      (canon lift (core func $m "reverse") (memory $mem)))
    (func (export "one") (param "l" (list u64 1)) (result (list u64 1))
      (canon lift (core func $m "one")))
    (func (export "sum") (param "l" (list u8 20)) (result u32)
      (canon lift (core func $m "sum") (memory $mem) (realloc $realloc)))
    (func (export "pair") (param "p" (option (list string 2))) (result u32)
      (canon lift (core func $m "pair") (memory $mem) (realloc $realloc))))
  ;; the same from one component to another
  (component $D
    (import "c" (instance $c
      (export "map" (func (param "m" (map string u32)) (result (map string u32))))
      (export "reverse" (func (param "l" (list u16 4)) (result (list u16 4))))
      (export "sum" (func (param "l" (list u8 20)) (result u32)))))
    (core module $Libc
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 1024))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $next)
          (i32.sub (local.get 2) (i32.const 1))) (i32.sub (i32.const 0) (local.get 2))))
        (global.set $next (i32.add (local.get $at) (local.get 3)))
        (local.get $at)))
    (core instance $l (instantiate $Libc))
    (alias core export $l "memory" (core memory $mem))
    (alias core export $l "realloc" (core func $realloc))
    (canon lower (func $c "map") (memory $mem) (realloc $realloc) (core func $map))
    (canon lower (func $c "reverse") (memory $mem) (core func $reverse))
    (canon lower (func $c "sum") (memory $mem) (core func $sum))
    (core module $M
      (import "libc" "memory" (memory 1))
      (import "" "map" (func $map (param i32 i32 i32)))
      (import "" "reverse" (func $reverse (param i32 i32 i32 i32 i32)))
      (import "" "sum" (func $sum (param i32) (result i32)))
      (func (export "map") (param i32 i32) (result i32)
        (call $map (local.get 0) (local.get 1) (i32.const 16))
        (i32.const 16))
      (func (export "reverse") (param i32 i32 i32 i32) (result i32)
        (call $reverse (local.get 0) (local.get 1) (local.get 2) (local.get 3)
          (i32.const 16))
        (i32.const 16))
      (func (export "sum") (param i32) (result i32) (call $sum (local.get 0))))
    (core instance $m (instantiate $M (with "libc" (instance $l)) (with "" (instance
      (export "map" (func $map)) (export "reverse" (func $reverse))
      (export "sum" (func $sum))))))
    (func (export "map") (param "m" (map string u32)) (result (map string u32))
      (canon lift (core func $m "map") (memory $mem) (realloc $realloc)))
    (func (export "reverse") (param "l" (list u16 4)) (result (list u16 4))
      (canon lift (core func $m "reverse") (memory $mem)))
    (func (export "sum") (param "l" (list u8 20)) (result u32)
      (canon lift (core func $m "sum") (memory $mem) (realloc $realloc))))
  (instance $c (instantiate $C))
  (instance $d (instantiate $D (with "c" (instance $c))))
  (export "map" (func $c "map"))
  (export "map-of-lists" (func $c "map-of-lists"))
  (export "as-list" (func $c "as-list"))
  (export "points" (func $c "points"))
  (export "mixed" (func $c "mixed"))
  (export "word" (func $c "word"))
  (export "reverse" (func $c "reverse"))
  (export "one" (func $c "one"))
  (export "sum" (func $c "sum"))
  (export "pair" (func $c "pair"))
  (export "map2" (func $d "map"))
  (export "reverse2" (func $d "reverse"))
  (export "sum2" (func $d "sum")))
(component instance $i $Containers)
(assert_return (invoke "map" (list.const)) (list.const))
(assert_return
  (invoke "map" (list.const
    (tuple.const (str.const "one") (u32.const 1))
    (tuple.const (str.const "two") (u32.const 2))))
  (list.const
    (tuple.const (str.const "one") (u32.const 1))
    (tuple.const (str.const "two") (u32.const 2))))
(assert_return
  (invoke "map2" (list.const
    (tuple.const (str.const "one") (u32.const 1))
    (tuple.const (str.const "") (u32.const 2))))
  (list.const
    (tuple.const (str.const "one") (u32.const 1))
    (tuple.const (str.const "") (u32.const 2))))
;; pairs of pointer, length and number
(assert_return (invoke "word" (u32.const 4)) (u32.const 3))
(assert_return (invoke "word" (u32.const 8)) (u32.const 1))
(assert_return (invoke "word" (u32.const 20)) (u32.const 2))
(assert_return
  (invoke "map-of-lists" (list.const
    (tuple.const (u8.const 9) (list.const (u16.const 1) (u16.const 2)))))
  (list.const (tuple.const (u8.const 9) (list.const (u16.const 1) (u16.const 2)))))
(assert_return
  (invoke "as-list" (list.const (tuple.const (u32.const 5) (u32.const 6))))
  (list.const (tuple.const (u32.const 5) (u32.const 6))))
(assert_return
  (invoke "points" (list.const
    (list.const (u16.const 1) (u16.const 2) (u16.const 3))
    (list.const (u16.const 4) (u16.const 5) (u16.const 6))))
  (list.const
    (list.const (u16.const 1) (u16.const 2) (u16.const 3))
    (list.const (u16.const 4) (u16.const 5) (u16.const 6))))
(assert_return (invoke "word" (u32.const 4)) (u32.const 0x00040003))
(assert_return (invoke "word" (u32.const 8)) (u32.const 0x00060005))
(assert_return
  (invoke "mixed" (list.const
    (tuple.const (u8.const 1) (list.const (u32.const 2) (u32.const 3)) (u8.const 4))
    (tuple.const (u8.const 5) (list.const (u32.const 6) (u32.const 7)) (u8.const 8))))
  (list.const
    (tuple.const (u8.const 1) (list.const (u32.const 2) (u32.const 3)) (u8.const 4))
    (tuple.const (u8.const 5) (list.const (u32.const 6) (u32.const 7)) (u8.const 8))))
(assert_return (invoke "word" (u32.const 4)) (u32.const 2))
(assert_return (invoke "word" (u32.const 24)) (u32.const 7))
(assert_return
  (invoke "reverse" (list.const (u16.const 1) (u16.const 2) (u16.const 3) (u16.const 4)))
  (list.const (u16.const 4) (u16.const 3) (u16.const 2) (u16.const 1)))
(assert_return
  (invoke "reverse2" (list.const (u16.const 1) (u16.const 2) (u16.const 3) (u16.const 4)))
  (list.const (u16.const 4) (u16.const 3) (u16.const 2) (u16.const 1)))
(assert_return (invoke "one" (list.const (u64.const 41))) (list.const (u64.const 42)))
(assert_return
  (invoke "sum" (list.const
    (u8.const 1) (u8.const 2) (u8.const 3) (u8.const 4) (u8.const 5) (u8.const 6)
    (u8.const 7) (u8.const 8) (u8.const 9) (u8.const 10) (u8.const 11) (u8.const 12)
    (u8.const 13) (u8.const 14) (u8.const 15) (u8.const 16) (u8.const 17) (u8.const 18)
    (u8.const 19) (u8.const 20)))
  (u32.const 210))
(assert_return
  (invoke "sum2" (list.const
    (u8.const 1) (u8.const 2) (u8.const 3) (u8.const 4) (u8.const 5) (u8.const 6)
    (u8.const 7) (u8.const 8) (u8.const 9) (u8.const 10) (u8.const 11) (u8.const 12)
    (u8.const 13) (u8.const 14) (u8.const 15) (u8.const 16) (u8.const 17) (u8.const 18)
    (u8.const 19) (u8.const 21)))
  (u32.const 211))
(assert_return (invoke "pair" (option.none)) (u32.const 0))
(assert_return
  (invoke "pair" (option.some (list.const (str.const "four") (str.const "sixsix"))))
  (u32.const 46))

;; Keys of a map are numbers, characters, bools or strings; a fixed list has a length.
(assert_invalid (component (type (map f32 u8))) "map")
(assert_invalid (component (type (map (list u8) u8))) "map")
(assert_invalid (component (type (list u8 0))) "fixed-length list")
;; A list is no list of a fixed length, and one of another length is another type.
(assert_invalid
  (component
    (import "f" (func $f (param "l" (list u8))))
    (component $C (import "f" (func (param "l" (list u8 4)))))
    (instance (instantiate $C (with "f" (func $f)))))
  "type mismatch for import `f`")
(assert_invalid
  (component
    (import "f" (func $f (param "l" (list u8 5))))
    (component $C (import "f" (func (param "l" (list u8 4)))))
    (instance (instantiate $C (with "f" (func $f)))))
  "type mismatch for import `f`")
(assert_invalid
  (component
    (import "f" (func $f (param "l" (map u8 u8))))
    (component $C (import "f" (func (param "l" (list (tuple u8 u8))))))
    (instance (instantiate $C (with "f" (func $f)))))
  "type mismatch for import `f`")
