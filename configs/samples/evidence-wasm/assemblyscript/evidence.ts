// SPDX-License-Identifier: Apache-2.0
//
// A register of evidence: ../c/evidence.c in AssemblyScript, where more is said.
import * as bsn from "bsn-contract";

const TEXT_MAX = 1024; // bytes of a uri and of a note

function isDigest(text: string): bool {
  if (text.length != 66 || !text.startsWith("0x")) return false;
  let any = false;
  for (let i = 2; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (!(c >= 48 && c <= 57) && !(c >= 97 && c <= 102)) return false;
    if (c != 48) any = true;
  }
  return any;
}

function digestArgument(): string {
  const digest = bsn.arg(0, "digest");
  bsn.require(isDigest(digest), "a digest is 0x and 64 hexadecimal digits, " +
    `not all 0, and not "${digest}"`);
  return digest;
}

function textArgument(place: i32, name: string): string {
  const length = bsn.argBytes(place, name).length;
  bsn.require(length <= TEXT_MAX, name + " has " + length.toString() +
    " bytes, and at most " + TEXT_MAX.toString() + " fit");
  return bsn.arg(place, name);
}

const keyOf = (digest: string): string => "entry/" + digest;

class Entry {
  constructor(
    public depositor: string,
    public note: string,
    public revoked: string,
    public time: string,
    public uri: string,
  ) {}

  put(digest: string): void {
    bsn.putBytes(keyOf(digest), new bsn.Fields()
      .add("depositor", this.depositor)
      .add("note", this.note)
      .add("revoked", this.revoked)
      .add("time", this.time)
      .add("uri", this.uri)
      .bytes());
  }
}

function existing(digest: string): Entry {
  const bytes = bsn.getBytes(keyOf(digest));
  bsn.require(bytes !== null, digest + " is not deposited");
  const fields = new bsn.Fields(bytes);
  return new Entry(fields.find("depositor")!, fields.find("note")!,
    fields.find("revoked")!, fields.find("time")!, fields.find("uri")!);
}

function emit(event: string, depositor: string, digest: string, key: string,
  value: string): void {
  bsn.emit(event, new bsn.Json().open("{")
    .key("depositor").text(depositor)
    .key("digest").text(digest)
    .key(key).text(value)
    .close("}").toString());
}

/// What the register is for; given once, when it is deployed.
export function initialize(): void {
  const name = textArgument(0, "name");
  bsn.require(name.length > 0, "a register has a name");
  bsn.put("name", name);
}

export function name(): void {
  const name = bsn.get("name");
  bsn.result(name === null ? "" : name);
}

export function deposit(): void {
  const digest = digestArgument();
  const uri = textArgument(1, "uri");
  const note = textArgument(2, "note");
  const time = (bsn.blockTime() / 1000).toString();
  bsn.require(bsn.getBytes(keyOf(digest)) === null,
    digest + " is deposited already");
  const entry = new Entry(bsn.caller(), note, "false", time, uri);
  entry.put(digest);
  emit("Deposited", entry.depositor, digest, "time", time);
}

export function get(): void {
  const entry = existing(digestArgument());
  bsn.result(new bsn.Json().open("{")
    .key("depositor").text(entry.depositor)
    .key("note").text(entry.note)
    .key("revoked").raw(entry.revoked)
    .key("time").text(entry.time)
    .key("uri").text(entry.uri)
    .close("}").toString());
}

export function revoke(): void {
  const digest = digestArgument();
  const entry = existing(digest);
  const caller = bsn.caller();
  bsn.require(entry.depositor == caller,
    digest + " was deposited by " + entry.depositor);
  bsn.require(entry.revoked == "false", digest + " is revoked already");
  const reason = textArgument(1, "reason");
  entry.revoked = "true";
  entry.put(digest);
  emit("Revoked", caller, digest, "reason", reason);
}

export function count(): void {
  const all = new bsn.Iterator("entry/", "entry0");
  let n: u64 = 0;
  while (all.next()) n++;
  bsn.result(n.toString());
}
