// SPDX-License-Identifier: Apache-2.0
//
// A contract in AssemblyScript for chains with the runtime "wasm".
//
//   import * as bsn from "../../sdk/assemblyscript";
//
//   export function greet(): void {
//     const name = bsn.arg(0, "name");
//     bsn.require(name.length > 0, "whom?");
//     bsn.put("last", name);
//     bsn.result("hello, " + name);
//   }
//
//   npx asc greet.ts --use abort= --runtime stub -O -o greet.wasm
//
// Each exported function without parameters may be called; `initialize` runs once,
// when the contract is created, with the deployment's arguments. Each call runs in an
// instance of its own: variables begin anew, and what is to be kept is put into the
// state. Chains refuse f32 and f64 unless they were made to take them, so do without
// Math, parseFloat and Number; those of this file have none.
//
// Texts are UTF-8 on chains; `...Bytes` have bytes as they are. What a chain refuses
// (a key that is too long, say) ends the call and undoes it. What calls cost, and what
// the imports do exactly, is in docs/wasm.md.
import * as raw from "./raw";
import { Fields } from "./text";

function taken(length: i32): Uint8Array {
  const bytes = new Uint8Array(length);
  raw.take(bytes.dataStart);
  return bytes;
}

function utf8(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text));
}

function textOf(bytes: Uint8Array): string {
  return String.UTF8.decodeUnsafe(bytes.dataStart, bytes.length);
}

// ---- the call ----

/// The argument of that name, else the one at that place, from 0, of those without a
/// name; null: there is none.
export function findArgBytes(place: i32, name: string): Uint8Array | null {
  const bytes = utf8(name);
  const length = raw.arg(place, bytes.dataStart, bytes.length);
  return length < 0 ? null : taken(length);
}

/// The same; reverts where it is missing.
export function argBytes(place: i32, name: string): Uint8Array {
  const found = findArgBytes(place, name);
  if (found === null) revert(`the argument "${name}" is missing`);
  return found!;
}

export function arg(place: i32, name: string): string {
  return textOf(argBytes(place, name));
}

export function argCount(): i32 {
  return raw.arg_count();
}

/// Addresses as the chain's framework writes them: who calls (a contract, when one
/// does), who signed the transaction, and this contract.
export function caller(): string {
  return textOf(taken(raw.caller()));
}
export function origin(): string {
  return textOf(taken(raw.origin()));
}
export function self(): string {
  return textOf(taken(raw.self()));
}

/// What the call answers; the last one counts.
export function resultBytes(data: Uint8Array): void {
  raw.result(data.dataStart, data.length);
}
export function result(text: string): void {
  resultBytes(utf8(text));
}

/// Ends the call, with all that it did undone.
export function revert(reason: string): void {
  const bytes = utf8(reason);
  raw.revert(bytes.dataStart, bytes.length);
  unreachable();
}
export function require(holds: bool, otherwise: string): void {
  if (!holds) revert(otherwise);
}

export function emit(name: string, data: string): void {
  const event = utf8(name);
  const bytes = utf8(data);
  raw.emit(event.dataStart, event.length, bytes.dataStart, bytes.length);
}

/// For hosts that ask for it; nothing on a chain.
export function log(text: string): void {
  const bytes = utf8(text);
  raw.log(bytes.dataStart, bytes.length);
}

/// Milliseconds since 1970-01-01, as docs/wasm.md says.
export function blockTime(): u64 {
  return raw.block_time();
}
export function blockNumber(): u64 {
  return raw.block_number();
}

// ---- the contract's state ----

/// null: there is no such key.
export function getBytes(key: string): Uint8Array | null {
  const bytes = utf8(key);
  const length = raw.state_get(bytes.dataStart, bytes.length);
  return length < 0 ? null : taken(length);
}
export function get(key: string): string | null {
  const value = getBytes(key);
  return value === null ? null : textOf(value);
}

export function putBytes(key: string, value: Uint8Array): void {
  const bytes = utf8(key);
  raw.state_put(bytes.dataStart, bytes.length, value.dataStart, value.length);
}
export function put(key: string, value: string): void {
  putBytes(key, utf8(value));
}

export function del(key: string): void {
  const bytes = utf8(key);
  raw.state_del(bytes.dataStart, bytes.length);
}

/// Goes over the keys from `from` to before `to` ("": to the last), in the order of
/// their bytes:
///
///   const all = new bsn.Iterator("entry/", "entry0");
///   while (all.next()) use(all.key, all.value());
export class Iterator {
  private handle: i32;
  key: string = "";

  constructor(from: string, to: string) {
    const first = utf8(from);
    const end = utf8(to);
    this.handle = raw.iter(first.dataStart, first.length, end.dataStart,
      end.length);
  }

  next(): bool {
    const length = raw.iter_next(this.handle);
    if (length < 0) return false;
    this.key = textOf(taken(length));
    return true;
  }

  valueBytes(): Uint8Array {
    return taken(raw.iter_value(this.handle));
  }
  value(): string {
    return textOf(this.valueBytes());
  }
}

// ---- others, digests, signatures ----

/// What another contract answered: a status of <bsn/base.h>, and its output or reason.
export class Answer {
  constructor(public status: i32, public bytes: Uint8Array) {}
  text(): string {
    return textOf(this.bytes);
  }
}

/// Calls another contract; with a status other than 0, what it did is undone.
export function call(contract: string, name: string, args: Fields): Answer {
  const to = utf8(contract);
  const called = utf8(name);
  const given = args.bytes();
  const status = raw.call(to.dataStart, to.length, called.dataStart,
    called.length, given.dataStart, given.length);
  return new Answer(status, taken(raw.register_len()));
}

/// Of hash, 32 bytes each; Chain: what the chain uses itself.
export enum Hash { Chain, Sm3, Sha256, Keccak256 }
export function hash(alg: Hash, data: Uint8Array): Uint8Array {
  const digest = new Uint8Array(32);
  raw.hash(alg, data.dataStart, data.length, digest.dataStart);
  return digest;
}

export enum Signature { Sm2 = 1, P256, Secp256k1 }
/// Keys and signatures as docs/wasm.md says.
export function verify(alg: Signature, key: Uint8Array, message: Uint8Array,
  signature: Uint8Array): bool {
  return raw.verify(alg, key.dataStart, key.length, message.dataStart,
    message.length, signature.dataStart, signature.length) == 1;
}

export { Fields, Json, hex, number, unhex } from "./text";
