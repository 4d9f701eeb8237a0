;; A module that imports its memory, of which it has the start written when f is called.
(module
    (import "env" "memory" (memory 1 2))
    (import "$root" "[waitable-set-new]" (func $new (result i32)))
    (import "$root" "[waitable-set-poll-i32]" (func $poll (param i32 i32) (result i32)))
    (data (i32.const 4) "\ff\ff\ff\ff\ff\ff\ff\ff")
    (func (export "f") (result i32)
        (drop (call $poll (call $new) (i32.const 4)))
        (i32.add (i32.add (i32.load (i32.const 4)) (i32.load (i32.const 8))) (memory.size))))
