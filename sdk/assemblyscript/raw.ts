// SPDX-License-Identifier: Apache-2.0
//
// What chains offer, as docs/wasm.md has it: the imports of the module "bsn".
// Pointers are usize. "-> register": the bytes of the answer are fetched with take,
// which needs room for as many as the length that was answered.

// @ts-ignore: decorator
@external("bsn", "arg")
export declare function arg(place: i32, name: usize, length: i32): i32;
// @ts-ignore: decorator
@external("bsn", "arg_count")
export declare function arg_count(): i32;
// @ts-ignore: decorator
@external("bsn", "take")
export declare function take(to: usize): void;
// @ts-ignore: decorator
@external("bsn", "register_len")
export declare function register_len(): i32;
// @ts-ignore: decorator
@external("bsn", "caller")
export declare function caller(): i32;
// @ts-ignore: decorator
@external("bsn", "origin")
export declare function origin(): i32;
// @ts-ignore: decorator
@external("bsn", "self")
export declare function self(): i32;
// @ts-ignore: decorator
@external("bsn", "state_get")
export declare function state_get(key: usize, length: i32): i32;
// @ts-ignore: decorator
@external("bsn", "state_put")
export declare function state_put(key: usize, keyLength: i32, value: usize,
  length: i32): void;
// @ts-ignore: decorator
@external("bsn", "state_del")
export declare function state_del(key: usize, length: i32): void;
// @ts-ignore: decorator
@external("bsn", "iter")
export declare function iter(from: usize, fromLength: i32, to: usize,
  toLength: i32): i32;
// @ts-ignore: decorator
@external("bsn", "iter_next")
export declare function iter_next(handle: i32): i32;
// @ts-ignore: decorator
@external("bsn", "iter_value")
export declare function iter_value(handle: i32): i32;
// @ts-ignore: decorator
@external("bsn", "emit")
export declare function emit(name: usize, nameLength: i32, data: usize,
  length: i32): void;
// @ts-ignore: decorator
@external("bsn", "call")
export declare function call(contract: usize, contractLength: i32, name: usize,
  nameLength: i32, args: usize, length: i32): i32;
// @ts-ignore: decorator
@external("bsn", "result")
export declare function result(data: usize, length: i32): void;
// @ts-ignore: decorator
@external("bsn", "revert")
export declare function revert(reason: usize, length: i32): void;
// @ts-ignore: decorator
@external("bsn", "hash")
export declare function hash(alg: i32, data: usize, length: i32,
  digest: usize): void;
// @ts-ignore: decorator
@external("bsn", "verify")
export declare function verify(alg: i32, key: usize, keyLength: i32,
  message: usize, messageLength: i32, signature: usize, length: i32): i32;
// @ts-ignore: decorator
@external("bsn", "log")
export declare function log(text: usize, length: i32): void;
// @ts-ignore: decorator
@external("bsn", "block_number")
export declare function block_number(): u64;
// @ts-ignore: decorator
@external("bsn", "block_time")
export declare function block_time(): u64;
