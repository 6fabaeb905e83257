// SPDX-License-Identifier: Apache-2.0
//
// An engine in Rust, as small as an honest one can be: its chains have block 0
// and take no transactions, which it says. What it shows is the boundary: the
// ABI's tables written by hand, the note, slices, and no panic that leaves the
// plugin. It needs no crate but std. For what an engine does, see the kit:
// bsnctl plugin new.
//
// Every structure below is bsn/*.h's, member for member: #[repr(C)] gives it the
// same layout, and `layout` at the end holds the sizes to those of abi/golden.
#![allow(clippy::missing_safety_doc)]

use std::ffi::{c_void, CStr};
use std::os::raw::c_char; // older than the one of std::ffi
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::null;

// ---- bsn/base.h, bsn/plugin.h -----------------------------------------------

type Status = i32;
const OK: Status = 0;
const NOT_FOUND: Status = 1;
const BAD_REQUEST: Status = 2;
const NOT_OFFERED: Status = 4;
const E_VERSION: Status = -6;
const E_INTERNAL: Status = -7;

const REASON_MAX: usize = 248;
const ID_MAX: usize = 64;
const NOTE_TEXT_MAX: usize = 64;
const KIND_ENGINE: u32 = 1;
const ABI_MAJOR: u32 = 1;
const ABI_MINOR: u32 = 0;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Slice {
    data: *const u8,
    len: u64,
}

#[repr(C)]
pub struct Sink {
    write: unsafe extern "C" fn(*mut Sink, *const c_void, u64) -> Status,
}

#[repr(C)]
pub struct Err {
    size: u32,
    native: i32,
    reason: [u8; REASON_MAX],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Id {
    len: u32,
    bytes: [u8; ID_MAX],
}

/// The host's and the ABI's handles: only ever pointed to.
pub enum Chain {}
pub enum Reply {}

#[repr(C)]
pub struct Host {
    size: u32,
    flags: u32,
    name: *const c_char,
    version: *const c_char,
    query: unsafe extern "C" fn(*const c_char) -> *const c_void,
}

#[repr(C)]
pub struct Plugin {
    size: u32,
    flags: u32,
    id: *const c_char,
    version: *const c_char,
    name: *const c_char,
    vendor: *const c_char,
    licence: *const c_char,
    query: unsafe extern "C" fn(*const c_char) -> *const c_void,
    close: Option<unsafe extern "C" fn()>,
}

/// Raw pointers to constants may be shared: nothing here is ever written.
struct Shared<T>(T);
unsafe impl<T> Sync for Shared<T> {}

macro_rules! text {
    ($text:expr) => {
        concat!($text, "\0").as_ptr() as *const c_char
    };
}

// ---- the note: what BSN_PLUGIN_NOTE makes ------------------------------------

#[repr(C, align(4))]
pub struct Note {
    namesz: u32,
    descsz: u32,
    kind: u32,
    name: [u8; 4],
    abi_major: u32,
    abi_minor: u32,
    kinds: u32,
    reserved: u32,
    id: [u8; NOTE_TEXT_MAX],
    version: [u8; NOTE_TEXT_MAX],
}

const fn note_text(text: &str) -> [u8; NOTE_TEXT_MAX] {
    let mut out = [0; NOTE_TEXT_MAX];
    let mut i = 0;
    while i < text.len() {
        out[i] = text.as_bytes()[i];
        i += 1;
    }
    out
}

macro_rules! plugin_id {
    () => {
        "com.example.engine-rust"
    };
}
macro_rules! plugin_version {
    () => {
        "1.0.0"
    };
}

#[used]
#[link_section = ".note.bsn"]
static NOTE: Note = Note {
    namesz: 4,
    descsz: 16 + 2 * NOTE_TEXT_MAX as u32,
    kind: 1,
    name: *b"BSN\0",
    abi_major: ABI_MAJOR,
    abi_minor: ABI_MINOR,
    kinds: KIND_ENGINE,
    reserved: 0,
    id: note_text(plugin_id!()),
    version: note_text(plugin_version!()),
};

// ---- bsn/crypto.h, bsn/host.h: of it what is used -----------------------------

#[repr(C)]
pub struct Hash {
    size: u32,
    flags: u32,
    name: *const c_char,
    digest_len: u32,
    block_len: u32,
    digest: unsafe extern "C" fn(*const Slice, u64, *mut u8) -> Status,
    digest_many: *const c_void,
}

#[repr(C)]
pub struct CryptoByName {
    size: u32,
    flags: u32,
    hash: unsafe extern "C" fn(*const c_char) -> *const Hash,
    signature: *const c_void,
    cipher: *const c_void,
}

#[repr(C)]
pub struct Member {
    size: u32,
    role: u32,
    algorithm: *const c_char,
    public_key: Slice,
    name: Slice,
    address: Slice,
}

#[repr(C)]
pub struct LedgerInfo {
    size: u32,
    reserved: u32,
    height: u64,
    bytes: u64,
    txs: u64,
    invalid_txs: u64,
    block_hash: Id,
    state_hash: Id,
    detail: Slice,
}

#[repr(C)]
pub struct BlockInfo {
    size: u32,
    reserved: u32,
    number: u64,
    bytes: u64,
    txs: u64,
    time_ms: u64,
    hash: Id,
    previous_hash: Id,
    state_hash: Id,
    detail: Slice,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Provable {
    certificate: u32,
    path: u32,
}

#[repr(C)]
pub struct Capabilities {
    size: u32,
    finality: u32,
    depth: u64,
    can: u64,
    tx: Provable,
    outcome: Provable,
    event: Provable,
    state: Provable,
}

#[repr(C)]
pub struct ChainStatus {
    size: u32,
    state: u32,
    height: u64,
    pending_txs: u64,
    members: u64,
    connected: u64,
    detail: Slice,
    languages: Slice,
    capabilities: *const Capabilities,
}

#[repr(C)]
pub struct Event {
    size: u32,
    kind: u32,
    block: u64,
    tx_index: u64,
    index: u64,
    tx_id: Id,
    contract: Slice,
    name: Slice,
    payload: Slice,
}

const CHAIN_READONLY: u32 = 3;
const EVENT_BLOCK: u32 = 1;

#[repr(C)]
pub struct ReplyService {
    size: u32,
    flags: u32,
    fail: unsafe extern "C" fn(*mut Reply, Status, *const Err),
    signable: *const c_void,
    tx: *const c_void,
    value: unsafe extern "C" fn(*mut Reply, Slice),
    ledger: unsafe extern "C" fn(*mut Reply, *const LedgerInfo),
    block: unsafe extern "C" fn(*mut Reply, *const BlockInfo),
    status: unsafe extern "C" fn(*mut Reply, *const ChainStatus),
    event: unsafe extern "C" fn(*mut Reply, *const Event),
    events_end: unsafe extern "C" fn(*mut Reply, u64),
}

// ---- bsn/engine.h -------------------------------------------------------------

#[repr(C)]
pub struct Feature {
    size: u32,
    offered: u32,
    row: *const c_char,
    detail: *const c_char,
}

#[repr(C)]
pub struct Genesis {
    size: u32,
    member_count: u32,
    name: Slice,
    config: Slice,
    members: *const Member,
    time_ms: u64,
}

#[repr(C)]
pub struct Submission {
    size: u32,
    reserved: u32,
    tx: Slice,
    reply: *mut Reply,
}

#[repr(C)]
pub struct BlockQuery {
    size: u32,
    by: u32,
    number: u64,
    id: Slice,
    want: u64,
}

const BLOCK_LATEST: u32 = 0;
const BLOCK_BY_NUMBER: u32 = 1;
const BLOCK_BY_HASH: u32 = 2;
const WITH_TXS: u64 = 1;
const WITH_RAW: u64 = 2;

/// The engine's side of an open chain: bsn_ledger.
pub struct Ledger {
    genesis: Vec<u8>,
    hash: [u8; 32],
    time_ms: u64,
}

/// Of a call that asks for something about an open chain.
type Ask = unsafe extern "C" fn(*mut Ledger, *mut Reply, *mut Err) -> Status;
/// The same with a name, an id, or code.
type AskOf = unsafe extern "C" fn(*mut Ledger, Slice, *mut Reply, *mut Err) -> Status;
type AskOfTwo = unsafe extern "C" fn(*mut Ledger, Slice, Slice, *mut Reply, *mut Err) -> Status;
type Request = unsafe extern "C" fn(*mut Ledger, *const c_void, *mut Reply, *mut Err) -> Status;
type Range = unsafe extern "C" fn(*mut Ledger, u64, u64, *mut Reply, *mut Err) -> Status;

#[repr(C)]
pub struct ChainOps {
    size: u32,
    flags: u32,
    member_algorithm: unsafe extern "C" fn(Slice, *mut *const c_char, *mut Err) -> Status,
    genesis: unsafe extern "C" fn(*const Genesis, *mut Sink, *mut Err) -> Status,
    open: unsafe extern "C" fn(*mut Chain, Slice, *mut *mut Ledger, *mut Err) -> Status,
    close: unsafe extern "C" fn(*mut Ledger),
    durable: unsafe extern "C" fn(*mut Ledger, u64),
    timer: unsafe extern "C" fn(*mut Ledger, u64),
    message: *const c_void,
    peer: *const c_void,
    members: Ask,
    proposals: *const c_void,
}

#[repr(C)]
pub struct TxOps {
    size: u32,
    flags: u32,
    begin: Request,
    sign_round: AskOfTwo,
    submit: unsafe extern "C" fn(*mut Ledger, *const Submission, u64, *mut Err) -> Status,
    call: Request,
    get: AskOf,
}

#[repr(C)]
pub struct ContractOps {
    size: u32,
    flags: u32,
    compile: *const c_void,
    check: AskOfTwo,
    list: Range,
    get: AskOf,
}

#[repr(C)]
pub struct StatusOps {
    size: u32,
    flags: u32,
    get: Ask,
}

#[repr(C)]
pub struct LedgerOps {
    size: u32,
    flags: u32,
    info: Ask,
}

#[repr(C)]
pub struct BlockOps {
    size: u32,
    flags: u32,
    get: unsafe extern "C" fn(*mut Ledger, *const BlockQuery, *mut Reply, *mut Err) -> Status,
    verify: *const c_void,
}

#[repr(C)]
pub struct EventOps {
    size: u32,
    flags: u32,
    replay: Range,
}

#[repr(C)]
pub struct Engine {
    size: u32,
    flags: u32,
    framework: *const c_char,
    features: *const *const Feature,
    chain: *const ChainOps,
    tx: *const TxOps,
    contract: *const ContractOps,
    status: *const StatusOps,
    ledger: *const LedgerOps,
    block: *const BlockOps,
    event: *const EventOps,
    query: Option<unsafe extern "C" fn(*const c_char) -> *const c_void>,
}

// ---- what makes the boundary safe ----------------------------------------------

/// Why something did not succeed: a status and a sentence.
struct No(Status, String);
type Answer<T> = Result<T, No>;

fn no<T>(status: Status, reason: &str) -> Answer<T> {
    Err(No(status, reason.to_string()))
}

/// Writes the reason to the caller's bsn_err, which may be NULL, cut between
/// two characters and ended by NUL.
unsafe fn tell(err: *mut Err, why: &No) -> Status {
    if let Some(err) = err.as_mut() {
        let mut len = why.1.len().min(REASON_MAX - 1);
        while !why.1.is_char_boundary(len) {
            len -= 1;
        }
        err.reason[..len].copy_from_slice(&why.1.as_bytes()[..len]);
        err.reason[len] = 0;
    }
    why.0
}

/// A panic must not unwind through the host, which is C. Every function in a
/// table runs its body in here: a panic becomes a status and a reason. (Nor may
/// it end the process, so this is not built with panic=abort.)
unsafe fn guarded(err: *mut Err, body: impl FnOnce() -> Answer<()>) -> Status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => OK,
        Ok(Err(why)) => tell(err, &why),
        Err(_) => tell(err, &No(E_INTERNAL, "the engine panicked".to_string())),
    }
}

/// A borrowed slice; its data may be NULL when it is empty.
unsafe fn bytes<'a>(slice: Slice) -> &'a [u8] {
    if slice.len == 0 {
        return &[];
    }
    std::slice::from_raw_parts(slice.data, slice.len as usize)
}

fn slice(bytes: &[u8]) -> Slice {
    Slice { data: bytes.as_ptr(), len: bytes.len() as u64 }
}

fn id(bytes: &[u8]) -> Id {
    let mut id = Id { len: bytes.len() as u32, bytes: [0; ID_MAX] };
    id.bytes[..bytes.len()].copy_from_slice(bytes);
    id
}

const NO_ID: Id = Id { len: 0, bytes: [0; ID_MAX] };

fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    format!("\"0x{digits}\"")
}

fn size<T>() -> u32 {
    std::mem::size_of::<T>() as u32
}

/// The services, found once when the plugin is opened, before anything else is
/// called.
struct Services {
    crypto: *const CryptoByName,
    reply: *const ReplyService,
}
static mut SERVICES: Services = Services { crypto: null(), reply: null() };

unsafe fn reply_service() -> &'static ReplyService {
    &*SERVICES.reply
}

// ---- chains --------------------------------------------------------------------

const KEY_LEN: usize = 64;
const GENESIS_MIN: usize = 8 + KEY_LEN;
const GENESIS_MAX: usize = GENESIS_MIN + 63;

/// What is not understood is refused: nothing, or {}.
fn check_config(config: &[u8]) -> Answer<()> {
    let dense: Vec<u8> = config.iter().copied().filter(|c| !c.is_ascii_whitespace()).collect();
    match dense.as_slice() {
        b"" | b"{}" => Ok(()),
        _ => no(BAD_REQUEST, "config: this framework has no options"),
    }
}

unsafe extern "C" fn member_algorithm(
    config: Slice, algorithm: *mut *const c_char, err: *mut Err,
) -> Status {
    guarded(err, || {
        *algorithm = text!("sm2");
        check_config(bytes(config))
    })
}

unsafe extern "C" fn genesis(from: *const Genesis, out: *mut Sink, err: *mut Err) -> Status {
    guarded(err, || {
        let from = &*from;
        check_config(bytes(from.config))?;
        if from.member_count != 1
            || (*from.members).public_key.len != KEY_LEN as u64
            || from.name.len > 63
        {
            return no(BAD_REQUEST, "members: there must be one, with an SM2 key");
        }
        let mut all = from.time_ms.to_be_bytes().to_vec();
        all.extend_from_slice(bytes((*from.members).public_key));
        all.extend_from_slice(bytes(from.name));
        match ((*out).write)(out, all.as_ptr().cast(), all.len() as u64) {
            OK => Ok(()),
            status => no(status, "the genesis was not taken"),
        }
    })
}

unsafe fn sm3(data: &[u8]) -> Answer<[u8; 32]> {
    let hash = ((*SERVICES.crypto).hash)(text!("sm3"));
    let mut digest = [0; 64];
    if hash.is_null() {
        return no(E_VERSION, "no plugin of this host offers sm3");
    }
    match ((*hash).digest)(&slice(data), 1, digest.as_mut_ptr()) {
        OK => Ok(digest[..32].try_into().unwrap()),
        status => no(status, "sm3 does not work"),
    }
}

unsafe extern "C" fn open(
    _chain: *mut Chain, genesis: Slice, out: *mut *mut Ledger, err: *mut Err,
) -> Status {
    guarded(err, || {
        let genesis = bytes(genesis);
        if genesis.len() < GENESIS_MIN || genesis.len() > GENESIS_MAX {
            return no(BAD_REQUEST, "this is no genesis of this framework");
        }
        let ledger = Ledger {
            genesis: genesis.to_vec(),
            hash: sm3(genesis)?,
            time_ms: u64::from_be_bytes(genesis[..8].try_into().unwrap()),
        };
        *out = Box::into_raw(Box::new(ledger));
        Ok(())
    })
}

unsafe extern "C" fn close(ledger: *mut Ledger) {
    if !ledger.is_null() {
        drop(Box::from_raw(ledger));
    }
}

unsafe extern "C" fn ignore(_ledger: *mut Ledger, _number: u64) {}

unsafe extern "C" fn members(ledger: *mut Ledger, reply: *mut Reply, err: *mut Err) -> Status {
    guarded(err, || {
        let json = format!(
            "[{{\"public_key\":{},\"algorithm\":\"sm2\",\"role\":\"consensus\",\
             \"name\":\"\",\"address\":\"\"}}]",
            hex(&(&*ledger).genesis[8..GENESIS_MIN])
        );
        (reply_service().value)(reply, slice(json.as_bytes()));
        Ok(())
    })
}

static CHAIN_OPS: Shared<ChainOps> = Shared(ChainOps {
    size: std::mem::size_of::<ChainOps>() as u32,
    flags: 0,
    member_algorithm,
    genesis,
    open,
    close,
    durable: ignore,
    timer: ignore,
    message: null(),
    peer: null(),
    members,
    proposals: null(),
});

// ---- what it has not -----------------------------------------------------------

const NO_TXS: &str = "chains of this framework take no transactions";

unsafe extern "C" fn request(
    _ledger: *mut Ledger, _request: *const c_void, _reply: *mut Reply, err: *mut Err,
) -> Status {
    guarded(err, || no(NOT_OFFERED, NO_TXS))
}

unsafe extern "C" fn of_two(
    _ledger: *mut Ledger, _a: Slice, _b: Slice, _reply: *mut Reply, err: *mut Err,
) -> Status {
    guarded(err, || no(NOT_OFFERED, "this framework has no contracts and transactions"))
}

/// Each item is answered on its own; the first record's size is the stride.
unsafe extern "C" fn submit(
    _ledger: *mut Ledger, items: *const Submission, n: u64, err: *mut Err,
) -> Status {
    guarded(err, || {
        let mut why = Err { size: size::<Err>(), native: 0, reason: [0; REASON_MAX] };
        tell(&mut why, &No(NOT_OFFERED, NO_TXS.to_string()));
        for i in 0..n as usize {
            let at = items.cast::<u8>().add(i * (*items).size as usize);
            let item = &*at.cast::<Submission>();
            (reply_service().fail)(item.reply, NOT_OFFERED, &why);
        }
        Ok(())
    })
}

unsafe extern "C" fn get_none(
    _ledger: *mut Ledger, _name: Slice, _reply: *mut Reply, err: *mut Err,
) -> Status {
    guarded(err, || no(NOT_FOUND, "there are none on this chain"))
}

unsafe extern "C" fn list(
    _ledger: *mut Ledger, _from: u64, _limit: u64, reply: *mut Reply, err: *mut Err,
) -> Status {
    guarded(err, || {
        (reply_service().value)(reply, slice(b"{\"contracts\":[],\"next\":null}"));
        Ok(())
    })
}

static TX_OPS: Shared<TxOps> = Shared(TxOps {
    size: std::mem::size_of::<TxOps>() as u32,
    flags: 0,
    begin: request,
    sign_round: of_two,
    submit,
    call: request,
    get: get_none,
});

static CONTRACT_OPS: Shared<ContractOps> = Shared(ContractOps {
    size: std::mem::size_of::<ContractOps>() as u32,
    flags: 0,
    compile: null(),
    check: of_two,
    list,
    get: get_none,
});

// ---- what it has ----------------------------------------------------------------

const FINALITY_IMMEDIATE: u32 = 1;

const NOT_PROVABLE: Provable = Provable { certificate: 0, path: 0 };

static CAPABILITIES: Capabilities = Capabilities {
    size: std::mem::size_of::<Capabilities>() as u32,
    finality: FINALITY_IMMEDIATE,
    depth: 0,
    can: 0,
    tx: NOT_PROVABLE,
    outcome: NOT_PROVABLE,
    event: NOT_PROVABLE,
    state: NOT_PROVABLE,
};

unsafe extern "C" fn status(_ledger: *mut Ledger, reply: *mut Reply, err: *mut Err) -> Status {
    guarded(err, || {
        let answer = ChainStatus {
            size: size::<ChainStatus>(),
            state: CHAIN_READONLY,
            height: 0,
            pending_txs: 0,
            members: 1,
            connected: 1,
            detail: slice(b"{\"reason\":\"it takes no transactions\"}"),
            languages: slice(b"[]"),
            capabilities: &CAPABILITIES,
        };
        (reply_service().status)(reply, &answer);
        Ok(())
    })
}

unsafe extern "C" fn info(ledger: *mut Ledger, reply: *mut Reply, err: *mut Err) -> Status {
    guarded(err, || {
        let answer = LedgerInfo {
            size: size::<LedgerInfo>(),
            reserved: 0,
            height: 0,
            bytes: (*ledger).genesis.len() as u64,
            txs: 0,
            invalid_txs: 0,
            block_hash: id(&(*ledger).hash),
            state_hash: NO_ID,
            detail: slice(b"{}"),
        };
        (reply_service().ledger)(reply, &answer);
        Ok(())
    })
}

unsafe extern "C" fn block(
    ledger: *mut Ledger, query: *const BlockQuery, reply: *mut Reply, err: *mut Err,
) -> Status {
    guarded(err, || {
        let (ledger, query) = (&*ledger, &*query);
        let meant = match query.by {
            BLOCK_LATEST => true,
            BLOCK_BY_NUMBER => query.number == 0,
            BLOCK_BY_HASH => bytes(query.id) == ledger.hash,
            _ => false,
        };
        if !meant {
            return no(NOT_FOUND, "the only block is 0");
        }
        let mut detail = String::from("{\"format\":1");
        if query.want & WITH_TXS != 0 {
            detail.push_str(",\"txs\":[]");
        }
        if query.want & WITH_RAW != 0 {
            detail.push_str(&format!(",\"raw\":{}", hex(&ledger.genesis)));
        }
        detail.push('}');
        let answer = BlockInfo {
            size: size::<BlockInfo>(),
            reserved: 0,
            number: 0,
            bytes: ledger.genesis.len() as u64,
            txs: 0,
            time_ms: ledger.time_ms,
            hash: id(&ledger.hash),
            previous_hash: id(&[0; 32]),
            state_hash: NO_ID,
            detail: slice(detail.as_bytes()),
        };
        (reply_service().block)(reply, &answer);
        Ok(())
    })
}

unsafe extern "C" fn replay(
    ledger: *mut Ledger, from: u64, _to: u64, reply: *mut Reply, err: *mut Err,
) -> Status {
    guarded(err, || {
        if from == 0 {
            let payload = format!("{{\"number\":0,\"hash\":{}}}", hex(&(*ledger).hash));
            let event = Event {
                size: size::<Event>(),
                kind: EVENT_BLOCK,
                block: 0,
                tx_index: 0,
                index: 0,
                tx_id: NO_ID,
                contract: slice(b""),
                name: slice(b""),
                payload: slice(payload.as_bytes()),
            };
            (reply_service().event)(reply, &event);
        }
        (reply_service().events_end)(reply, from.max(1));
        Ok(())
    })
}

static STATUS_OPS: Shared<StatusOps> = Shared(StatusOps {
    size: std::mem::size_of::<StatusOps>() as u32,
    flags: 0,
    get: status,
});
static LEDGER_OPS: Shared<LedgerOps> = Shared(LedgerOps {
    size: std::mem::size_of::<LedgerOps>() as u32,
    flags: 0,
    info,
});
static BLOCK_OPS: Shared<BlockOps> = Shared(BlockOps {
    size: std::mem::size_of::<BlockOps>() as u32,
    flags: 0,
    get: block,
    verify: null(),
});
static EVENT_OPS: Shared<EventOps> = Shared(EventOps {
    size: std::mem::size_of::<EventOps>() as u32,
    flags: 0,
    replay,
});

// ---- the plugin -------------------------------------------------------------------

macro_rules! features {
    ($($offered:literal $row:literal),* $(,)?) => {
        &Shared([$(&Shared(Feature {
            size: std::mem::size_of::<Feature>() as u32,
            offered: $offered,
            row: text!($row),
            detail: null(),
        }).0 as *const Feature,)* null()])
    };
}

/// Every row of bsn/standard.h: offered, or said not to be.
static FEATURES: &Shared<[*const Feature; 31]> = features![
    0 "function.sm2",
    1 "function.sm3",
    0 "function.secp256k1",
    1 "function.multi-chain",
    0 "function.turing-complete",
    0 "function.encrypted-transport",
    0 "function.contract-versions",
    0 "function.dynamic-nodes",
    0 "function.access-control",
    1 "chain.config",
    0 "chain.join",
    0 "chain.leave",
    0 "contract.compile",
    0 "contract.check",
    0 "contract.deploy",
    0 "contract.upgrade",
    0 "contract.freeze",
    0 "contract.uninstall",
    0 "status.node",
    1 "status.chain",
    0 "tx.build",
    0 "tx.sign",
    0 "tx.submit-sync",
    0 "tx.submit-async",
    0 "tx.query",
    0 "tx.call",
    1 "ledger.info",
    1 "block.info",
    1 "event.block",
    0 "event.contract",
];

static ENGINE: Shared<Engine> = Shared(Engine {
    size: std::mem::size_of::<Engine>() as u32,
    flags: 0,
    framework: text!("rust-sample"),
    features: FEATURES.0.as_ptr(),
    chain: &CHAIN_OPS.0,
    tx: &TX_OPS.0,
    contract: &CONTRACT_OPS.0,
    status: &STATUS_OPS.0,
    ledger: &LEDGER_OPS.0,
    block: &BLOCK_OPS.0,
    event: &EVENT_OPS.0,
    query: None,
});

unsafe extern "C" fn query(id: *const c_char) -> *const c_void {
    if CStr::from_ptr(id).to_bytes() == b"bsn.engine/1" {
        return (&ENGINE.0 as *const Engine).cast();
    }
    null()
}

static PLUGIN: Shared<Plugin> = Shared(Plugin {
    size: std::mem::size_of::<Plugin>() as u32,
    flags: 0,
    id: text!(plugin_id!()),
    version: text!(plugin_version!()),
    name: text!("An engine in Rust"),
    vendor: text!("Example Vendor"),
    licence: text!("Apache-2.0"),
    query,
    close: None,
});

/// The one exported function.
#[no_mangle]
pub unsafe extern "C" fn bsn_plugin_open(
    host: *const Host, out: *mut *const Plugin, err: *mut Err,
) -> Status {
    guarded(err, || {
        let find = (*host).query;
        SERVICES = Services {
            crypto: find(text!("bsn.crypto_by_name/1")).cast(),
            reply: find(text!("bsn.reply/1")).cast(),
        };
        if SERVICES.crypto.is_null() || SERVICES.reply.is_null() {
            return no(E_VERSION, "this host lacks bsn.crypto_by_name/1 or bsn.reply/1");
        }
        *out = &PLUGIN.0;
        Ok(())
    })
}

/// A size that is not the header's is an error of the compiler's, not of the
/// chain's. The numbers are abi/golden/x86_64.txt's, and every 64-bit CPU's.
#[cfg(target_pointer_width = "64")]
#[allow(dead_code)]
mod layout {
    use super::*;
    use std::mem::size_of;

    const SIZES: [(usize, usize); 22] = [
        (size_of::<Slice>(), 16), (size_of::<Err>(), 256), (size_of::<Id>(), 68),
        (size_of::<Host>(), 32), (size_of::<Plugin>(), 64), (size_of::<Note>(), 160),
        (size_of::<Hash>(), 40), (size_of::<CryptoByName>(), 32),
        (size_of::<Member>(), 64), (size_of::<LedgerInfo>(), 192),
        (size_of::<BlockInfo>(), 264), (size_of::<ChainStatus>(), 80),
        (size_of::<Capabilities>(), 56),
        (size_of::<Event>(), 152), (size_of::<ReplyService>(), 80),
        (size_of::<Feature>(), 24), (size_of::<Genesis>(), 56),
        (size_of::<Submission>(), 32), (size_of::<BlockQuery>(), 40),
        (size_of::<ChainOps>(), 88), (size_of::<TxOps>(), 48),
        (size_of::<Engine>(), 88),
    ];
    const _: () = {
        let mut i = 0;
        while i < SIZES.len() {
            assert!(SIZES[i].0 == SIZES[i].1, "a structure differs from the header's");
            i += 1;
        }
    };
}
