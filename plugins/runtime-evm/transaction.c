/* SPDX-License-Identifier: Apache-2.0
 *
 * Section 6 of the Yellow Paper: the transaction around the machine.
 */
#include "plugins/runtime-evm/transaction.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/runtime-evm/crypto.h"
#include "plugins/runtime-evm/machine.h"
#include "plugins/runtime-evm/intrinsic.h"
#include "plugins/runtime-evm/opcodes.h"
#include "plugins/runtime-evm/reason.h"

/* The transaction's own values, read out of the call. */
typedef struct {
	Evm *evm;
	const bsn_call *call;
	Fork fork;
	bool read_only;
	uint64_t budget; /* at most INT64_MAX */
	uint64_t intrinsic;
	uint64_t used;
	U256 value;
	Account *caller;
	Account *target; /* the contract called or made */
} Tx;

/* ---- checks of the call ------------------------------------------------- */

static bool
is_address(bsn_slice slice)
{
	return slice.len == ADDRESS_LEN;
}

static bool
is_word_or_empty(bsn_slice slice)
{
	return slice.len == 0 || slice.len == 32;
}

static const char *
state_problem(const bsn_state *state)
{
	if (!BSN_HAS(state, get) || !BSN_HAS(state, put) ||
	    !BSN_HAS(state, del) || !BSN_HAS(state, emit) ||
	    !BSN_HAS(state, done))
		return "state must have get, put, del, emit and done";
	return NULL;
}

static const char *
block_problem(const bsn_block_env *block)
{
	if (block == NULL)
		return "block is missing";
	if (block->proposer.len != 0 && !is_address(block->proposer))
		return "block.proposer must be 20 bytes or empty";
	if (!is_word_or_empty(block->random))
		return "block.random must be 32 bytes or empty";
	if (crypto_hash(block->hash) == NULL)
		return "block.hash must be keccak-256, sm3 or sha-256, from a "
		       "crypto plugin that is loaded";
	return NULL;
}

static const char *
call_problem(const bsn_call *call)
{
	bool is_create = call->kind == BSN_CALL_CREATE;

	if (call->kind != BSN_CALL_INVOKE && !is_create)
		return "kind must be an invoke or a create";
	if (!is_address(call->origin) || !is_address(call->caller))
		return "origin and caller must be 20 bytes";
	if (!is_address(call->contract) &&
	    !(is_create && call->contract.len == 0))
		return "contract must be 20 bytes";
	if ((call->flags & BSN_CALL_REPLACE) != 0 && call->contract.len == 0)
		return "code is replaced of a contract that is named";
	if (!is_word_or_empty(call->value) || !is_word_or_empty(call->price))
		return "value and price must be 32 bytes or empty";
	return block_problem(call->block);
}

/* ---- the sender's part -------------------------------------------------- */

/* price * budget; false when it is over 2^256. */
static bool
price_of(const Evm *evm, uint64_t budget, U256 *total)
{
	const U256 zero = u256_of(0);
	const U256 max = u256_not(&zero);
	const U256 n = u256_of(budget);
	U256 most;

	*total = u256_mul(&evm->price, &n);
	if (u256_is_zero(&evm->price))
		return true;
	most = u256_divmod(&max, &evm->price, NULL);
	return !u256_lt(&most, &n);
}

/* Why the transaction is not valid, or NULL. */
static const char *
tx_problem(const Tx *tx)
{
	Journal *journal = &tx->evm->journal;
	U256 total;
	bool carry;

	if (tx->call->kind == BSN_CALL_CREATE &&
	    tx->call->input.len > initcode_max(tx->fork))
		return tx->fork >= FORK_SHANGHAI ?
			       "the code to deploy is over 49152 bytes" :
			       "the code to deploy is over 12 mebibytes";
	if (tx->read_only)
		return tx->call->kind == BSN_CALL_CREATE ||
				       !u256_is_zero(&tx->value) ?
			       "a read-only call cannot move value or create" :
			       NULL;
	if (tx->caller->now.nonce == UINT64_MAX) {
		journal_use(journal, tx->caller);
		return "the caller's nonce is at its maximum";
	}
	if (!price_of(tx->evm, tx->budget, &total))
		return "the price of the budget is over 2^256";
	total = u256_add_carry(&total, &tx->value, &carry);
	if (carry || (!u256_is_zero(&total) &&
		      u256_lt(journal_balance(journal, tx->caller), &total)))
		return "the caller's balance is less than the value and the "
		       "price of the budget";
	return NULL;
}

static void
buy_gas(Tx *tx)
{
	Journal *journal = &tx->evm->journal;
	U256 total;
	U256 balance;

	(void)price_of(tx->evm, tx->budget, &total);
	if ((tx->call->flags & BSN_CALL_UNCOUNTED) == 0)
		journal_count(journal, tx->caller);
	if (u256_is_zero(&total))
		return;
	balance = u256_sub(journal_balance(journal, tx->caller), &total);
	journal_set_balance(journal, tx->caller, &balance);
}

static void
add_balance(Tx *tx, Account *account, const U256 *price, uint64_t units)
{
	const U256 n = u256_of(units);
	U256 amount = u256_mul(price, &n);

	journal_credit(&tx->evm->journal, account, &amount);
}

/* Gives back what was not used and pays the proposer what is above the base
 * fee (EIP-1559; the base fee itself is burnt). */
static void
settle(Tx *tx)
{
	Evm *evm = tx->evm;
	Address proposer = address_of_slice(tx->call->block->proposer);
	U256 tip = u256_sub(&evm->price, &evm->base_fee);

	if (u256_is_zero(&evm->price))
		return;
	add_balance(tx, tx->caller, &evm->price, tx->budget - tx->used);
	if (u256_lt(&evm->price, &evm->base_fee))
		tip = u256_of(0);
	if (tx->call->block->proposer.len > 0)
		add_balance(tx, journal_account(&evm->journal, &proposer), &tip,
			    tx->used);
}

/* ---- the run ------------------------------------------------------------ */

/* EIP-2929. */
static void
warm_up(Tx *tx)
{
	Journal *journal = &tx->evm->journal;

	(void)journal_warm(journal, tx->caller);
	(void)journal_warm(journal, tx->target);
	warm_access_list(journal, call_access_list(tx->call));
}

static Account *
find_target(const Tx *tx)
{
	Journal *journal = &tx->evm->journal;
	Address address = address_of_slice(tx->call->contract);

	if (tx->call->contract.len > 0)
		return journal_account(journal, &address);
	journal_use(journal, tx->caller);
	address = create_address(tx->evm->hash, &tx->caller->address,
				 tx->caller->now.nonce);
	return journal_account(journal, &address);
}

static void
run(Tx *tx)
{
	bool is_create = tx->call->kind == BSN_CALL_CREATE;
	Message message = { .op = is_create ? OP_CREATE : OP_CALL };

	message.is_static = tx->read_only;
	message.replaces = is_create &&
			   (tx->call->flags & BSN_CALL_REPLACE) != 0;
	message.gas = (int64_t)(tx->budget - tx->intrinsic);
	message.caller = message.payer = tx->caller;
	message.self = message.code = tx->target;
	message.value = tx->value;
	message.input.data = tx->call->input.data;
	message.input.len = tx->call->input.len;
	if (is_create)
		evm_enter_create(tx->evm, &message);
	else
		evm_enter(tx->evm, &message);
	evm_run(tx->evm);
}

static void
count_gas(Tx *tx)
{
	const Evm *evm = tx->evm;
	uint64_t used = tx->budget - (uint64_t)evm->gas_left;
	uint64_t refund = (uint64_t)MAX(evm->journal.refund, 0);

	tx->used = used - MIN(refund, used / evm->prices->refund_quotient);
}

static void
run_and_settle(Tx *tx)
{
	if (!tx->read_only)
		buy_gas(tx);
	warm_up(tx);
	run(tx);
	count_gas(tx);
	if (tx->read_only || tx->evm->journal.status != BSN_OK)
		return;
	settle(tx);
	tx->evm->journal.status = journal_commit(&tx->evm->journal);
}

/* ---- the outcome -------------------------------------------------------- */

static void
done(bsn_state *state, int32_t status, const char *reason)
{
	bsn_outcome outcome = { .size = sizeof(outcome), .status = status };

	outcome.reason = bsn_slice_str(reason);
	state->done(state, &outcome);
}

static void
report(const Tx *tx)
{
	const Evm *evm = tx->evm;
	bsn_outcome outcome = { .size = sizeof(outcome) };
	char reason[BSN_REASON_MAX] = "";

	outcome.status = ending_status(evm->ending);
	outcome.budget_used = tx->used;
	outcome.output = bsn_slice_of(evm->returned, evm->returned_len);
	if (outcome.status == BSN_OK && tx->call->kind == BSN_CALL_CREATE)
		outcome.created = bsn_slice_of(&tx->target->address,
					       ADDRESS_LEN);
	if (outcome.status != BSN_OK)
		ending_reason(evm, reason, sizeof(reason));
	outcome.reason = bsn_slice_str(reason);
	evm->state->done(evm->state, &outcome);
}

static void
execute(Tx *tx)
{
	Journal *journal = &tx->evm->journal;
	Address caller = address_of_slice(tx->call->caller);
	const char *problem;

	tx->caller = journal_account(journal, &caller);
	tx->target = find_target(tx);
	problem = tx_problem(tx);
	if (problem == NULL && journal->status == BSN_OK)
		run_and_settle(tx);
	if (journal->status != BSN_OK)
		done(tx->evm->state, journal->status,
		     "the chain's state could not be read or written");
	else if (problem != NULL)
		done(tx->evm->state, BSN_FAULT, problem);
	else
		report(tx);
}

static int32_t
find_fork(const bsn_call *call, Fork *fork, bsn_err *err)
{
	const char *name =
		BSN_HAS(call->block, rules) ? call->block->rules : NULL;

	if (fork_of_name(name, fork))
		return BSN_OK;
	return bsn_fail(err, BSN_E_INVALID,
			"block.rules is \"%s\"; it must be istanbul, berlin, "
			"london, paris, shanghai or cancun",
			name);
}

int32_t
transaction_execute_on(bsn_machine *machine, const bsn_call *call,
		       bsn_state *state, bsn_err *err)
{
	const char *problem = state_problem(state);
	Tx tx = { .call = call };
	char reason[BSN_REASON_MAX];
	int32_t status;

	if (problem == NULL)
		problem = call_problem(call);
	if (problem != NULL)
		return bsn_fail(err, BSN_E_INVALID, "%s", problem);
	if (find_fork(call, &tx.fork, err) != BSN_OK)
		return BSN_E_INVALID;
	status = intrinsic_gas(call, tx.fork, &tx.intrinsic, err);
	if (status != BSN_OK)
		return BSN_E_INVALID;
	tx.budget = MIN(call->budget, INT64_MAX);
	if (tx.intrinsic > tx.budget) {
		(void)g_snprintf(reason, sizeof(reason),
				 "the call costs %" G_GUINT64_FORMAT
				 " before it begins; its budget is %"
				 G_GUINT64_FORMAT, tx.intrinsic, tx.budget);
		done(state, BSN_OUT_OF_BUDGET, reason);
		return BSN_OK;
	}
	tx.read_only = (call->flags & BSN_CALL_READ_ONLY) != 0;
	tx.value = word_or_zero(call->value);
	tx.evm = machine_begin(machine, call, tx.fork, state);
	if (tx.evm == NULL)
		return bsn_fail(err, BSN_E_INVALID,
				"the machine has not ended its last execution");
	execute(&tx);
	machine_end(machine);
	return BSN_OK;
}

int32_t
transaction_execute(const bsn_call *call, bsn_state *state, bsn_err *err)
{
	bsn_machine *machine = machine_new();
	int32_t status = transaction_execute_on(machine, call, state, err);

	machine_free(machine);
	return status;
}

int32_t
transaction_least_budget(const bsn_call *call, uint64_t *budget, bsn_err *err)
{
	Fork fork;
	int32_t status = find_fork(call, &fork, err);

	if (status != BSN_OK)
		return status;
	if (call->kind == BSN_CALL_CREATE &&
	    call->input.len > initcode_max(fork))
		return bsn_fail(err, BSN_TOO_LARGE,
				"the code to deploy is over %" G_GUINT64_FORMAT
				" bytes",
				initcode_max(fork));
	return intrinsic_gas(call, fork, budget, err);
}
