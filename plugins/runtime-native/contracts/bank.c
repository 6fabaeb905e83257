/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts, whose sum no conflict may change; and a list, in which no two
 * entries may get the same number.
 *
 *	open(account, amount)  once each
 *	balance(account)
 *	transfer(a, b, n)      reads both, writes both
 *	close(account)         deletes an account without money
 *	total()                of all accounts, by a range
 *	append(list, value)    reads the range of a list's entries and writes
 *	                       the next one; answers with its key
 *	length(list)           entries of a list
 */
#include "plugins/runtime-native/native.h"

#define ACCOUNTS "account:"
#define ACCOUNTS_END "account;" /* behind the colon */

typedef struct {
	bsn_slice from; /* keys */
	bsn_slice to;
	guint64 amount;
	guint64 balance; /* of `from` */
	guint64 total;
	guint count;
} Bank;

static bsn_slice
account_key(NativeTx *tx, bsn_slice name)
{
	return native_format(tx, ACCOUNTS "%.*s", NATIVE_TEXT(name));
}

static gboolean
read_amount(NativeTx *tx, bsn_slice text)
{
	Bank *bank = tx->state;

	if (native_number(text, &bank->amount))
		return TRUE;
	native_fail(tx, "%.*s is no amount", NATIVE_TEXT(text));
	return FALSE;
}

static void
put_balance(NativeTx *tx, bsn_slice key, guint64 balance, NativeStep then)
{
	native_put(tx, key, native_format(tx, "%" G_GUINT64_FORMAT, balance),
		   then);
}

/* The balance that the last question gave. */
static gboolean
read_balance(NativeTx *tx, bsn_slice key, guint64 *balance)
{
	if (native_number(tx->answer, balance))
		return TRUE;
	native_fail(tx, "there is no %.*s", NATIVE_TEXT(key));
	return FALSE;
}

static void
done(NativeTx *tx)
{
	native_succeed(tx, bsn_slice_of(NULL, 0));
}

/* ---- one account ---- */

static void
opened(NativeTx *tx)
{
	const Bank *bank = tx->state;

	if (tx->answer.len > 0)
		native_fail(tx, "%.*s is there already",
			    NATIVE_TEXT(bank->from));
	else
		put_balance(tx, bank->from, bank->amount, done);
}

static void
open_account(NativeTx *tx)
{
	Bank *bank = tx->state;

	bank->from = account_key(tx, tx->args[0]);
	if (read_amount(tx, tx->args[1]))
		native_get(tx, bank->from, opened);
}

static void
tell_balance(NativeTx *tx)
{
	Bank *bank = tx->state;

	if (read_balance(tx, bank->from, &bank->balance))
		native_succeed_number(tx, bank->balance);
}

static void
balance(NativeTx *tx)
{
	Bank *bank = tx->state;

	bank->from = account_key(tx, tx->args[0]);
	native_get(tx, bank->from, tell_balance);
}

static void
close_empty(NativeTx *tx)
{
	Bank *bank = tx->state;

	if (!read_balance(tx, bank->from, &bank->balance))
		return;
	if (bank->balance > 0)
		native_fail(tx, "%.*s has money", NATIVE_TEXT(bank->from));
	else
		native_del(tx, bank->from, done);
}

static void
close_account(NativeTx *tx)
{
	Bank *bank = tx->state;

	bank->from = account_key(tx, tx->args[0]);
	native_get(tx, bank->from, close_empty);
}

/* ---- two accounts ---- */

static void
taken(NativeTx *tx)
{
	const Bank *bank = tx->state;

	put_balance(tx, bank->to, bank->total, done);
}

static void
got_to(NativeTx *tx)
{
	Bank *bank = tx->state;

	if (!read_balance(tx, bank->to, &bank->total))
		return;
	if (bank->total > G_MAXUINT64 - bank->amount) {
		native_fail(tx, "%.*s would overflow", NATIVE_TEXT(bank->to));
		return;
	}
	bank->total += bank->amount;
	put_balance(tx, bank->from, bank->balance - bank->amount, taken);
}

static void
got_from(NativeTx *tx)
{
	Bank *bank = tx->state;

	if (!read_balance(tx, bank->from, &bank->balance))
		return;
	if (bank->balance < bank->amount)
		native_fail(tx, "%.*s has only %" G_GUINT64_FORMAT,
			    NATIVE_TEXT(bank->from), bank->balance);
	else
		native_get(tx, bank->to, got_to);
}

static void
transfer(NativeTx *tx)
{
	Bank *bank = tx->state;

	bank->from = account_key(tx, tx->args[0]);
	bank->to = account_key(tx, tx->args[1]);
	if (bsn_slice_equal(bank->from, bank->to))
		native_fail(tx, "%.*s cannot pay itself",
			    NATIVE_TEXT(bank->from));
	else if (read_amount(tx, tx->args[2]))
		native_get(tx, bank->from, got_from);
}

/* ---- ranges ---- */

static gboolean
add_balance(NativeTx *tx, const NativeResult *result)
{
	Bank *bank = tx->state;
	guint64 one;

	if (!native_number(result->value, &one) ||
	    bank->total > G_MAXUINT64 - one) {
		native_fail(tx, "%.*s has no number", NATIVE_TEXT(result->key));
		return FALSE;
	}
	bank->total += one;
	return TRUE;
}

static void
tell_total(NativeTx *tx)
{
	native_succeed_number(tx, ((Bank *)tx->state)->total);
}

static void
total(NativeTx *tx)
{
	native_range(tx, bsn_slice_str(ACCOUNTS), bsn_slice_str(ACCOUNTS_END),
		     add_balance, tell_total);
}

static gboolean
count_one(NativeTx *tx, const NativeResult *result)
{
	((Bank *)tx->state)->count++;
	return TRUE;
}

/* Entries begin with 0, so that they all are below the end. */
static void
count_entries(NativeTx *tx, NativeStep then)
{
	const bsn_slice list = tx->args[0];

	native_range(tx, native_format(tx, "%.*s0", NATIVE_TEXT(list)),
		     native_format(tx, "%.*s1", NATIVE_TEXT(list)), count_one,
		     then);
}

static void
appended(NativeTx *tx)
{
	native_succeed(tx, ((Bank *)tx->state)->to);
}

static void
put_entry(NativeTx *tx)
{
	Bank *bank = tx->state;

	bank->to = native_format(tx, "%.*s0%09u", NATIVE_TEXT(tx->args[0]),
				 bank->count);
	native_put(tx, bank->to, tx->args[1], appended);
}

static void
append(NativeTx *tx)
{
	if (tx->args[0].len == 0 || tx->args[1].len == 0)
		native_fail(tx, "a list and a value are needed");
	else
		count_entries(tx, put_entry);
}

static void
tell_length(NativeTx *tx)
{
	native_succeed_number(tx, ((Bank *)tx->state)->count);
}

static void
length(NativeTx *tx)
{
	count_entries(tx, tell_length);
}

static const NativeFunction functions[] = {
	{ "append", 2, append },
	{ "balance", 1, balance },
	{ "close", 1, close_account },
	{ "length", 1, length },
	{ "open", 2, open_account },
	{ "total", 0, total },
	{ "transfer", 3, transfer },
	{ NULL, 0, NULL },
};

const NativeContract native_bank = { "bank", sizeof(Bank), NULL, functions };
