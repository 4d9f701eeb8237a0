(module
  (memory $a i64 1 2)
  (memory $b 1)
  (table i64 3 funcref)
  (func (export "copy") (param i64)
    (memory.copy $b $a (i32.const 0) (local.get 0) (i32.const 16))
    (i32.store $b offset=4 (i32.const 0) (i32.load $a offset=0x1_0000_0000 (local.get 0)))
    (drop (memory.grow $a (i64.const 1)))
    (drop (table.size))))
