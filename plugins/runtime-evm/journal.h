/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/journal.h: the world state as one execution sees it.
 *
 * Accounts and slots are read from the engine's state when first asked for and
 * stay in memory; every change is written to an undo log, so that a frame that
 * fails is taken back to the mark of its start. Nothing reaches the engine
 * before journal_commit.
 *
 * It also holds what lives only as long as a transaction: which addresses and
 * slots are warm (EIP-2929; all of them before Berlin), transient storage
 * (EIP-1153), logs and refunds.
 *
 * When the engine's state breaks, `status` keeps its first error, reads answer
 * zero, and the execution must end.
 *
 * It is used by one execution after the other, between journal_begin and
 * journal_end; what it needs for a usual one stays allocated.
 *
 * On the thread of execute.
 */
#ifndef PLUGINS_RUNTIME_EVM_JOURNAL_H
#define PLUGINS_RUNTIME_EVM_JOURNAL_H

#include <bsn/runtime.h>

#include "plugins/runtime-evm/arena.h"
#include "plugins/runtime-evm/code.h"
#include "plugins/runtime-evm/table.h"

#define ADDRESS_LEN 20u
#define HASH_LEN 32u

typedef struct {
	uint8_t bytes[ADDRESS_LEN];
} Address;

/* What the engine's state says of an account. */
typedef struct {
	U256 balance;
	uint64_t nonce;
	uint64_t life; /* which contract at the address it is: how many were
			* destroyed there before it */
	bool has_code;
	uint8_t code_hash[HASH_LEN]; /* when has_code */
} AccountRecord;

typedef struct {
	Address address;
	bool stored;    /* the engine's state has it */
	bool used;      /* nonce and balance count, not only whether both are
			 * 0 and what is added to them */
	bool warm;
	bool touched;   /* goes when it is empty at the end (EIP-161) */
	bool created;   /* by this transaction */
	bool destroyed; /* goes at the end, with its storage */
	bool code_new;  /* its code is to be written */
	Code *code;     /* NULL until asked for */
	AccountRecord now;
	AccountRecord original;
} Account;

typedef struct {
	Account *account;
	U256 key;
	U256 original; /* as the transaction found it */
	U256 now;
	bool warm;
} Slot;

typedef struct {
	Address address;
	unsigned topic_count;
	uint8_t topics[4][HASH_LEN];
	uint8_t *data;
	uint64_t len;
} Log;

/* A moment to go back to. */
typedef struct {
	guint undo;
	guint logs;
	int64_t refund;
	uint64_t builtin;
} JournalMark;

typedef struct {
	bsn_state *state;
	const bsn_hash *hash;
	Fork fork;
	int32_t status; /* BSN_OK, or below 0 */
	Address proposer; /* warm from the start (EIP-3651) */
	Arena items;      /* all accounts and slots */
	Table account_table;
	Table slot_table;
	Table transient_table;
	GPtrArray *accounts;  /* Account, in the order of first use */
	GPtrArray *slots;     /* Slot */
	GPtrArray *transient; /* Slot, of which only `now` counts */
	GArray *undo;
	guint most_undo;      /* that there were at once */
	GArray *logs;         /* Log */
	uint64_t log_bytes;   /* of data in logs */
	int64_t refund;
	uint64_t builtin;     /* the engine's mark after its last contract */
	const bsn_hash *empty_of; /* what empty_hash was made with */
	uint8_t empty_hash[HASH_LEN]; /* of no bytes */
} Journal;

/* A zeroed journal. */
void journal_init(Journal *journal);
void journal_clear(Journal *journal);
void journal_begin(Journal *journal, bsn_state *state, const bsn_hash *hash,
		   Fork fork, const Address *proposer);
void journal_end(Journal *journal);

JournalMark journal_mark(const Journal *journal);
void journal_revert(Journal *journal, JournalMark mark);

/* To be called after a contract of the engine has run: what it changed is
 * taken back with the rest. */
void journal_mark_builtin(Journal *journal);

/* Whether there is room for another change, and for a log of `len` bytes. */
bool journal_has_room(const Journal *journal);
bool journal_has_log_room(const Journal *journal, uint64_t len);

/* The account of an address, there or not. Never NULL. */
Account *journal_account(Journal *journal, const Address *address);
/* Its code; borrowed. NULL when there is none. */
Code *journal_code(Journal *journal, Account *account);
/* Whether storage is known to hold anything of a contract that were made there
 * now: looked up only when the engine's state can be scanned. */
bool journal_has_storage(Journal *journal, const Account *account);

/* No balance, nonce or code (EIP-161). */
static inline bool
account_is_empty(const Account *account)
{
	return account->now.nonce == 0 && !account->now.has_code &&
	       u256_is_zero(&account->now.balance);
}

/* Marks as warm; whether it was cold. */
bool journal_warm(Journal *journal, Account *account);
bool journal_warm_slot(Journal *journal, Slot *slot);

/* What the execution does depends on the account's nonce or balance. To be said
 * before either is looked at. */
void journal_use(Journal *journal, Account *account);
/* The balance, used. */
const U256 *journal_balance(Journal *journal, Account *account);

void journal_touch(Journal *journal, Account *account);
/* Those of accounts that are not used: adding an amount, adding 1. */
void journal_credit(Journal *journal, Account *account, const U256 *amount);
void journal_count(Journal *journal, Account *account);
void journal_set_balance(Journal *journal, Account *account,
			 const U256 *balance);
void journal_set_nonce(Journal *journal, Account *account, uint64_t nonce);
void journal_set_created(Journal *journal, Account *account);
void journal_set_destroyed(Journal *journal, Account *account);
/* Takes `code`. */
void journal_take_code(Journal *journal, Account *account, Code *code);
/* Moves value; `from` has it. */
void journal_transfer(Journal *journal, Account *from, Account *to,
		      const U256 *value);

Slot *journal_slot(Journal *journal, Account *account, const U256 *key);
void journal_set_slot(Journal *journal, Slot *slot, const U256 *value);
U256 journal_transient(Journal *journal, Account *account, const U256 *key);
void journal_set_transient(Journal *journal, Account *account, const U256 *key,
			   const U256 *value);
/* Adds a log; its data is copied. */
void journal_log(Journal *journal, const Log *log);

/* Writes all changes to the engine's state and emits the logs.
 * Returns: BSN_OK. Errors: what the state said. */
int32_t journal_commit(Journal *journal);

/* ---- how it stands in the engine's state (store.c) ---------------------- */

/* Keys: 'a' || address -> nonce (8 bytes, big-endian) || balance (32), then
 * the code's hash (32) when there is code, then its life (8) unless it is 0;
 * 'c' || hash -> code; 's' || address || slot (32) -> value without leading
 * zeros, no entry for zero.
 *
 * Slots of a contract that was destroyed stay where they are, however many
 * there are, and nobody sees them any more: of a further contract at the
 * address they stand under 'S' || address || life (8) || slot. 'l' || address
 * -> the life of the next one there, no entry for 0. (Only rules before Cancun
 * let a contract be destroyed that was there before the transaction.) */

/* Returns: BSN_OK or BSN_NOT_FOUND. Errors: the state's; BSN_E_CORRUPT. */
int32_t store_get_account(bsn_state *state, const Address *address,
			  AccountRecord *record);
/* The same for who uses of nonce and balance only whether both are 0, and adds
 * to them. */
int32_t store_peek_account(bsn_state *state, const Address *address,
			   AccountRecord *record);
/* Adds what `now` has more than `before`, of a state that has add. */
int32_t store_add_account(bsn_state *state, const Address *address,
			  const AccountRecord *before,
			  const AccountRecord *now);
int32_t store_put_account(bsn_state *state, const Address *address,
			  const AccountRecord *record);
int32_t store_del_account(bsn_state *state, const Address *address);
/* A new reference in *code. */
int32_t store_get_code(bsn_state *state, const uint8_t *code_hash,
		       Code **code);
int32_t store_put_code(bsn_state *state, const uint8_t *code_hash,
		       const Code *code);
/* Zero when there is none. */
int32_t store_get_slot(bsn_state *state, const Address *address, uint64_t life,
		       const U256 *key, U256 *value);
int32_t store_put_slot(bsn_state *state, const Address *address, uint64_t life,
		       const U256 *key, const U256 *value);
/* Whether any slot of that life has a value; false when the state has no
 * scan. */
int32_t store_has_slots(bsn_state *state, const Address *address,
			uint64_t life, bool *has);
/* The life of the next contract at the address. */
int32_t store_get_life(bsn_state *state, const Address *address,
		       uint64_t *life);
int32_t store_put_life(bsn_state *state, const Address *address,
		       uint64_t life);

#endif
