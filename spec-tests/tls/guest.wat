;; guest.wat: a core module of a command component (tools/test-tls): gets https://@TO/hello.txt
;; and prints the body, or "error " and the letter that stands for the code.
(module
  (import "wasi:io/poll@0.2.12" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:io/streams@0.2.12" "[method]input-stream.blocking-read"
    (func $read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush"
    (func $write (param i32 i32 i32 i32)))
  (import "wasi:cli/stdout@0.2.12" "get-stdout" (func $stdout (result i32)))
  (import "wasi:http/types@0.2.12" "[constructor]fields" (func $fields (result i32)))
  (import "wasi:http/types@0.2.12" "[constructor]outgoing-request"
    (func $request (param i32) (result i32)))
  (import "wasi:http/types@0.2.12" "[method]outgoing-request.set-scheme"
    (func $scheme (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi:http/types@0.2.12" "[method]outgoing-request.set-authority"
    (func $authority (param i32 i32 i32 i32) (result i32)))
  (import "wasi:http/types@0.2.12" "[method]outgoing-request.set-path-with-query"
    (func $path (param i32 i32 i32 i32) (result i32)))
  (import "wasi:http/types@0.2.12" "[method]future-incoming-response.subscribe"
    (func $subscribe (param i32) (result i32)))
  (import "wasi:http/types@0.2.12" "[method]future-incoming-response.get"
    (func $get (param i32 i32)))
  (import "wasi:http/types@0.2.12" "[method]incoming-response.consume"
    (func $consume (param i32 i32)))
  (import "wasi:http/types@0.2.12" "[method]incoming-body.stream"
    (func $stream (param i32 i32)))
  (import "wasi:http/outgoing-handler@0.2.12" "handle"
    (func $handle (param i32 i32 i32 i32)))
  (memory (export "memory") 2)
  (global $top (mut i32) (i32.const 4096))
  (data (i32.const 1024) "/hello.txt")
  (data (i32.const 1040) "error ?\0a")
  (data (i32.const 2048) "@TO")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $top)
    (global.set $top (i32.and (i32.const -8)
      (i32.add (i32.add (global.get $top) (local.get 3)) (i32.const 7)))))
  (func $print (param i32 i32)
    (call $write (call $stdout) (local.get 0) (local.get 1) (i32.const 128)))
  (func $say (param $code i32)
    (i32.store8 (i32.const 1046) (i32.add (i32.const 65) (local.get $code)))
    (call $print (i32.const 1040) (i32.const 8)))
  (func (export "wasi:cli/run@0.2.12#run") (result i32) (local $r i32)
    (local.set $r (call $request (call $fields)))
    (drop (call $scheme (local.get $r) (i32.const 1) (i32.const 1) (i32.const 0)
      (i32.const 0)))
    (drop (call $authority (local.get $r) (i32.const 1) (i32.const 2048)
      (i32.const @LEN)))
    (drop (call $path (local.get $r) (i32.const 1) (i32.const 1024) (i32.const 10)))
    (call $handle (local.get $r) (i32.const 0) (i32.const 0) (i32.const 64))
    (if (i32.load8_u (i32.const 64))
      (then (call $say (i32.load8_u (i32.const 72))) (return (i32.const 1))))
    (local.set $r (i32.load (i32.const 72)))
    (call $block (call $subscribe (local.get $r)))
    (call $get (local.get $r) (i32.const 64))
    (if (i32.load8_u (i32.const 80))
      (then (call $say (i32.load8_u (i32.const 88))) (return (i32.const 1))))
    (call $consume (i32.load (i32.const 88)) (i32.const 64))
    (call $stream (i32.load (i32.const 68)) (i32.const 64))
    (local.set $r (i32.load (i32.const 68)))
    (loop $more
      (global.set $top (i32.const 4096))
      (call $read (local.get $r) (i64.const 1000) (i32.const 64))
      (if (i32.eqz (i32.load8_u (i32.const 64)))
        (then
          (call $print (i32.load (i32.const 68)) (i32.load (i32.const 72)))
          (br $more))))
    (i32.ne (i32.load8_u (i32.const 68)) (i32.const 1))))
