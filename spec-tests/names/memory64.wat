(module
    (import "$root" "[waitable-set-new]" (func $new (result i32)))
    (import "$root" "[waitable-set-poll-i64]" (func $poll (param i32 i64) (result i32)))
    (import "$root" "[cancellable][waitable-set-wait-i64]" (func $wait (param i32 i64) (result i32)))
    (memory (export "memory") i64 1)
    (data (i64.const 4) "\ff\ff\ff\ff\ff\ff\ff\ff")
    (func (export "f") (result i32)
        (drop (call $poll (call $new) (i64.const 4)))
        (i32.add (i32.load (i64.const 4)) (i32.load (i64.const 8)))))
