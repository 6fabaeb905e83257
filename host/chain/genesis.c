/* SPDX-License-Identifier: Apache-2.0
 *
 * A new chain's genesis: made here, of a list of members or of this node alone,
 * or taken over from the host that made it.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/chain/internal.h"

typedef struct {
	bsn_sink sink;
	GByteArray *bytes;
} ArraySink;

static int32_t
array_write(bsn_sink *sink, const void *data, uint64_t len)
{
	ArraySink *to = (ArraySink *)sink;

	if (len > BSN_STORE_VALUE_MAX - to->bytes->len)
		return BSN_TOO_LARGE;
	g_byte_array_append(to->bytes, data, (guint)len);
	return BSN_OK;
}

/* The engine makes it of the chain's name, config and time, and these. */
static int32_t
make(Chain *chain, const GArray *members, bsn_err *err)
{
	ArraySink out = { { array_write }, g_byte_array_new() };
	const bsn_genesis genesis = {
		.size = sizeof(genesis),
		.member_count = members->len,
		.name = bsn_slice_str(chain->name),
		.config = bsn_slice_str(chain->config),
		.members = (const bsn_member *)(const void *)members->data,
		.time_ms = chain->created_ms,
	};
	int32_t status = chain->engine->chain->genesis(&genesis, &out.sink,
						       err);

	chain->genesis = g_byte_array_free_to_bytes(out.bytes);
	return status;
}

static int32_t
make_alone(Chain *chain, const char *algorithm, GArray *members, bsn_err *err)
{
	guint8 key[BSN_PUBLIC_KEY_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(key, sizeof(key));
	bsn_member self = { .size = sizeof(self),
			    .role = BSN_ROLE_CONSENSUS,
			    .algorithm = algorithm };
	int32_t status = keystore_node_public_key(
		chain->table->keystore, algorithm, &sink.sink, err);

	if (status != BSN_OK)
		return status;
	self.public_key = bsn_slice_of(key, sink.len);
	g_array_append_val(members, self);
	return make(chain, members, err);
}

static int32_t
make_of(Chain *chain, const char *algorithm, const GPtrArray *founders,
	GArray *members, bsn_err *err)
{
	for (guint i = 0; i < founders->len; i++) {
		const FoundingMember *founder = founders->pdata[i];
		const bsn_member member = {
			.size = sizeof(member),
			.role = founder->role,
			.algorithm = algorithm,
			.public_key = bytes_slice(founder->public_key),
			.name = bsn_slice_str(founder->name),
			.address = bsn_slice_str(founder->address),
		};

		g_array_append_val(members, member);
	}
	return make(chain, members, err);
}

int32_t
chain_make_genesis(Chain *chain, const GPtrArray *founders, bsn_err *err)
{
	g_autoptr(GArray) members =
		g_array_new(FALSE, FALSE, sizeof(bsn_member));
	const char *algorithm = NULL;
	int32_t status = chain->engine->chain->member_algorithm(
		bsn_slice_str(chain->config), &algorithm, err);

	if (status == BSN_OK && founders != NULL)
		status = make_of(chain, algorithm, founders, members, err);
	else if (status == BSN_OK)
		status = make_alone(chain, algorithm, members, err);
	if (status != BSN_OK)
		chain_explain(chain, "genesis", status, err);
	return status;
}
