;; A resource that is made, lent and dropped, between two components.
(component $app
  (component $boxes
    (core module $m
      (func $dtor (export "dtor") (param $rep i32)))
    (core instance $m (instantiate $m))
    (type $t (resource (rep i32) (dtor (func $m "dtor"))))
    (export $box "box" (type $t))
    (core func $new (canon resource.new $t))
    (core module $functions
      (import "" "new" (func $new (param i32) (result i32)))
      (func $make (export "make") (param $v i32) (result i32) (call $new (local.get $v)))
      (func $look (export "look") (param $rep i32) (result i32) (local.get $rep)))
    (core instance $functions
      (instantiate $functions (with "" (instance (export "new" (func $new))))))
    (func (export "make") (param "v" u32) (result (own $box))
      (canon lift (core func $functions "make")))
    (func (export "look") (param "self" (borrow $box)) (result u32)
      (canon lift (core func $functions "look"))))
  (instance $boxes (instantiate $boxes))
  (alias export $boxes "box" (type $box))
  (core func $make (canon lower (func $boxes "make")))
  (core func $look (canon lower (func $boxes "look")))
  (core func $drop (canon resource.drop $box))
  (core module $m
    (import "" "make" (func $make (param i32) (result i32)))
    (import "" "look" (func $look (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func $run (export "run") (result i32)
      (local $box i32)
      (local.set $box (call $make (i32.const 7)))
      (call $look (local.get $box))
      (call $drop (local.get $box)))
    (func $twice (export "twice")
      (call $drop (i32.const 1))))
  (core instance $m
    (instantiate $m
      (with "" (instance (export "make" (func $make)) (export "look" (func $look))
                         (export "drop" (func $drop))))))
  (func (export "run") (result u32) (canon lift (core func $m "run")))
  (func (export "drop-nothing") (canon lift (core func $m "twice"))))
