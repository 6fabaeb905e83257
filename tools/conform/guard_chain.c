/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/guard_private.h"

static int32_t
member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	static const char call[] = "bsn_chain_ops.member_algorithm";
	Inputs inputs;
	gboolean watched = guard_enter_with(&inputs, call, inputs_size(config.len));
	int32_t status;

	if (watched) {
		config = inputs_slice(&inputs, config);
		inputs_seal(&inputs);
	}
	status = guard_real->chain->member_algorithm(config, algorithm, err);
	guard_leave_with(&inputs, watched, call);
	return status;
}

static int32_t
genesis(const bsn_genesis *in, bsn_sink *out, bsn_err *err)
{
	static const char call[] = "bsn_chain_ops.genesis";
	Inputs inputs;
	gboolean watched = guard_enter_with(
		&inputs, call,
		inputs_size(RECORD_SIZE(in)) + inputs_size(in->name.len) +
			inputs_size(in->config.len) +
			inputs_members_size(in->members, in->member_count) +
			GUARD_SINK_SIZE);
	int32_t status;

	if (watched) {
		bsn_genesis *copy = inputs_copy(&inputs, in, RECORD_SIZE(in));

		copy->name = inputs_slice(&inputs, in->name);
		copy->config = inputs_slice(&inputs, in->config);
		copy->members = inputs_members(&inputs, in->members,
					       in->member_count);
		in = copy;
		out = guard_copy_sink(&inputs, out);
		inputs_seal(&inputs);
	}
	status = guard_real->chain->genesis(in, out, err);
	guard_leave_with(&inputs, watched, call);
	return status;
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice bytes, bsn_ledger **ledger, bsn_err *err)
{
	static const char call[] = "bsn_chain_ops.open";
	Inputs inputs;
	gboolean watched = guard_enter_with(&inputs, call, inputs_size(bytes.len));
	int32_t status;

	if (watched) {
		bytes = inputs_slice(&inputs, bytes);
		inputs_seal(&inputs);
	}
	status = guard_real->chain->open(chain, bytes, ledger, err);
	guard_leave_with(&inputs, watched, call);
	return status;
}

static void
chain_close(bsn_ledger *ledger)
{
	guard_enter("bsn_chain_ops.close");
	guard_real->chain->close(ledger);
	guard_leave("bsn_chain_ops.close");
}

static void
durable(bsn_ledger *ledger, uint64_t cookie)
{
	guard_enter("bsn_chain_ops.durable");
	guard_real->chain->durable(ledger, cookie);
	guard_leave("bsn_chain_ops.durable");
}

static void
timer(bsn_ledger *ledger, uint64_t id)
{
	guard_enter("bsn_chain_ops.timer");
	guard_real->chain->timer(ledger, id);
	guard_leave("bsn_chain_ops.timer");
}

static void
message(bsn_ledger *ledger, bsn_slice from, bsn_slice bytes)
{
	static const char call[] = "bsn_chain_ops.message";
	Inputs inputs;
	gboolean watched = guard_enter_with(&inputs, call,
				      inputs_size(from.len) +
					      inputs_size(bytes.len));

	if (watched) {
		from = inputs_slice(&inputs, from);
		bytes = inputs_slice(&inputs, bytes);
		inputs_seal(&inputs);
	}
	guard_real->chain->message(ledger, from, bytes);
	guard_leave_with(&inputs, watched, call);
}

static void
peer(bsn_ledger *ledger, bsn_slice public_key, uint32_t reachable)
{
	static const char call[] = "bsn_chain_ops.peer";
	Inputs inputs;
	gboolean watched =
		guard_enter_with(&inputs, call, inputs_size(public_key.len));

	if (watched) {
		public_key = inputs_slice(&inputs, public_key);
		inputs_seal(&inputs);
	}
	guard_real->chain->peer(ledger, public_key, reachable);
	guard_leave_with(&inputs, watched, call);
}

GUARD_PLAIN(members, chain->members, "bsn_chain_ops.members")
GUARD_PLAIN(proposals, chain->proposals, "bsn_chain_ops.proposals")

const bsn_chain_ops guard_chain_ops = {
	.size = sizeof(bsn_chain_ops),
	.member_algorithm = member_algorithm,
	.genesis = genesis,
	.open = chain_open,
	.close = chain_close,
	.durable = durable,
	.timer = timer,
	.message = message,
	.peer = peer,
	.members = members,
	.proposals = proposals,
};
