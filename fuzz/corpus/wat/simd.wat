(module
  (memory 1)
  (func (export "mix") (result v128)
    (i8x16.shuffle 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31
      (v128.const i32x4 1 2 3 -4)
      (i16x8.splat (i32.const 0x1234))))
  (func (export "sum") (param v128 v128) (result f32)
    (f32x4.extract_lane 2
      (f32x4.mul (f32x4.add (local.get 0) (local.get 1)) (v128.load (i32.const 0)))))
  (func (export "lanes") (result i32)
    (v128.store offset=16 (i32.const 0) (v128.load8_splat (i32.const 3)))
    (v128.store64_lane 1 (i32.const 8) (i64x2.splat (i64.const -1)))
    (i8x16.bitmask (v128.load (i32.const 0)))))
