;; A task that yields, and one that waits for it.
(component $app
  (component $worker
    (core func $return (canon task.return (result u32)))
    (core module $m
      (import "" "return" (func $return (param i32)))
      (func $begin (export "begin") (result i32) (i32.const 1 (; yield ;)))
      (func $step (export "step") (param i32 i32 i32) (result i32)
        (call $return (i32.const 42))
        (i32.const 0 (; exit ;))))
    (core instance $m
      (instantiate $m (with "" (instance (export "return" (func $return))))))
    (func (export "work") async (result u32)
      (canon lift (core func $m "begin") async (callback (func $m "step")))))
  (instance $worker (instantiate $worker))
  (core module $memory (memory (export "memory") 1))
  (core instance $memory (instantiate $memory))
  (core func $work (canon lower (func $worker "work") async (memory $memory "memory")))
  (core func $set (canon waitable-set.new))
  (core func $join (canon waitable.join))
  (core func $wait (canon waitable-set.wait (memory $memory "memory")))
  (core func $drop (canon subtask.drop))
  (core module $m
    (import "" "memory" (memory 1))
    (import "" "work" (func $work (param i32) (result i32)))
    (import "" "set" (func $set (result i32)))
    (import "" "join" (func $join (param i32 i32)))
    (import "" "wait" (func $wait (param i32 i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func $run (export "run") (result i32)
      (local $subtask i32) (local $set i32)
      (local.set $subtask (i32.shr_u (call $work (i32.const 16)) (i32.const 4)))
      (local.set $set (call $set))
      (call $join (local.get $subtask) (local.get $set))
      (drop (call $wait (local.get $set) (i32.const 32)))
      (call $drop (local.get $subtask))
      (i32.load (i32.const 16))))
  (core instance $m
    (instantiate $m
      (with "" (instance (export "memory" (memory $memory "memory"))
                         (export "work" (func $work)) (export "set" (func $set))
                         (export "join" (func $join)) (export "wait" (func $wait))
                         (export "drop" (func $drop))))))
  (func (export "run") async (result u32) (canon lift (core func $m "run"))))
