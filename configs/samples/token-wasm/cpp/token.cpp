/* SPDX-License-Identifier: Apache-2.0
 *
 * A token: whoever deploys it owns all of it, and owners pass it on. The same contract
 * in Rust is ../rust/token.rs.
 */
#include <bsn_contract.h>

namespace {

bsn::text
key_of(bsn::text owner)
{
	return bsn::join("balance/", owner);
}

uint64_t
balance_of(bsn::text owner)
{
	return bsn::number(bsn::get(key_of(owner), "0"));
}

void
set_balance(bsn::text owner, uint64_t balance)
{
	bsn::put(key_of(owner), balance);
}

/* Readers of JSON may round what is beyond 2^53. */
void
result(uint64_t n)
{
	bsn::json out;

	out.value(bsn::text(n));
	bsn::result(out.written());
}

} // namespace

/* supply */
BSN_EXPORT(initialize)
{
	uint64_t supply = bsn::number(bsn::arg(0, "supply"));

	bsn::put("supply", supply);
	set_balance(bsn::caller(), supply);
}

/* to, amount */
BSN_EXPORT(transfer)
{
	bsn::text to = bsn::arg(0, "to");
	uint64_t amount = bsn::number(bsn::arg(1, "amount"));
	bsn::text from = bsn::caller();
	uint64_t has = balance_of(from);
	bsn::json event;

	bsn::require(amount <= has, "there is not enough");
	set_balance(from, has - amount);
	/* After the line above: `to` may be who gives. */
	set_balance(to, balance_of(to) + amount);
	{
		bsn::json::object transfer(event);

		event.member("to", to);
		event.member("amount", bsn::text(amount));
	}
	bsn::emit("Transfer", event.written());
}

/* owner */
BSN_EXPORT(balanceOf)
{
	result(balance_of(bsn::arg(0, "owner")));
}

BSN_EXPORT(totalSupply)
{
	result(bsn::number(bsn::get("supply", "0")));
}
