(module $control
  (type $unary (func (param i32) (result i32)))
  (func $fib (export "fib") (type $unary) (local $a i32) (local $b i32)
    (local.set $b (i32.const 1))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get 0)))
        (local.set $b (i32.add (local.get $a) (local.tee $a (local.get $b))))
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (br $next)))
    (local.get $a))
  (func (export "pick") (param i32) (result i64)
    (block $c (block $b (block $a
      (br_table $a $b $c (local.get 0)))
      (return (i64.const 1)))
      (return (i64.const -2)))
    (i64.const 0x7fff_ffff_ffff_ffff))
  (func (export "two") (param f64) (result f64 f32)
    (if (result f64 f32) (f64.gt (local.get 0) (f64.const 0x1.8p3))
      (then (f64.const 1e-5) (f32.const nan:0x200000))
      (else (local.get 0) (f32.const -inf))))
  (func (export "never") unreachable i32.add drop))
