// SPDX-License-Identifier: Apache-2.0
//! A contract in Rust for chains with the runtime "wasm".
//!
//! ```
//! #![no_std]
//! use bsn_contract as bsn;
//!
//! #[no_mangle]
//! pub extern "C" fn greet() {
//!     let name = bsn::arg(0, "name");
//!     bsn::require(!name.is_empty(), "whom?");
//!     bsn::put(b"last", name);
//!     bsn::result(bsn::join(&[b"hello, ", name]));
//! }
//! ```
//!
//! Each exported function without parameters may be called; `initialize` runs once,
//! when the contract is created, with the deployment's arguments. Each call runs in an
//! instance of its own: statics begin anew, and what is to be kept is put into the
//! state. Memory is never given back: the instance ends soon, so bytes that functions
//! answer may be kept, and nothing needs the crate `alloc`. What a chain refuses (a key
//! that is too long, say) and what panics ends the call and undoes it. Chains refuse f32
//! and f64 unless they were made to take them. What calls cost, and what the imports do
//! exactly, is in docs/wasm.md.
#![no_std]

use core::arch::wasm32;

/// Bytes of the contract's memory, which is never given back.
pub type Bytes = &'static [u8];

/// What chains offer: the module "bsn". "-> register": the bytes of the answer are
/// fetched with `take`, which needs room for as many as the length that was answered.
pub mod raw {
    #[link(wasm_import_module = "bsn")]
    extern "C" {
        pub fn arg(place: u32, name: *const u8, len: usize) -> i32;
        pub fn arg_count() -> u32;
        pub fn take(to: *mut u8);
        pub fn register_len() -> usize;
        pub fn caller() -> usize;
        pub fn origin() -> usize;
        #[link_name = "self"]
        pub fn this() -> usize;
        pub fn state_get(key: *const u8, len: usize) -> i32;
        pub fn state_put(key: *const u8, key_len: usize, value: *const u8, len: usize);
        pub fn state_del(key: *const u8, len: usize);
        pub fn iter(from: *const u8, from_len: usize, to: *const u8, to_len: usize) -> u32;
        pub fn iter_next(handle: u32) -> i32;
        pub fn iter_value(handle: u32) -> usize;
        pub fn emit(name: *const u8, name_len: usize, data: *const u8, len: usize);
        pub fn call(
            contract: *const u8,
            contract_len: usize,
            function: *const u8,
            function_len: usize,
            args: *const u8,
            len: usize,
        ) -> i32;
        pub fn result(data: *const u8, len: usize);
        pub fn revert(reason: *const u8, len: usize) -> !;
        pub fn hash(alg: u32, data: *const u8, len: usize, digest: *mut u8);
        pub fn verify(
            alg: u32,
            key: *const u8,
            key_len: usize,
            message: *const u8,
            message_len: usize,
            signature: *const u8,
            len: usize,
        ) -> i32;
        pub fn log(text: *const u8, len: usize);
        pub fn block_number() -> u64;
        pub fn block_time() -> u64;
    }
}

// ---- memory and panics ----

extern "C" {
    static __heap_base: u8; // where the linker ended
}

// A contract has one thread.
static mut HEAP_AT: usize = 0;

/// `len` bytes of 0. Memory that a chain does not give ends the call.
pub fn alloc(len: usize) -> &'static mut [u8] {
    unsafe {
        let at = match HEAP_AT {
            0 => core::ptr::addr_of!(__heap_base) as usize,
            at => at,
        };
        let have = wasm32::memory_size(0) << 16;
        let end = at.checked_add(len).unwrap_or_else(|| revert("out of memory"));
        if end > have && wasm32::memory_grow(0, (end - have + 65535) >> 16) == usize::MAX {
            revert("out of memory");
        }
        HEAP_AT = end;
        core::slice::from_raw_parts_mut(at as *mut u8, len)
    }
}

#[panic_handler]
fn panicked(_: &core::panic::PanicInfo) -> ! {
    wasm32::unreachable()
}

// ---- the call ----

fn taken(len: usize) -> Bytes {
    let bytes = alloc(len);
    unsafe { raw::take(bytes.as_mut_ptr()) }
    bytes
}

fn taken_if(len: i32) -> Option<Bytes> {
    usize::try_from(len).ok().map(taken)
}

/// The argument of that name, else the one at that place, from 0, of those without a
/// name.
pub fn find_arg(place: u32, name: &str) -> Option<Bytes> {
    taken_if(unsafe { raw::arg(place, name.as_ptr(), name.len()) })
}

/// The same; reverts where it is missing.
pub fn arg(place: u32, name: &str) -> Bytes {
    find_arg(place, name)
        .unwrap_or_else(|| wrong_arg(name, b"\" is missing"))
}

fn wrong_arg(name: &str, how: &[u8]) -> ! {
    revert_bytes(join(&[b"the argument \"", name.as_bytes(), how]))
}

/// Addresses as the chain's framework writes them: who calls (a contract, when one
/// does), who signed the transaction, and this contract.
pub fn caller() -> Bytes {
    taken(unsafe { raw::caller() })
}
pub fn origin() -> Bytes {
    taken(unsafe { raw::origin() })
}
pub fn this() -> Bytes {
    taken(unsafe { raw::this() })
}

/// What the call answers; the last one counts.
pub fn result(data: &[u8]) {
    unsafe { raw::result(data.as_ptr(), data.len()) }
}

/// Ends the call, with all that it did undone.
pub fn revert(reason: &str) -> ! {
    revert_bytes(reason.as_bytes())
}
pub fn revert_bytes(reason: &[u8]) -> ! {
    unsafe { raw::revert(reason.as_ptr(), reason.len()) }
}

pub fn require(holds: bool, otherwise: &str) {
    if !holds {
        revert(otherwise)
    }
}

pub fn emit(name: &str, data: &[u8]) {
    unsafe { raw::emit(name.as_ptr(), name.len(), data.as_ptr(), data.len()) }
}

/// For hosts that ask for it; nothing on a chain.
pub fn log(text: &str) {
    unsafe { raw::log(text.as_ptr(), text.len()) }
}

/// Milliseconds since 1970-01-01, as docs/wasm.md says.
pub fn block_time() -> u64 {
    unsafe { raw::block_time() }
}
pub fn block_number() -> u64 {
    unsafe { raw::block_number() }
}

// ---- the contract's state ----

pub fn get(key: &[u8]) -> Option<Bytes> {
    taken_if(unsafe { raw::state_get(key.as_ptr(), key.len()) })
}
pub fn put(key: &[u8], value: &[u8]) {
    unsafe { raw::state_put(key.as_ptr(), key.len(), value.as_ptr(), value.len()) }
}
pub fn del(key: &[u8]) {
    unsafe { raw::state_del(key.as_ptr(), key.len()) }
}

/// Keys from `from` to before `to` (empty: to the last), in the order of their bytes,
/// and their values.
pub fn iter(from: &[u8], to: &[u8]) -> Entries {
    Entries(unsafe { raw::iter(from.as_ptr(), from.len(), to.as_ptr(), to.len()) })
}

pub struct Entries(u32);

impl Iterator for Entries {
    type Item = (Bytes, Bytes);

    fn next(&mut self) -> Option<Self::Item> {
        let key = taken_if(unsafe { raw::iter_next(self.0) })?;
        Some((key, taken(unsafe { raw::iter_value(self.0) })))
    }
}

// ---- others, digests, signatures ----

/// One argument of a call, or one field of a record in the state, to be joined with
/// others: the length of its name, its name, the length of its value, its value; lengths
/// are 32 bits, little-endian. An argument without a name has its place.
pub fn field(name: &[u8], value: &[u8]) -> Bytes {
    let len = |part: &[u8]| (part.len() as u32).to_le_bytes();
    join(&[&len(name), name, &len(value), value])
}

/// Calls another contract: its output, or the status (of <bsn/base.h>) and the reason;
/// what it did is undone then.
pub fn call(contract: &[u8], function: &str, args: &[u8]) -> Result<Bytes, (i32, Bytes)> {
    let status = unsafe {
        raw::call(
            contract.as_ptr(),
            contract.len(),
            function.as_ptr(),
            function.len(),
            args.as_ptr(),
            args.len(),
        )
    };
    let output = taken(unsafe { raw::register_len() });
    if status == 0 {
        Ok(output)
    } else {
        Err((status, output))
    }
}

/// `Chain`: what the chain uses itself.
pub enum Hash {
    Chain,
    Sm3,
    Sha256,
    Keccak256,
}

pub fn hash(alg: Hash, data: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    unsafe { raw::hash(alg as u32, data.as_ptr(), data.len(), digest.as_mut_ptr()) }
    digest
}

pub enum Signature {
    Sm2 = 1,
    P256,
    Secp256k1,
}

/// Keys and signatures as docs/wasm.md says.
pub fn verify(alg: Signature, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    unsafe {
        raw::verify(
            alg as u32,
            key.as_ptr(),
            key.len(),
            message.as_ptr(),
            message.len(),
            signature.as_ptr(),
            signature.len(),
        ) == 1
    }
}

// ---- texts ----

/// One behind the other.
pub fn join(parts: &[&[u8]]) -> Bytes {
    let all = alloc(parts.iter().map(|part| part.len()).sum());
    let mut at = 0;
    for part in parts {
        all[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    all
}

/// A whole decimal text; reverts when it is none.
pub fn number(text: &[u8]) -> u64 {
    core::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| revert("that is no number"))
}

/// n in decimal.
pub fn decimal(mut n: u64) -> Bytes {
    let digits = alloc(20);
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            return &digits[at..];
        }
    }
}

/// A JSON string of UTF-8.
pub fn quoted(text: &[u8]) -> Bytes {
    let digit = |n: u8| b"0123456789abcdef"[n as usize & 15];
    let out = alloc(6 * text.len() + 2);
    let mut at = 1;
    out[0] = b'"';
    for &c in text {
        let escaped = [b'\\', b'u', b'0', b'0', digit(c >> 4), digit(c)];
        let as_it_is = [b'\\', c];
        let part = match c {
            b'"' | b'\\' => &as_it_is[..],
            0..=31 => &escaped[..],
            _ => &as_it_is[1..],
        };
        out[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    out[at] = b'"';
    &out[..=at]
}
