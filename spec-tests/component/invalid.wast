;; What validation and decoding refuse, rule by rule, each with its message. (What belongs
;; to one subject, aliases or resources for example, is in that subject's script.)
;; Explainer.md, Binary.md, CanonicalABI.md.

;; -- index spaces --
(assert_invalid (component (export "f" (func 0))) "unknown function 0")
(assert_invalid (component (export "i" (instance 0))) "unknown instance 0")
(assert_invalid (component (export "c" (component 0))) "unknown component 0")
(assert_invalid (component (type (list 5))) "type index out of bounds")
(assert_invalid (component (core instance (instantiate 0))) "unknown module 0")
(assert_invalid (component (instance (instantiate 0))) "unknown component 0")
(assert_invalid (component (canon lower (func 3) (core func))) "unknown function 3")
(assert_invalid
  (component (type $t u32) (import "f" (func (type $t))))
  "not a function type")
(assert_invalid
  (component (type $f (func)) (import "x" (instance (type $f))))
  "not an instance type")

;; -- types --
(assert_invalid (component (type (record))) "record type must have at least one field")
(assert_invalid (component (type (variant))) "variant type must have at least one case")
(assert_invalid (component (type (enum))) "enum type must have at least one")
(assert_invalid (component (type (flags))) "flags must have at least one")
(assert_invalid (component (type (tuple))) "tuple type must have at least one type")
(assert_invalid
  (component (type (record (field "x" u8) (field "X" u8))))
  "record field name `X` conflicts with previous field name `x`")
(assert_invalid
  (component (type (variant (case "a") (case "a"))))
  "variant case name `a` conflicts with previous case name `a`")
(assert_invalid
  (component (type (flags "a" "b" "A")))
  "flag name `A` conflicts with previous flag name `a`")
(assert_invalid
  (component (type (func (param "a" u8) (param "a" u8))))
  "conflicts with previous")
(assert_invalid (component (type (record (field "not kebab" u8)))) "kebab")
(assert_invalid (component (type (record (field "" u8)))) "name")
(assert_invalid (component (type (record (field "-a" u8)))) "kebab")
(assert_invalid (component (type (record (field "a--b" u8)))) "kebab")
(assert_invalid (component (type (record (field "aB" u8)))) "kebab")
(component definition (type (record (field "a-B2-c" u8) (field "HTTP-x" u8))))
(assert_invalid
  (component (type $f (flags "a0" "a1" "a2" "a3" "a4" "a5" "a6" "a7" "a8" "a9" "a10" "a11"
    "a12" "a13" "a14" "a15" "a16" "a17" "a18" "a19" "a20" "a21" "a22" "a23" "a24" "a25"
    "a26" "a27" "a28" "a29" "a30" "a31" "a32")))
  "flags")
(assert_invalid (component (type (stream char))) "char")
(assert_invalid
  (component (type $r (resource (rep i32))) (type (stream (borrow $r))))
  "borrow")
(assert_invalid
  (component (type $r (resource (rep i32))) (type (future (borrow $r))))
  "borrow")
(assert_invalid (component (type (own 0)) (type u8)) "type index out of bounds")
(assert_invalid (component (type $t u8) (type (own $t))) "not a resource type")
;; the most that a value may take is 2^28 - 1 bytes
(assert_invalid
  (component (type $a (list u64 1024)) (type $b (list $a 1024)) (type $c (list $b 64)))
  "type exceeds maximum byte size")

;; -- names of imports and exports --
(component definition
  (import "a:b/c@1.2.3" (instance)) (import "a:b/d" (instance)))
(component definition (import "a:b/c@1.0.0-rc.1+x.y" (instance)))
(assert_invalid (component (import "" (func))) "name")
(assert_invalid (component (import "a:b/c@1.2" (instance))) "version")
(assert_invalid (component (import "a:b/c@01.2.3" (instance))) "version")
(assert_invalid (component (import "a:B/c" (instance))) "name")
(assert_invalid (component (import "a:b/" (instance))) "name")
(assert_invalid (component (import "a/b" (instance))) "name")
(assert_invalid
  (component (import "f" (func $f)) (export "a" (func $f)) (export "A" (func $f)))
  "conflicts with previous")
(assert_invalid
  (component (import "a:b/c" (instance)) (import "a:b/c" (instance)))
  "conflicts with previous")
;; an import and an export may have the same name
(component definition (import "a" (func $f)) (export "a" (func $f)))

;; -- names of functions of resources --
(component definition
  (import "r" (type $r (sub resource)))
  (import "[constructor]r" (func (param "x" u8) (result (own $r))))
  (import "[method]r.m" (func (param "self" (borrow $r)) (result u8)))
  (import "[static]r.s" (func)))
(assert_invalid
  (component
    (import "r" (type $r (sub resource)))
    (import "[constructor]r" (func (result u8))))
  "function should return `(own $T)`")
(assert_invalid
  (component
    (import "r" (type $r (sub resource)))
    (import "[method]r.m" (func (param "x" (borrow $r)))))
  "self")
(assert_invalid
  (component
    (import "r" (type $r (sub resource)))
    (import "[method]r.m" (func (param "self" (own $r)))))
  "borrow")
(assert_invalid (component (import "[static]r.s" (func))) "r")
(assert_invalid
  (component (import "[method]r" (func))) "name")

;; -- canonical definitions --
(assert_invalid
  (component
    (core module $m (func (export "f") (param i32)))
    (core instance $i (instantiate $m))
    (func (param "x" u64) (canon lift (core func $i "f"))))
  "lowered parameter types `[I64]` do not match parameter types `[I32]`")
(assert_invalid
  (component
    (core module $m (func (export "f") (result i32) i32.const 0))
    (core instance $i (instantiate $m))
    (func (result f32) (canon lift (core func $i "f"))))
  "lowered result types `[F32]` do not match result types `[I32]`")
(assert_invalid
  (component
    (core module $m (func (export "f") (param i32 i32)))
    (core instance $i (instantiate $m))
    (func (param "s" string) (canon lift (core func $i "f"))))
  "canonical option `memory` is required")
(assert_invalid
  (component
    (core module $m (memory (export "m") 1) (func (export "f") (param i32 i32)))
    (core instance $i (instantiate $m))
    (func (param "s" string) (canon lift (core func $i "f") (memory (core memory $i "m")))))
  "canonical option `realloc` is required")
(assert_invalid
  (component
    (import "f" (func $f (result string)))
    (canon lower (func $f) (core func)))
  "canonical option `memory` is required")
(assert_invalid
  (component
    (core module $m
      (memory (export "m") 1)
      (func (export "f") (param i32 i32))
      (func (export "realloc") (param i32 i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (func (param "s" string) (canon lift (core func $i "f") (memory (core memory $i "m"))
      (realloc (core func $i "realloc")))))
  "`realloc`")
(assert_invalid
  (component
    (import "f" (func $f))
    (core module $m (memory (export "m") 1))
    (core instance $i (instantiate $m))
    (canon lower (func $f) (memory (core memory $i "m")) (memory (core memory $i "m"))
      (core func)))
  "more than once")
(assert_invalid
  (component
    (import "f" (func $f))
    (canon lower (func $f) string-encoding=utf8 string-encoding=utf16 (core func)))
  "conflicts with")
(assert_invalid
  (component
    (import "f" (func $f))
    (core module $m (func (export "p")))
    (core instance $i (instantiate $m))
    (canon lower (func $f) (post-return (core func $i "p")) (core func)))
  "post-return")
(assert_invalid
  (component
    (core module $m (func (export "f") (result i32) i32.const 0)
      (func (export "p") (param i64)))
    (core instance $i (instantiate $m))
    (func (result u32)
      (canon lift (core func $i "f") (post-return (core func $i "p")))))
  "post-return")
(assert_invalid
  (component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (func (canon lift (core func $i "f") async)))
  "async")
(assert_invalid
  (component
    (core module $m (func (export "f") (result i32) i32.const 0)
      (func (export "cb") (param i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (func async (canon lift (core func $i "f") async (callback (core func $i "cb")))))
  "callback")
(assert_invalid
  (component
    (core module $m (func (export "f"))
      (func (export "cb") (param i32 i32 i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (func async (canon lift (core func $i "f") (callback (core func $i "cb")))))
  "callback")
(assert_invalid
  (component (import "f" (func $f async (result u32))) (canon lower (func $f) async (core func)))
  "canonical option `memory` is required")
(assert_invalid (component (canon context.get i32 2 (core func)))
  "context immediate must be less than 2")
(assert_invalid (component (type $t u32) (canon stream.new $t (core func))) "stream")
(assert_invalid (component (type $t (stream u8)) (canon future.new $t (core func))) "future")
(assert_invalid
  (component (type $t (stream u8)) (canon stream.read $t async (core func)))
  "canonical option `memory` is required")
(assert_invalid
  (component
    (core type $t (func))
    (core module $m (table (export "t") 1 funcref))
    (core instance $i (instantiate $m))
    (canon thread.new-indirect $t (core table $i "t") (core func)))
  "thread")

;; -- external visibility of types --
;; an import can only equal what is imported
(assert_invalid
  (component (type $r (resource (rep i32))) (import "i" (type (eq $r))))
  "type not valid to be used as import")
(assert_invalid
  (component (type $r (resource (rep i32))) (export $e "e" (type $r)) (import "i" (type (eq $e))))
  "type not valid to be used as import")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (export $e "e" (type $r)) (import "i" (type (eq $e))))
  "type not valid to be used as import")
(assert_invalid
  (component (type $r (record (field "x" u32))) (export $e "e" (type $r)) (import "i" (type (eq $e))))
  "type not valid to be used as import")
(assert_invalid
  (component
    (type $r (resource (rep i32)))
    (import "i" (instance (alias outer 1 $r (type $o)) (export "e" (type (eq $o))))))
  "instance not valid to be used as import")
(assert_invalid
  (component
    (component $c (type $r (resource (rep i32))) (export "r" (type $r)))
    (instance $i (instantiate $c))
    (alias export $i "r" (type $r))
    (import "i" (type (eq $r))))
  "type not valid to be used as import")
(component definition
  (import "r" (type $r (sub resource)))
  (import "s" (type $s (eq $r)))
  (import "i" (instance $i (export "t" (type (sub resource)))))
  (alias export $i "t" (type $t))
  (import "u" (type (eq $t)))
  (import "j" (instance (alias outer 1 $s (type $o)) (export "e" (type (eq $o))))))
;; types of components and instances, with resources of the component around
(assert_invalid
  (component
    (type $r (resource (rep i32)))
    (type $c (component (alias outer 1 $r (type $o)) (import "a" (type (eq $o)))))
    (export "c" (type $c)))
  "type not valid to be used as export")
(assert_invalid
  (component
    (type $r (resource (rep i32)))
    (import "c" (component (alias outer 1 $r (type $o)) (export "a" (type (eq $o))))))
  "component not valid to be used as import")
(assert_invalid
  (component
    (type $r (resource (rep i32)))
    (type $i (instance (alias outer 1 $r (type $o)) (export "a" (type (eq $o)))))
    (export "i" (type $i)))
  "type not valid to be used as export")
(component definition
  (type $r (resource (rep i32)))
  (type $c (component (alias outer 1 $r (type $o)) (import "a" (type (eq $o)))))
  (type $i (instance (alias outer 1 $r (type $o)) (export "a" (type (eq $o)))))
  (export "r" (type $r))
  (export "c" (type $c))
  (export "i" (type $i))
  (import "q" (type $q (sub resource)))
  (import "d" (component (alias outer 1 $q (type $o)) (import "a" (type (eq $o))))))

;; -- core modules inside --
(assert_invalid
  (component (core module (func (result i32) (i64.const 0))))
  "type mismatch")
(assert_invalid
  (component (component (core module (func (drop)))))
  "type mismatch")

;; -- the binary format --
(assert_malformed (component binary "\00asm\0d\00\01") "unexpected end")
(assert_malformed (component binary "\00asm\0e\00\01\00") "version")
(assert_malformed
  (component binary "\00asm\0d\00\01\00" "\0d\01\00")
  "section")
(assert_malformed
  (component binary "\00asm\0d\00\01\00" "\07\04\01\40\00\05")
  "invalid leading byte")
(assert_malformed
  (component binary "\00asm\0d\00\01\00" "\07\05\01\7f")
  "unexpected end")
(assert_malformed
  (component binary "\00asm\0d\00\01\00" "\07\03\01\7f\00")
  "section size mismatch")
;; a name that is not UTF-8
(assert_malformed
  (component binary "\00asm\0d\00\01\00" "\0a\06\01\00\01\ff\01\00")
  "malformed UTF-8 encoding")

;; -- text --
(assert_malformed (component quote "(import \"a\" (func $f) (func $g))") "unexpected token")
(assert_malformed (component quote "(export \"a\" (func $f))") "unknown")
(assert_malformed (component quote "(type $t u8) (type $t u8)") "duplicate")
(assert_malformed (component quote "(type (record (field x u8)))") "unknown operator x")
(assert_malformed (component quote "(canon no-such-thing (core func))")
  "unknown operator no-such-thing")
;; of what is core, only modules have names outside
(assert_malformed (component quote "(core instance (export \"a\"))") "unexpected token")
(assert_malformed
  (component quote
    "(core module $m (func (export \"f\")))"
    "(core instance $i (instantiate $m))"
    "(core func (export \"a\") (alias core export $i \"f\"))")
  "unexpected token")
(assert_malformed (component quote "(core module (module (func)))") "unexpected token module")
;; what has no outer alias (Explainer.md, outeraliassort), and a path through core instances
(assert_malformed (component quote "(component (alias outer 1 0 (core table)))") "unexpected token")
(assert_malformed (component quote "(component (alias outer 1 0 (func)))") "unexpected token")
(assert_malformed (component quote "(component (func (alias outer 1 0)))") "unexpected token")
(assert_malformed
  (component quote
    "(core module $m (func (export \"f\"))) (core instance $i (instantiate $m))"
    "(func (canon lift (core func $i \"f\" \"f\")))")
  "unexpected token")
