;; comments (; nested (; deep ;) ;) and names of every sort
(module $"quoted name"
  (@custom "note" (after type) "bytes")
  (type $t (func (param $p i32) (param i64 f32) (result i32)))
  (import "a" "b" (func $f (type $t) (param $q i32) (param i64 f32) (result i32)))
  (export "f" (func $f))
  (global $g (export "g") (import "a" "g") (mut i64))
  (memory (export "m") (data "inline"))
  (table (export "t") funcref (elem $f))
  (func $x (export "x1") (export "x2") (param $a i32) (result i32)
    (local $b i32) (local i64 i64)
    block $l (result i32)
      i32.const 1
      local.get $a
      br_if $l
    end $l
    local.set $b
    local.get $b
    if $i (result i32) i32.const +1_0 else $i i32.const -0xbad end))
