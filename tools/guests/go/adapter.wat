;; What Go's runtime asks of WASI preview 1, by functions of WASI 0.2: no files, no arguments,
;; no environment. Unlike the adapters of other toolchains it keeps nothing in memory: Go takes
;; all of it for its own, but for its first page, of which 16 bytes are used here during a call.
(module
  (import "env" "memory" (memory 0))
  (import "wasi:clocks/monotonic-clock@0.2.12" "now" (func $now (result i64)))
  (import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-duration"
    (func $subscribe-duration (param i64) (result i32)))
  (import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-instant"
    (func $subscribe-instant (param i64) (result i32)))
  (import "wasi:clocks/wall-clock@0.2.12" "now" (func $time (param i32)))
  (import "wasi:random/random@0.2.12" "get-random-u64" (func $random (result i64)))
  (import "wasi:io/poll@0.2.12" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:io/poll@0.2.12" "[resource-drop]pollable" (func $drop-pollable (param i32)))
  (import "wasi:cli/stdout@0.2.12" "get-stdout" (func $get-stdout (result i32)))
  (import "wasi:cli/stderr@0.2.12" "get-stderr" (func $get-stderr (result i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush"
    (func $write (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.12" "[resource-drop]output-stream"
    (func $drop-stream (param i32)))
  (import "wasi:io/error@0.2.12" "[resource-drop]error" (func $drop-error (param i32)))

  (func (export "sched_yield") (result i32) (i32.const 0))
  (func (export "proc_exit") (param $code i32) unreachable)

  ;; Two counts, both 0.
  (func $none (param $count i32) (param $bytes i32) (result i32)
    (i32.store (local.get $count) (i32.const 0))
    (i32.store (local.get $bytes) (i32.const 0))
    (i32.const 0))
  (func (export "args_sizes_get") (param i32 i32) (result i32)
    (call $none (local.get 0) (local.get 1)))
  (func (export "environ_sizes_get") (param i32 i32) (result i32)
    (call $none (local.get 0) (local.get 1)))
  (func (export "args_get") (param i32 i32) (result i32) (i32.const 0))
  (func (export "environ_get") (param i32 i32) (result i32) (i32.const 0))

  (func (export "clock_time_get") (param $clock i32) (param $precision i64) (param $at i32)
    (result i32)
    (if (i32.gt_u (local.get $clock) (i32.const 1)) (then (return (i32.const 28)))) ;; inval
    (if (local.get $clock)
      (then (i64.store (local.get $at) (call $now)))
      (else
        (call $time (i32.const 16))
        (i64.store (local.get $at)
          (i64.add (i64.mul (i64.load (i32.const 16)) (i64.const 1000000000))
            (i64.load32_u (i32.const 24))))))
    (i32.const 0))

  (func (export "random_get") (param $at i32) (param $len i32) (result i32)
    (local $bits i64)
    (block $done
      (loop $more
        (br_if $done (i32.eqz (local.get $len)))
        (local.set $bits (call $random))
        (loop $byte
          (i64.store8 (local.get $at) (local.get $bits))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $len (i32.sub (local.get $len) (i32.const 1)))
          (local.set $bits (i64.shr_u (local.get $bits) (i64.const 8)))
          (br_if $done (i32.eqz (local.get $len)))
          (br_if $byte (i64.ne (local.get $bits) (i64.const 0))))
        (br $more)))
    (i32.const 0))

  ;; As much of the first buffer as one write takes.
  (func (export "fd_write") (param $fd i32) (param $buffers i32) (param $count i32)
    (param $written i32) (result i32)
    (local $stream i32) (local $len i32)
    (i32.store (local.get $written) (i32.const 0))
    (if (i32.eqz (local.get $count)) (then (return (i32.const 0))))
    (if (i32.eq (local.get $fd) (i32.const 1))
      (then (local.set $stream (call $get-stdout)))
      (else
        (if (i32.ne (local.get $fd) (i32.const 2)) (then (return (i32.const 8)))) ;; badf
        (local.set $stream (call $get-stderr))))
    (local.set $len (i32.load offset=4 (local.get $buffers)))
    (if (i32.gt_u (local.get $len) (i32.const 4096))
      (then (local.set $len (i32.const 4096))))
    (call $write (local.get $stream) (i32.load (local.get $buffers)) (local.get $len)
      (i32.const 16))
    (call $drop-stream (local.get $stream))
    (if (i32.load8_u (i32.const 16))
      (then
        (if (i32.eqz (i32.load8_u (i32.const 20)))
          (then (call $drop-error (i32.load (i32.const 24)))))
        (return (i32.const 29)))) ;; io
    (i32.store (local.get $written) (local.get $len))
    (i32.const 0))

  ;; Go sleeps with one subscription, of a clock.
  (func (export "poll_oneoff") (param $in i32) (param $out i32) (param $count i32)
    (param $events i32) (result i32)
    (local $pollable i32)
    (if (i32.or (i32.eqz (local.get $count)) (i32.load8_u offset=8 (local.get $in)))
      (then (return (i32.const 58)))) ;; notsup
    (local.set $pollable
      (if (result i32) (i32.and (i32.load16_u offset=40 (local.get $in)) (i32.const 1))
        (then (call $subscribe-instant (i64.load offset=24 (local.get $in))))
        (else (call $subscribe-duration (i64.load offset=24 (local.get $in))))))
    (call $block (local.get $pollable))
    (call $drop-pollable (local.get $pollable))
    (i64.store (local.get $out) (i64.load (local.get $in)))
    (i64.store offset=8 (local.get $out) (i64.const 0))
    (i32.store (local.get $events) (i32.const 1))
    (i32.const 0)))
