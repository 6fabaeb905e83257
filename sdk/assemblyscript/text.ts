// SPDX-License-Identifier: Apache-2.0
//
// Texts without floats: JSON, hexadecimal digits, numbers, fields.

const DIGITS = "0123456789abcdef";

/// "0x" and lower-case digits.
export function hex(bytes: Uint8Array): string {
  let text = "0x";
  for (let i = 0; i < bytes.length; i++)
    text += DIGITS.charAt(bytes[i] >> 4) + DIGITS.charAt(bytes[i] & 15);
  return text;
}

function digit(code: i32): i32 {
  if (code >= 48 && code <= 57) return code - 48;
  code |= 0x20;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}

/// The bytes of such a text, in digits of either case; null: it is none.
export function unhex(text: string): Uint8Array | null {
  if (text.length % 2 != 0 || !text.startsWith("0x")) return null;
  const bytes = new Uint8Array(text.length / 2 - 1);
  for (let i = 0; i < bytes.length; i++) {
    const high = digit(text.charCodeAt(2 * i + 2));
    const low = digit(text.charCodeAt(2 * i + 3));
    if (high < 0 || low < 0) return null;
    bytes[i] = <u8>(high << 4 | low);
  }
  return bytes;
}

/// A whole decimal text of at most 18 digits; -1: it is none.
export function number(text: string): i64 {
  if (text.length == 0 || text.length > 18) return -1;
  let n: i64 = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return -1;
    n = n * 10 + (code - 48);
  }
  return n;
}

/// JSON (RFC 8259) without spaces:
///
///   new bsn.Json().open("{").key("owner").text(owner).close("}").toString()
export class Json {
  private out: string = "";
  private comma: bool = false;

  /// A value as it is: a number, true, or what was written as JSON before.
  raw(value: string): Json {
    if (this.comma) this.out += ",";
    this.out += value;
    this.comma = true;
    return this;
  }
  open(bracket: string): Json {
    this.raw(bracket);
    this.comma = false;
    return this;
  }
  close(bracket: string): Json {
    this.out += bracket;
    this.comma = true;
    return this;
  }
  text(value: string): Json {
    let quoted = '"';
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code == 34 || code == 92) quoted += "\\" + value.charAt(i);
      else if (code < 32)
        quoted += "\\u00" + (code < 16 ? "0" : "1") + DIGITS.charAt(code & 15);
      else quoted += value.charAt(i);
    }
    return this.raw(quoted + '"');
  }
  /// What follows is the value of this member.
  key(name: string): Json {
    this.text(name);
    this.out += ":";
    this.comma = false;
    return this;
  }
  /// A number. Readers of JSON may round those beyond 2^53: give them as text.
  number(n: u64): Json {
    return this.raw(n.toString());
  }
  bool(value: bool): Json {
    return this.raw(value ? "true" : "false");
  }
  toString(): string {
    return this.out;
  }
}

/// Arguments of a call, or a record in the state. For each field the length of its
/// name, its name, the length of its value, its value; lengths are 32 bits,
/// little-endian. An argument without a name has its place.
export class Fields {
  private buffer: Uint8Array;
  private length: i32 = 0;

  /// Of bytes that were written before, or none.
  constructor(bytes: Uint8Array | null = null) {
    this.buffer = bytes === null ? new Uint8Array(64) : bytes;
    this.length = bytes === null ? 0 : bytes.length;
  }

  private part(bytes: Uint8Array): void {
    const end = this.length + 4 + bytes.length;
    if (end > this.buffer.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    const at = this.buffer.dataStart + this.length;
    store<u32>(at, bytes.length);
    memory.copy(at + 4, bytes.dataStart, bytes.length);
    this.length = end;
  }
  addBytes(name: string, value: Uint8Array): Fields {
    this.part(Uint8Array.wrap(String.UTF8.encode(name)));
    this.part(value);
    return this;
  }
  add(name: string, value: string): Fields {
    return this.addBytes(name, Uint8Array.wrap(String.UTF8.encode(value)));
  }

  /// The part at `at`, behind which the next one begins at `at + 4 + length`; null:
  /// there is none.
  private partAt(at: i32): Uint8Array | null {
    if (this.length - at < 4) return null;
    const length = load<u32>(this.buffer.dataStart + at);
    if (length > <u32>(this.length - at - 4)) return null;
    return this.buffer.slice(at + 4, at + 4 + <i32>length);
  }
  /// The value of the first field of that name; null: there is none.
  find(name: string): string | null {
    let at = 0;
    let called = this.partAt(at);
    while (called !== null) {
      const value = this.partAt(at + 4 + called.length);
      if (value === null) return null;
      if (String.UTF8.decode(called.buffer) == name)
        return String.UTF8.decode(value.buffer);
      at += 8 + called.length + value.length;
      called = this.partAt(at);
    }
    return null;
  }
  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}
