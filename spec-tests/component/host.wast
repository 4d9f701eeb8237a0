;; What scripts can import from the runner (`tenon wast --help`), and with it how a host's
;; functions, resources, nested instances and core modules are linked.

(component
  (import "host-return-two" (func $two (result u32)))
  (import "host-echo-u32" (func $echo async (param "x" u32) (result u32)))
  (import "host" (instance $host
    (export "return-three" (func (result u32)))
    (export "return-hi" (func (result string)))
    (export "nested" (instance (export "return-four" (func (result u32)))))))
  (export "two" (func $two))
  (export "three" (func $host "return-three"))
  (export "four" (func $host "nested" "return-four"))
  (export "hi" (func $host "return-hi"))

  (core module $libc (memory (export "memory") 1))
  (core instance $libc (instantiate $libc))
  (core func $two' (canon lower (func $two)))
  (core func $three (canon lower (func $host "return-three")))
  (core func $four (canon lower (func $host "nested" "return-four")))
  (core func $echo (canon lower (func $echo)))
  (core func $echo-async (canon lower (func $echo) async
    (memory (core memory $libc "memory"))))
  (core module $m
    (import "libc" "memory" (memory 1))
    (import "" "two" (func $two (result i32)))
    (import "" "three" (func $three (result i32)))
    (import "" "four" (func $four (result i32)))
    (import "" "echo" (func $echo (param i32) (result i32)))
    (import "" "echo-async" (func $echo-async (param i32 i32) (result i32)))
    (func (export "sum") (result i32)
      (i32.add (i32.mul (call $two) (i32.const 100))
        (i32.add (i32.mul (call $three) (i32.const 10)) (call $four))))
    (func (export "echo") (param i32) (result i32)
      ;; RETURNED at once
      (if (i32.ne (call $echo-async (local.get 0) (i32.const 8)) (i32.const 2))
        (then unreachable))
      (i32.sub (call $echo (local.get 0)) (i32.load (i32.const 8)))))
  (core instance $m (instantiate $m (with "libc" (instance $libc))
    (with "" (instance
      (export "two" (func $two')) (export "three" (func $three))
      (export "four" (func $four)) (export "echo" (func $echo))
      (export "echo-async" (func $echo-async))))))
  (func (export "sum") (result u32) (canon lift (core func $m "sum")))
  (func (export "echo") async (param "x" u32) (result u32)
    (canon lift (core func $m "echo"))))
(assert_return (invoke "two") (u32.const 2))
(assert_return (invoke "three") (u32.const 3))
(assert_return (invoke "four") (u32.const 4))
(assert_return (invoke "hi") (str.const "hi"))
(assert_return (invoke "sum") (u32.const 234))
(assert_return (invoke "echo" (u32.const 77)) (u32.const 0))

;; A core module is given, not an instance: each instantiation has a state of its own.
(component
  (import "host" (instance $host
    (export "simple-module" (core module
      (export "f" (func (result i32)))
      (export "g" (global i32))))))
  (core instance $s (instantiate (module $host "simple-module")))
  (core module $m
    (import "s" "g" (global $g i32))
    (import "s" "f" (func $f (result i32)))
    (func (export "run") (result i32) (i32.sub (call $f) (global.get $g))))
  (core instance $m (instantiate $m (with "s" (instance $s))))
  (func (export "run") (result u32) (canon lift (core func $m "run"))))
(assert_return (invoke "run") (u32.const 1))

;; It may offer more than is asked for, and nothing of it has to be asked for.
(component
  (import "host" (instance
    (export "simple-module" (core module (export "g" (global i32)))))))
(component
  (import "host" (instance
    (export "simple-module" (core module (import "a" "b" (func)))))))

;; Objects of the host: their number, drops of them, and who has them.
(component definition $Objects
  (import "host" (instance $host
    (export "resource1" (type $r (sub resource)))
    (export "resource1-again" (type $again (eq $r)))
    (export "resource2" (type $r2 (sub resource)))
    (export "[constructor]resource1" (func (param "rep" u32) (result (own $r))))
    (export "[static]resource1.assert" (func (param "r" (own $r)) (param "rep" u32)))
    (export "[static]resource1.last-drop" (func (result u32)))
    (export "[static]resource1.drops" (func (result u32)))
    (export "[method]resource1.simple"
      (func (param "self" (borrow $r)) (param "rep" u32)))
    (export "[method]resource1.take-borrow"
      (func (param "self" (borrow $r)) (param "b" (borrow $again))))
    (export "[method]resource1.take-own"
      (func (param "self" (borrow $r)) (param "b" (own $r))))))
  (alias export $host "resource1" (type $r))
  (alias export $host "resource2" (type $r2))
  (canon lower (func $host "[constructor]resource1") (core func $new))
  (canon lower (func $host "[static]resource1.assert") (core func $assert))
  (canon lower (func $host "[static]resource1.last-drop") (core func $last))
  (canon lower (func $host "[static]resource1.drops") (core func $drops))
  (canon lower (func $host "[method]resource1.simple") (core func $simple))
  (canon lower (func $host "[method]resource1.take-borrow") (core func $take-borrow))
  (canon lower (func $host "[method]resource1.take-own") (core func $take-own))
  (canon resource.drop $r (core func $drop))
  (canon resource.drop $r2 (core func $drop2))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "assert" (func $assert (param i32 i32)))
    (import "" "last" (func $last (result i32)))
    (import "" "drops" (func $drops (result i32)))
    (import "" "simple" (func $simple (param i32 i32)))
    (import "" "take-borrow" (func $take-borrow (param i32 i32)))
    (import "" "take-own" (func $take-own (param i32 i32)))
    (import "" "drop" (func $drop (param i32)))
    (import "" "drop2" (func $drop2 (param i32)))
    ;; how many more drops there are after one, and the number of what was dropped
    (func (export "one-drop") (result i32)
      (local $before i32)
      (local.set $before (call $drops))
      (call $drop (call $new (i32.const 33)))
      (i32.add (i32.mul (i32.sub (call $drops) (local.get $before)) (i32.const 1000))
        (call $last)))
    ;; what the host takes is not dropped
    (func (export "taken") (result i32)
      (local $before i32) (local $a i32)
      (local.set $before (call $drops))
      (call $assert (call $new (i32.const 7)) (i32.const 7))
      (local.set $a (call $new (i32.const 8)))
      (call $take-own (local.get $a) (call $new (i32.const 9)))
      (call $take-borrow (local.get $a) (local.get $a))
      (call $simple (local.get $a) (i32.const 8))
      (call $drop (local.get $a))
      (i32.sub (call $drops) (local.get $before)))
    (func (export "wrong-number") (call $simple (call $new (i32.const 1)) (i32.const 2)))
    (func (export "use-after-drop")
      (local $a i32)
      (local.set $a (call $new (i32.const 1)))
      (call $drop (local.get $a))
      (call $simple (local.get $a) (i32.const 1)))
    (func (export "own-and-borrow")
      (local $a i32)
      (local.set $a (call $new (i32.const 1)))
      (call $take-own (local.get $a) (local.get $a)))
    (func (export "drop-twice")
      (local $a i32)
      (local.set $a (call $new (i32.const 1)))
      (call $drop (local.get $a))
      (call $drop (local.get $a)))
    (func (export "drop-other-type") (call $drop2 (call $new (i32.const 1)))))
  (core instance $m (instantiate $m (with "" (instance
    (export "new" (func $new)) (export "assert" (func $assert))
    (export "last" (func $last)) (export "drops" (func $drops))
    (export "simple" (func $simple)) (export "take-borrow" (func $take-borrow))
    (export "take-own" (func $take-own)) (export "drop" (func $drop))
    (export "drop2" (func $drop2))))))
  (func (export "one-drop") (result u32) (canon lift (core func $m "one-drop")))
  (func (export "taken") (result u32) (canon lift (core func $m "taken")))
  (func (export "wrong-number") (canon lift (core func $m "wrong-number")))
  (func (export "use-after-drop") (canon lift (core func $m "use-after-drop")))
  (func (export "own-and-borrow") (canon lift (core func $m "own-and-borrow")))
  (func (export "drop-twice") (canon lift (core func $m "drop-twice")))
  (func (export "drop-other-type") (canon lift (core func $m "drop-other-type"))))

(component instance $o $Objects)
(assert_return (invoke "one-drop") (u32.const 1033))
(assert_return (invoke "taken") (u32.const 1))
(assert_return (invoke "one-drop") (u32.const 1033))
(assert_trap (invoke "wrong-number") "the object is 1, not 2")
(component instance $o $Objects)
(assert_trap (invoke "use-after-drop") "unknown handle index 1")
(component instance $o $Objects)
(assert_trap (invoke "own-and-borrow") "cannot remove owned resource while borrowed")
(component instance $o $Objects)
(assert_trap (invoke "drop-twice") "unknown handle index 1")
(component instance $o $Objects)
(assert_trap (invoke "drop-other-type")
  "handle index 1 used with the wrong type, expected host-defined resource but found a different host-defined resource")

;; What cannot be linked, with the place, what was wanted, and what was offered.
(assert_unlinkable
  (component (import "nobody" (instance (export "f" (func)))))
  "nobody: instance")
(assert_unlinkable
  (component (import "host" (instance (export "return-five" (func (result u32))))))
  "host#return-five")
(assert_unlinkable
  (component (import "host" (instance (export "return-three" (func (result u64))))))
  "host#return-three: wanted func() -> u64, the host's host offers func() -> u32")
(assert_unlinkable
  (component (import "host-return-two" (func (param "x" u32) (result u32))))
  "host-return-two")
(assert_unlinkable
  (component (import "host" (instance
    (export "nested" (instance (export "return-five" (func (result u32))))))))
  "host#nested#return-five")
(assert_unlinkable
  (component (import "host" (instance (export "no-nested" (instance)))))
  "host#no-nested")
(assert_unlinkable
  (component (import "host" (instance
    (export "simple-module" (core module (export "h" (func)))))))
  "one without an export \"h\"")
(assert_unlinkable
  (component (import "host" (instance
    (export "simple-module" (core module (export "f" (func (param i32))))))))
  "one that exports \"f\" as")
(assert_unlinkable
  (component (import "host" (instance (export "other-module" (core module)))))
  "host#other-module")
(assert_unlinkable
  (component (import "simple-module" (core module)))
  "simple-module")
(assert_unlinkable
  (component (import "c" (component)))
  "c: component")
(assert_unlinkable
  (component (import "host" (instance
    (export "resource1" (type $r (sub resource)))
    (export "resource2" (type (eq $r))))))
  "host#resource2: wanted the resource imported before")
(assert_unlinkable
  (component (import "host" (instance
    (export "resource2" (type $r (sub resource)))
    (export "[constructor]resource2" (func (param "rep" u32) (result (own $r)))))))
  "host#[constructor]resource2")
