/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/journal.h"

#include <bsn/helpers/bytes.h>

#include "plugins/runtime-evm/gas.h"
#include "plugins/runtime-evm/precompiles/precompiles.h"

typedef enum {
	UNDO_WARM,
	UNDO_TOUCHED,
	UNDO_CREATED,
	UNDO_DESTROYED,
	UNDO_BALANCE,
	UNDO_NONCE,
	UNDO_CODE,
	UNDO_SLOT,
	UNDO_SLOT_WARM,
} UndoKind;

typedef struct {
	UndoKind kind;
	void *what; /* Account or Slot */
	U256 old;
} Undo;

/* Of changes that can be undone; more are forgotten with their memory. */
#define UNDO_KEPT 4096u
/* Accounts or slots that are listed. */
#define ITEMS_KEPT 1024u

static GArray *
new_undo(void)
{
	return g_array_new(FALSE, FALSE, sizeof(Undo));
}

void
journal_init(Journal *journal)
{
	journal->accounts = g_ptr_array_new();
	journal->slots = g_ptr_array_new();
	journal->transient = g_ptr_array_new();
	journal->undo = new_undo();
	journal->logs = g_array_new(FALSE, FALSE, sizeof(Log));
}

static void
find_empty_hash(Journal *journal)
{
	if (journal->empty_of == journal->hash)
		return;
	journal->empty_of = journal->hash;
	if (journal->hash->digest(NULL, 0, journal->empty_hash) == BSN_OK)
		return;
	journal->empty_of = NULL;
	journal->status = BSN_E_INTERNAL;
}

void
journal_begin(Journal *journal, bsn_state *state, const bsn_hash *hash,
	      Fork fork, const Address *proposer)
{
	journal->state = state;
	journal->hash = hash;
	journal->fork = fork;
	journal->proposer = *proposer;
	journal->status = BSN_OK;
	journal->refund = 0;
	journal->builtin = 0;
	journal->most_undo = 0;
	find_empty_hash(journal);
	journal_mark_builtin(journal);
}

static void
drop_logs(Journal *journal, guint from)
{
	for (guint i = from; i < journal->logs->len; i++) {
		const Log *log = &g_array_index(journal->logs, Log, i);

		journal->log_bytes -= log->len;
		g_free(log->data);
	}
	g_array_set_size(journal->logs, from);
}

static void
note_undo(Journal *journal)
{
	journal->most_undo = MAX(journal->most_undo, journal->undo->len);
}

static void
empty_undo(Journal *journal)
{
	note_undo(journal);
	if (journal->most_undo > UNDO_KEPT) {
		g_array_unref(journal->undo);
		journal->undo = new_undo();
	}
	g_array_set_size(journal->undo, 0);
}

static void
empty_list(GPtrArray **items)
{
	if ((*items)->len > ITEMS_KEPT) {
		g_ptr_array_unref(*items);
		*items = g_ptr_array_new();
	}
	g_ptr_array_set_size(*items, 0);
}

void
journal_end(Journal *journal)
{
	drop_logs(journal, 0);
	for (guint i = 0; i < journal->accounts->len; i++)
		code_unref(((Account *)journal->accounts->pdata[i])->code);
	empty_list(&journal->accounts);
	empty_list(&journal->slots);
	empty_list(&journal->transient);
	empty_undo(journal);
	table_reset(&journal->account_table);
	table_reset(&journal->slot_table);
	table_reset(&journal->transient_table);
	arena_reset(&journal->items);
}

void
journal_clear(Journal *journal)
{
	g_ptr_array_unref(journal->accounts);
	g_ptr_array_unref(journal->slots);
	g_ptr_array_unref(journal->transient);
	g_array_unref(journal->undo);
	g_array_unref(journal->logs);
	table_clear(&journal->account_table);
	table_clear(&journal->slot_table);
	table_clear(&journal->transient_table);
	arena_clear(&journal->items);
}

/* ---- the undo log ------------------------------------------------------- */

static void
remember(Journal *journal, UndoKind kind, void *what, U256 old)
{
	Undo undo = { kind, what, old };

	g_array_append_val(journal->undo, undo);
}

static void
undo_one(const Undo *undo)
{
	Account *account = undo->what;
	Slot *slot = undo->what;

	switch (undo->kind) {
	case UNDO_WARM:
		account->warm = false;
		return;
	case UNDO_TOUCHED:
		account->touched = false;
		return;
	case UNDO_CREATED:
		account->created = false;
		account->now.life = account->original.life;
		return;
	case UNDO_DESTROYED:
		account->destroyed = false;
		return;
	case UNDO_BALANCE:
		account->now.balance = undo->old;
		return;
	case UNDO_NONCE:
		account->now.nonce = undo->old.w[0];
		return;
	case UNDO_CODE:
		code_unref(account->code);
		account->code = NULL;
		account->code_new = false;
		account->now.has_code = false;
		return;
	case UNDO_SLOT:
		slot->now = undo->old;
		return;
	case UNDO_SLOT_WARM:
		slot->warm = false;
		return;
	}
}

bool
journal_has_room(const Journal *journal)
{
	return journal->undo->len < EVM_CHANGES_MAX;
}

bool
journal_has_log_room(const Journal *journal, uint64_t len)
{
	return journal->logs->len < EVM_LOGS_MAX &&
	       len <= EVM_LOG_BYTES_MAX - journal->log_bytes;
}

void
journal_mark_builtin(Journal *journal)
{
	bsn_state *state = journal->state;

	if (BSN_HAS(state, mark) && BSN_HAS(state, revert))
		journal->builtin = state->mark(state);
}

JournalMark
journal_mark(const Journal *journal)
{
	return (JournalMark){ journal->undo->len, journal->logs->len,
			      journal->refund, journal->builtin };
}

static void
revert_builtin(Journal *journal, uint64_t mark)
{
	if (journal->builtin == mark)
		return;
	journal->state->revert(journal->state, mark);
	journal->builtin = mark;
}

void
journal_revert(Journal *journal, JournalMark mark)
{
	note_undo(journal);
	for (guint i = journal->undo->len; i > mark.undo; i--)
		undo_one(&g_array_index(journal->undo, Undo, i - 1));
	g_array_set_size(journal->undo, mark.undo);
	drop_logs(journal, mark.logs);
	journal->refund = mark.refund;
	revert_builtin(journal, mark.builtin);
}

/* ---- accounts ----------------------------------------------------------- */

static void
load_account(Journal *journal, Account *account)
{
	bsn_state *state = journal->state;
	int32_t status = store_peek_account(state, &account->address,
					    &account->now);

	account->stored = status == BSN_OK;
	account->used = !account->stored || !BSN_HAS(state, peek) ||
			!BSN_HAS(state, add);
	account->original = account->now;
	if (status < 0 && journal->status == BSN_OK)
		journal->status = status;
}

static bool
is_always_warm(const Journal *journal, const Address *address)
{
	return journal->fork < FORK_BERLIN ||
	       precompile_find(journal->fork, address) != NULL ||
	       (journal->fork >= FORK_SHANGHAI &&
		memcmp(address, &journal->proposer, ADDRESS_LEN) == 0);
}

Account *
journal_account(Journal *journal, const Address *address)
{
	uint64_t hash = table_hash(address, sizeof(*address));
	uint32_t at = 0;
	Account *account;

	while ((account = table_next(&journal->account_table, hash, &at)))
		if (memcmp(&account->address, address, ADDRESS_LEN) == 0)
			return account;
	account = arena_take(&journal->items, sizeof(*account));
	account->address = *address;
	account->warm = is_always_warm(journal, address);
	load_account(journal, account);
	g_ptr_array_add(journal->accounts, account);
	table_add(&journal->account_table, hash, account);
	return account;
}

/* The cache is shared by all chains: what comes out of one chain's state must
 * be what its hash says before another may find it. */
static int32_t
read_code(Journal *journal, const uint8_t *code_hash, Code **code)
{
	int32_t status = store_get_code(journal->state, code_hash, code);
	uint8_t digest[BSN_DIGEST_MAX];
	bsn_slice bytes;

	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_E_CORRUPT : status;
	bytes = bsn_slice_of((*code)->bytes, (*code)->size);
	status = journal->hash->digest(&bytes, 1, digest);
	if (status == BSN_OK && memcmp(digest, code_hash, HASH_LEN) != 0)
		status = BSN_E_CORRUPT;
	return status;
}

static Code *
load_code(Journal *journal, const Account *account)
{
	Code *code = code_cache_find(account->now.code_hash, journal->fork);
	int32_t status;

	if (code != NULL)
		return code;
	status = read_code(journal, account->now.code_hash, &code);
	if (status == BSN_OK) {
		code_cache_add(account->now.code_hash, journal->fork, code);
		return code;
	}
	code_unref(code);
	if (journal->status == BSN_OK)
		journal->status = status;
	return NULL;
}

Code *
journal_code(Journal *journal, Account *account)
{
	if (account->code == NULL && account->now.has_code)
		account->code = load_code(journal, account);
	return account->code;
}

/* The life of a contract that is made there. */
static uint64_t
next_life(Journal *journal, const Account *account)
{
	uint64_t life = 0;
	int32_t status = BSN_OK;

	if (journal->fork < FORK_CANCUN)
		status = store_get_life(journal->state, &account->address,
					&life);
	if (status != BSN_OK && journal->status == BSN_OK)
		journal->status = status;
	return life;
}

bool
journal_has_storage(Journal *journal, const Account *account)
{
	bool has = false;
	int32_t status;

	if (!account->stored)
		return false;
	status = store_has_slots(journal->state, &account->address,
				 next_life(journal, account), &has);
	if (status != BSN_OK && journal->status == BSN_OK)
		journal->status = status;
	return has;
}

bool
journal_warm(Journal *journal, Account *account)
{
	if (account->warm)
		return false;
	account->warm = true;
	remember(journal, UNDO_WARM, account, u256_of(0));
	return true;
}

void
journal_use(Journal *journal, Account *account)
{
	AccountRecord same;
	int32_t status;

	if (account->used)
		return;
	account->used = true;
	status = store_get_account(journal->state, &account->address, &same);
	if (status != BSN_OK && journal->status == BSN_OK)
		journal->status = MIN(status, BSN_E_INTERNAL);
}

const U256 *
journal_balance(Journal *journal, Account *account)
{
	journal_use(journal, account);
	return &account->now.balance;
}

void
journal_touch(Journal *journal, Account *account)
{
	if (account->touched)
		return;
	account->touched = true;
	remember(journal, UNDO_TOUCHED, account, u256_of(0));
}

static void
change_balance(Journal *journal, Account *account, const U256 *balance)
{
	journal_touch(journal, account);
	remember(journal, UNDO_BALANCE, account, account->now.balance);
	account->now.balance = *balance;
}

static void
change_nonce(Journal *journal, Account *account, uint64_t nonce)
{
	journal_touch(journal, account);
	remember(journal, UNDO_NONCE, account, u256_of(account->now.nonce));
	account->now.nonce = nonce;
}

void
journal_credit(Journal *journal, Account *account, const U256 *amount)
{
	bool carry;
	U256 balance = u256_add_carry(&account->now.balance, amount, &carry);

	if (carry)
		journal_use(journal, account);
	change_balance(journal, account, &balance);
}

void
journal_count(Journal *journal, Account *account)
{
	if (account->now.nonce == UINT64_MAX)
		journal_use(journal, account);
	change_nonce(journal, account, account->now.nonce + 1);
}

void
journal_set_balance(Journal *journal, Account *account, const U256 *balance)
{
	journal_use(journal, account);
	change_balance(journal, account, balance);
}

void
journal_set_nonce(Journal *journal, Account *account, uint64_t nonce)
{
	journal_use(journal, account);
	change_nonce(journal, account, nonce);
}

void
journal_set_created(Journal *journal, Account *account)
{
	if (account->created)
		return;
	account->created = true;
	account->now.life = next_life(journal, account);
	remember(journal, UNDO_CREATED, account, u256_of(0));
}

void
journal_set_destroyed(Journal *journal, Account *account)
{
	if (account->destroyed)
		return;
	account->destroyed = true;
	remember(journal, UNDO_DESTROYED, account, u256_of(0));
}

void
journal_take_code(Journal *journal, Account *account, Code *code)
{
	bsn_slice bytes = bsn_slice_of(code->bytes, code->size);

	if (journal->hash->digest(&bytes, 1, account->now.code_hash) != BSN_OK)
		journal->status = BSN_E_INTERNAL;
	code_unref(account->code);
	account->code = code;
	account->code_new = true;
	account->now.has_code = true;
	remember(journal, UNDO_CODE, account, u256_of(0));
}

void
journal_transfer(Journal *journal, Account *from, Account *to,
		 const U256 *value)
{
	U256 balance;

	journal_touch(journal, to);
	if (u256_is_zero(value))
		return;
	balance = u256_sub(journal_balance(journal, from), value);
	journal_set_balance(journal, from, &balance);
	journal_credit(journal, to, value);
}

/* ---- slots -------------------------------------------------------------- */

typedef struct {
	Account *account;
	U256 key;
} SlotKey;

static Slot *
find_slot(const Table *table, uint64_t hash, const SlotKey *key)
{
	uint32_t at = 0;
	Slot *slot;

	while ((slot = table_next(table, hash, &at)))
		if (slot->account == key->account &&
		    u256_eq(&slot->key, &key->key))
			return slot;
	return NULL;
}

static Slot *
add_slot(Journal *journal, Table *table, GPtrArray *slots, uint64_t hash,
	 const SlotKey *key)
{
	Slot *slot = arena_take(&journal->items, sizeof(*slot));

	slot->account = key->account;
	slot->key = key->key;
	g_ptr_array_add(slots, slot);
	table_add(table, hash, slot);
	return slot;
}

Slot *
journal_slot(Journal *journal, Account *account, const U256 *key)
{
	SlotKey slot_key = { account, *key };
	uint64_t hash = table_hash(&slot_key, sizeof(slot_key));
	Slot *slot = find_slot(&journal->slot_table, hash, &slot_key);
	int32_t status;

	if (slot != NULL)
		return slot;
	slot = add_slot(journal, &journal->slot_table, journal->slots, hash,
			&slot_key);
	status = store_get_slot(journal->state, &account->address,
				account->now.life, key, &slot->original);
	if (status != BSN_OK && journal->status == BSN_OK)
		journal->status = status;
	slot->now = slot->original;
	slot->warm = journal->fork < FORK_BERLIN;
	return slot;
}

bool
journal_warm_slot(Journal *journal, Slot *slot)
{
	if (slot->warm)
		return false;
	slot->warm = true;
	remember(journal, UNDO_SLOT_WARM, slot, u256_of(0));
	return true;
}

void
journal_set_slot(Journal *journal, Slot *slot, const U256 *value)
{
	remember(journal, UNDO_SLOT, slot, slot->now);
	slot->now = *value;
}

U256
journal_transient(Journal *journal, Account *account, const U256 *key)
{
	SlotKey slot_key = { account, *key };
	const Slot *slot = find_slot(&journal->transient_table,
				     table_hash(&slot_key, sizeof(slot_key)),
				     &slot_key);

	return slot != NULL ? slot->now : u256_of(0);
}

void
journal_set_transient(Journal *journal, Account *account, const U256 *key,
		      const U256 *value)
{
	SlotKey slot_key = { account, *key };
	uint64_t hash = table_hash(&slot_key, sizeof(slot_key));
	Slot *slot = find_slot(&journal->transient_table, hash, &slot_key);

	if (slot == NULL)
		slot = add_slot(journal, &journal->transient_table,
				journal->transient, hash, &slot_key);
	journal_set_slot(journal, slot, value);
}

void
journal_log(Journal *journal, const Log *log)
{
	Log copy = *log;

	copy.data = g_memdup2(log->data, log->len);
	journal->log_bytes += log->len;
	g_array_append_val(journal->logs, copy);
}
