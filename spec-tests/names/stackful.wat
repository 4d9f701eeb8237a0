;; An async function that may block where it stands: it gives way, and goes on.
(module
    (import "$root" "[thread-yield]" (func $yield (result i32)))
    (import "[export]$root" "[task-return]f" (func $return (param i32)))
    (func (export "[async-lift-stackful]f")
        (drop (call $yield))
        (call $return (i32.const 7))
        (drop (call $yield))))
