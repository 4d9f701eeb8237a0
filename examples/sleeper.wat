;; A component for poll-loop: sleeps, and says so, as often as it is told.
(component
  (import "tenon:loop/timer@1.0.0" (instance $timer
    (export "sleep" (func async (param "ms" u32)))
    (export "say" (func (param "n" u32)))))
  (canon lower (func $timer "sleep") (core func $sleep))
  (canon lower (func $timer "say") (core func $say))
  (core module $M
    (import "timer" "sleep" (func $sleep (param i32)))
    (import "timer" "say" (func $say (param i32)))
    (func (export "run") (param $times i32) (param $ms i32) (local $n i32)
      (loop $again
        (call $sleep (local.get $ms)) ;; blocks this task, and nothing else
        (call $say (local.tee $n (i32.add (local.get $n) (i32.const 1))))
        (br_if $again (i32.lt_u (local.get $n) (local.get $times))))))
  (core instance $m (instantiate $M (with "timer" (instance
    (export "sleep" (func $sleep)) (export "say" (func $say))))))
  (func (export "run") async (param "times" u32) (param "ms" u32)
    (canon lift (core func $m "run"))))
