;; A reactor: _initialize makes it ready, then its functions are called.
(module
  (global $ready (mut i32) (i32.const 0))
  (func (export "_initialize") (global.set $ready (i32.const 40)))
  (func (export "add") (param i32 i64 f32 f64) (result i32 i64 f32 f64)
    (i32.add (local.get 0) (global.get $ready))
    (i64.add (local.get 1) (i64.const 1))
    (f32.add (local.get 2) (f32.const 0.5))
    (f64.mul (local.get 3) (f64.const 2)))
  (func (export "divide") (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1)))
  (func (export "nothing"))
  (func (export "vector") (param v128)))
