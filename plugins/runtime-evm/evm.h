/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/evm.h: one execution: its frames, memory and the
 * environment that they see.
 *
 * Frames are a stack on the heap: a call of a contract never becomes a call in
 * C, so that 1,024 nested calls need no more of a thread's stack than one.
 *
 * On the thread of execute.
 */
#ifndef PLUGINS_RUNTIME_EVM_EVM_H
#define PLUGINS_RUNTIME_EVM_EVM_H

#include "plugins/runtime-evm/gas.h"
#include "plugins/runtime-evm/journal.h"

/* How a frame, or an operation within it, ended. */
typedef enum {
	END_NONE, /* it goes on */
	END_STOP,
	END_RETURN,
	END_REVERT,
	/* Failures: the frame's gas is gone. */
	END_OUT_OF_GAS,
	END_STACK_UNDERFLOW,
	END_STACK_OVERFLOW,
	END_BAD_JUMP,
	END_UNDEFINED_OPCODE,
	END_INVALID_OPCODE,
	END_STATIC_CHANGE,
	END_RETURN_DATA,
	END_CODE_SIZE,
	END_CODE_PREFIX,
	END_COLLISION,
	END_NO_CODE,
	END_PRECOMPILE,
	END_BUILTIN,
	/* The whole execution is over: journal.status says why. */
	END_BROKEN,
} Ending;

static inline bool
ending_is_success(Ending ending)
{
	return ending == END_STOP || ending == END_RETURN;
}

/* Bytes that a frame reads: in an earlier frame's memory, which may move while
 * it grows, or somewhere that stays. */
typedef struct {
	const uint8_t *data; /* NULL: in memory, at `at` */
	uint64_t at;
	uint64_t len;
} Input;

/* A call or create. */
typedef struct {
	uint8_t op;      /* OP_CALL, OP_CREATE2, ... */
	bool is_static;
	bool replaces;   /* a create that only changes an account's code */
	int64_t gas;
	Account *caller; /* as CALLER says */
	Account *self;   /* whose storage and balance */
	Account *payer;  /* whom `value` leaves; NULL: it is not moved */
	Account *code;   /* whose code; for a create the new account */
	U256 value;
	Input input;     /* for a create: the code to run */
	uint64_t out_at; /* where the caller wants the output */
	uint64_t out_len;
} Message;

typedef struct {
	const Insn *pc;  /* next instruction */
	U256 *sp;        /* topmost item */
	int64_t gas;
	uint8_t *mem;    /* the frame's memory */
	uint64_t mem_len; /* bytes, a multiple of 32 */
	uint64_t mem_at; /* where it is in the execution's memory */
	const uint8_t *input;
	uint64_t input_len;
	Code *code;
	const Program *program;
	Message message;
	JournalMark mark;
	/* stack[0] lies below the bottom: sp of an empty stack. */
	U256 stack[1 + EVM_STACK_MAX];
} Frame;

typedef struct {
	const bsn_call *call;
	bsn_state *state;
	const bsn_hash *hash;
	Fork fork;
	const Prices *prices; /* of the fork */
	Journal journal;

	/* What instructions ask for. */
	U256 origin;
	U256 price;
	U256 base_fee;
	U256 proposer;
	U256 random;
	uint64_t time;   /* seconds */

	Frame *frames[EVM_DEPTH_MAX + 1]; /* made when first used */
	unsigned depth;  /* frames that are running */
	Frame *frame;    /* the innermost, or NULL */
	uint8_t *memory; /* of all frames, each after its caller's */
	uint64_t memory_room;
	uint64_t initcode; /* bytes of it in running frames */

	uint8_t *returned; /* output of the last call */
	uint64_t returned_len;
	uint64_t returned_room;
	char *builtin_reason; /* why a contract of the engine failed last */

	/* Of the outermost frame. */
	Ending ending;
	int64_t gas_left;
} Evm;

/* ---- addresses and words ------------------------------------------------ */

static inline U256
word_of_address(const Address *address)
{
	return u256_load_short(address->bytes, ADDRESS_LEN);
}

/* The lower 20 bytes. */
static inline Address
address_of_word(const U256 *word)
{
	uint8_t bytes[32];
	Address address;

	u256_store(word, bytes);
	memcpy(address.bytes, bytes + 12, ADDRESS_LEN);
	return address;
}

/* Those of a call: 20 bytes, or nothing, which are zeros; */
static inline Address
address_of_slice(bsn_slice slice)
{
	Address address = { { 0 } };

	if (slice.len == ADDRESS_LEN)
		memcpy(address.bytes, slice.data, ADDRESS_LEN);
	return address;
}

/* and 32 bytes. */
static inline U256
word_or_zero(bsn_slice slice)
{
	return slice.len == 32 ? u256_load(slice.data) : u256_of(0);
}

/* ---- memory (memory.c) -------------------------------------------------- */

/* Takes gas from the frame; false when there is not enough. */
static inline bool
frame_charge(Frame *frame, uint64_t gas)
{
	if (gas > (uint64_t)frame->gas)
		return false;
	frame->gas -= (int64_t)gas;
	return true;
}

/* Makes the frame's memory reach over `len` bytes at `at`, and charges for it.
 * After END_NONE both fit into 64 bits (`at` only when len is not 0).
 * Errors: END_OUT_OF_GAS. */
Ending frame_memory(Evm *evm, Frame *frame, const U256 *at, const U256 *len);
/* Sets the pointers into memory anew after it moved. */
void frame_refresh(const Evm *evm, Frame *frame);
/* The bytes of an input. */
const uint8_t *input_data(const Evm *evm, const Input *input);
/* Copies `len` bytes from `from` on out of a source of source_len bytes;
 * zeroes where there are none. */
void copy_padded(uint8_t *out, uint64_t len, const uint8_t *source,
		 uint64_t source_len, const U256 *from);
/* Room for `len` bytes of output in `returned`; len is bounded by gas. */
uint8_t *evm_output(Evm *evm, uint64_t len);

/* ---- calls and creates (frame.c, create.c) ------------------------------ */

/* Initcode of all running frames: its translation must not take more memory
 * than frames may have. */
#define INITCODE_ALL_MAX (EVM_MEMORY_MAX / CODE_MEMORY_FACTOR)

/* Bytes of initcode that one create may have. */
static inline uint64_t
initcode_max(Fork fork)
{
	return fork >= FORK_SHANGHAI ? EVM_INITCODE_MAX : INITCODE_ALL_MAX;
}

/* Begins: a frame is pushed, or the message is at once delivered. */
void evm_enter(Evm *evm, const Message *message);
/* Begins a create; checks neither nonce, depth nor balance. */
void evm_enter_create(Evm *evm, const Message *message);
/* Pushes a frame that runs `code`, which it takes. */
void frame_push(Evm *evm, const Message *message, Code *code,
		JournalMark mark);
/* Ends the innermost frame; `out` is its output. */
void frame_leave(Evm *evm, Ending ending, const U256 *at, const U256 *len);
/* Ends a create's frame well: puts the code in place.
 * Errors: an Ending that is a failure. */
Ending create_finish(Evm *evm, Frame *frame, const uint8_t *code,
		     uint64_t len);
/* Gives the outcome of a message to the frame that sent it. */
void evm_deliver(Evm *evm, const Message *message, Ending ending, int64_t gas);

/* The address of CREATE (Yellow Paper, section 7): of H(rlp([sender, nonce])).
 */
Address create_address(const bsn_hash *hash, const Address *sender,
		       uint64_t nonce);

/* ---- operations that are more than arithmetic (op-*.c) ------------------ */

/* Each reads its arguments at the frame's sp and leaves its result there.
 * Returns: END_NONE, or why the frame fails. */
Ending op_keccak256(Evm *evm, Frame *frame);
Ending op_balance(Evm *evm, Frame *frame);
Ending op_extcodesize(Evm *evm, Frame *frame);
Ending op_extcodehash(Evm *evm, Frame *frame);
Ending op_extcodecopy(Evm *evm, Frame *frame);
Ending op_calldatacopy(Evm *evm, Frame *frame);
Ending op_codecopy(Evm *evm, Frame *frame);
Ending op_returndatacopy(Evm *evm, Frame *frame);
Ending op_mcopy(Evm *evm, Frame *frame);
Ending op_blockhash(Evm *evm, Frame *frame);
Ending op_exp(Evm *evm, Frame *frame);
Ending op_sload(Evm *evm, Frame *frame);
Ending op_sstore(Evm *evm, Frame *frame);
Ending op_tload(Evm *evm, Frame *frame);
Ending op_tstore(Evm *evm, Frame *frame);
Ending op_log(Evm *evm, Frame *frame, unsigned topics);
Ending op_selfdestruct(Evm *evm, Frame *frame);
Ending op_call(Evm *evm, Frame *frame, uint8_t op);
Ending op_create(Evm *evm, Frame *frame, uint8_t op);

/* Runs until the outermost frame has ended. */
void evm_run(Evm *evm);

#endif
