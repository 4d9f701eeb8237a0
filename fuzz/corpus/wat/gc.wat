(module
  (rec
    (type $node (sub (struct (field $value i32) (field $next (mut (ref null $node))))))
    (type $leaf (sub final $node
      (struct (field i32) (field (mut (ref null $node))) (field i8)))))
  (type $bytes (array (mut i8)))
  (type $f (func (param i32) (result i32)))
  (func (export "list") (param i32) (result i32)
    (local $l (ref null $node)) (local $n i32)
    (loop $more
      (local.set $l (struct.new $node (local.get 0) (local.get $l)))
      (br_if $more (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (block $end
      (loop $walk
        (local.set $n (i32.add (local.get $n)
          (struct.get $node $value (br_on_null $end (local.get $l)))))
        (local.set $l (struct.get $node $next (local.get $l)))
        (br $walk))
      (unreachable))
    (local.get $n))
  (func (export "cast") (param anyref) (result i32)
    (block $is (result (ref $leaf))
      (return (ref.test (ref i31)
        (br_on_cast $is anyref (ref $leaf) (local.get 0)))))
    (struct.get_s $leaf 2))
  (func (export "array") (result i32)
    (array.get_u $bytes (array.new_fixed $bytes 3
      (i32.const 1) (i32.const 2) (i32.const 3)) (i32.const 1)))
  (func $id (type $f) (local.get 0))
  (elem declare func $id)
  (func (export "ref") (result i32)
    (call_ref $f (i32.const 7) (ref.func $id))))
