/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of an execution: what changed goes into the engine's state, in the
 * order in which it was first used, which is the same on every node.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/runtime-evm/journal.h"

static bool
records_equal(const AccountRecord *a, const AccountRecord *b)
{
	return a->nonce == b->nonce && a->has_code == b->has_code &&
	       u256_eq(&a->balance, &b->balance) &&
	       (!a->has_code ||
		memcmp(a->code_hash, b->code_hash, HASH_LEN) == 0);
}

static int32_t
commit_code(Journal *journal, const Account *account)
{
	int32_t status = store_put_code(journal->state,
					account->now.code_hash, account->code);

	if (status == BSN_OK)
		code_cache_add(account->now.code_hash, journal->fork,
			       account->code);
	return status;
}

/* Only what an earlier transaction made has slots in the state, and only before
 * EIP-6780 can that be destroyed. They are left where nobody looks. */
static int32_t
remove_account(Journal *journal, const Account *account)
{
	int32_t status = BSN_OK;

	if (account->destroyed && !account->created)
		status = store_put_life(journal->state, &account->address,
					account->now.life + 1);
	if (status == BSN_OK)
		status = store_del_account(journal->state, &account->address);
	return status;
}

static int32_t
commit_account(Journal *journal, const Account *account)
{
	int32_t status = BSN_OK;

	if (account->destroyed ||
	    (account->touched && account_is_empty(account)))
		return account->stored ? remove_account(journal, account) :
					 BSN_OK;
	if (account->code_new)
		status = commit_code(journal, account);
	if (status != BSN_OK ||
	    records_equal(&account->now, &account->original))
		return status;
	if (!account->used && !account->code_new)
		return store_add_account(journal->state, &account->address,
					 &account->original, &account->now);
	return store_put_account(journal->state, &account->address,
				 &account->now);
}

static int32_t
commit_slot(Journal *journal, const Slot *slot)
{
	const Account *account = slot->account;

	if (account->destroyed || u256_eq(&slot->now, &slot->original))
		return BSN_OK;
	return store_put_slot(journal->state, &account->address,
			      account->now.life, &slot->key, &slot->now);
}

static int32_t
emit_log(Journal *journal, const Log *log)
{
	bsn_slice topics[4];

	for (unsigned i = 0; i < log->topic_count; i++)
		topics[i] = bsn_slice_of(log->topics[i], HASH_LEN);
	return journal->state->emit(journal->state,
				    bsn_slice_of(&log->address, ADDRESS_LEN),
				    topics, log->topic_count,
				    bsn_slice_of(log->data, log->len));
}

int32_t
journal_commit(Journal *journal)
{
	int32_t status = journal->status;

	for (guint i = 0; i < journal->accounts->len && status == BSN_OK; i++)
		status = commit_account(journal, journal->accounts->pdata[i]);
	for (guint i = 0; i < journal->slots->len && status == BSN_OK; i++)
		status = commit_slot(journal, journal->slots->pdata[i]);
	for (guint i = 0; i < journal->logs->len && status == BSN_OK; i++)
		status = emit_log(journal,
				  &g_array_index(journal->logs, Log, i));
	return status;
}
