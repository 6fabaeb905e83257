(module
  (import "bsn" "call"
    (func $call (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "bsn" "arg" (func $arg (param i32 i32 i32) (result i32)))
  (import "bsn" "result" (func $result (param i32 i32)))
  (import "bsn" "revert" (func $revert (param i32 i32)))
  (import "bsn" "iter" (func $iter (param i32 i32 i32 i32) (result i32)))
  (import "bsn" "state_put" (func $put (param i32 i32 i32 i32)))
  (memory (export "memory") 32)
  (data (i32.const 0) "greedysixteenspoil")
  ;; a text of "x" and 200 letters of two bytes each
  (data (i32.const 256) "x")

  (func (export "long_contract")
    (drop (call $call (i32.const 0) (i32.const 256) (i32.const 0)
      (i32.const 1) (i32.const 0) (i32.const 0))))
  (func (export "long_function")
    (drop (call $call (i32.const 0) (i32.const 1) (i32.const 0)
      (i32.const 256) (i32.const 0) (i32.const 0))))
  (func (export "long_arguments")
    (drop (call $call (i32.const 0) (i32.const 1) (i32.const 0)
      (i32.const 1) (i32.const 0) (i32.const 0x100001))))
  (func (export "few_arguments")
    (drop (call $call (i32.const 0) (i32.const 1) (i32.const 0)
      (i32.const 1) (i32.const 0x1000) (i32.const 0))))
  (func (export "many_arguments")
    (drop (call $call (i32.const 0) (i32.const 1) (i32.const 0)
      (i32.const 1) (i32.const 0x1000) (i32.const 0x100000))))
  (func (export "long_name")
    (drop (call $arg (i32.const 0) (i32.const 0x1000) (i32.const 0x100000))))
  (func (export "large_result")
    (call $result (i32.const 0x1000) (i32.const 0x100000)))
  (func (export "long_reason")
    (local $at i32)
    (local.set $at (i32.const 257))
    (loop $next
      (i32.store16 (local.get $at) (i32.const 0xa9c3))
      (br_if $next (i32.lt_u
        (local.tee $at (i32.add (local.get $at) (i32.const 2)))
        (i32.const 657))))
    (call $revert (i32.const 256) (i32.const 401)))

  (func $sixteen (export "sixteen")
    (local $n i32)
    (loop $next
      (drop (call $iter (i32.const 0) (i32.const 0) (i32.const 0)
        (i32.const 0)))
      (br_if $next (i32.lt_u
        (local.tee $n (i32.add (local.get $n) (i32.const 1)))
        (i32.const 16)))))
  (func (export "many_iterators")
    (local $n i32)
    (loop $next
      (drop (call $call (i32.const 0) (i32.const 6) (i32.const 6)
        (i32.const 7) (i32.const 0) (i32.const 0)))
      (br_if $next (i32.lt_u
        (local.tee $n (i32.add (local.get $n) (i32.const 1)))
        (i32.const 65)))))

  (func (export "spoil")
    (local $n i32)
    (loop $next
      (i32.store (i32.const 1024) (local.get $n))
      (call $put (i32.const 1024) (i32.const 4) (i32.const 0) (i32.const 1))
      (br_if $next (i32.lt_u
        (local.tee $n (i32.add (local.get $n) (i32.const 1)))
        (i32.const 100))))
    (call $revert (i32.const 0) (i32.const 0)))
  (func (export "spoil_and_walk")
    (drop (call $call (i32.const 0) (i32.const 6) (i32.const 13)
      (i32.const 5) (i32.const 0) (i32.const 0)))
    (call $sixteen)))
