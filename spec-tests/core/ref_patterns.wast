;; What the patterns of results tell apart: ref.struct, ref.array, ref.i31, ref.eq, ref.any,
;; ref.func, ref.extern. A pattern that matched too much would show here, as the functions
;; trap when the value is of the kind that the pattern names wrongly.

(module
  (type $s (struct (field i32)))
  (type $a (array i32))
  (func $f (export "func") (result funcref) (ref.func $f))
  (elem declare func $f)
  (func (export "struct") (result anyref) (struct.new $s (i32.const 1)))
  (func (export "array") (result anyref) (array.new $a (i32.const 1) (i32.const 2)))
  (func (export "empty") (result anyref) (array.new_default $a (i32.const 0)))
  (func (export "i31") (result anyref) (ref.i31 (i32.const 7)))
  (func (export "null") (result anyref) (ref.null any))
  (func (export "extern") (param externref) (result anyref)
    (any.convert_extern (local.get 0)))
  (func (export "out") (result externref)
    (extern.convert_any (struct.new $s (i32.const 1)))))

(assert_return (invoke "struct") (ref.struct))
(assert_return (invoke "struct") (ref.eq))
(assert_return (invoke "struct") (ref.any))
(assert_return (invoke "array") (ref.array))
(assert_return (invoke "array") (ref.eq))
(assert_return (invoke "empty") (ref.array))
(assert_return (invoke "i31") (ref.i31))
(assert_return (invoke "i31") (ref.eq))
(assert_return (invoke "null") (ref.null))
(assert_return (invoke "func") (ref.func))
(assert_return (invoke "out") (ref.extern))
(assert_return (invoke "extern" (ref.extern 3)) (ref.host 3))
(assert_return (invoke "extern" (ref.extern 3)) (ref.any))
(assert_return (invoke "array") (either (ref.struct) (ref.array)))
