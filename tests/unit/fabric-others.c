/* SPDX-License-Identifier: Apache-2.0
 *
 * Stand-ins for what order/ and the chain call in other parts of the engine.
 */
#include "bsn/agreement.pb-c.h"
#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/channel/update.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/endorse.h"
#include "plugins/engine-fabric/genesis.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/net/net.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/engine-fabric/rich/rich.h"
#include "plugins/engine-fabric/snapshot/snapshot.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-order.h"

FabricOthers others;

/* ---- members ------------------------------------------------------------- */

void
agreement_put(GByteArray *out, bsn_slice settings, const bsn_member *members,
	      guint64 n)
{
	g_auto(Arena) arena = ARENA_INIT;
	Bsn__Agreement agreement = BSN__AGREEMENT__INIT;
	Bsn__Member **list = arena_room(&arena, n * sizeof(*list));

	for (guint64 i = 0; i < n; i++) {
		list[i] = arena_room(&arena, sizeof(*list[i]));
		bsn__member__init(list[i]);
		list[i]->public_key = message_bytes(members[i].public_key);
		list[i]->role = members[i].role;
	}
	agreement.settings = message_bytes(settings);
	agreement.n_members = n;
	agreement.members = list;
	message_append(out, &agreement);
}

static Arena memory; /* of the members that were loaded last */
static Bsn__Agreement *loaded;

int32_t
members_load(Channel *channel, bsn_err *err)
{
	const GBytes *metadata = channel->config->orderer_metadata;

	arena_clear(&memory);
	loaded = message_unpack(&memory, &bsn__agreement__descriptor,
				bytes_slice((GBytes *)metadata), NULL, err);
	g_assert_nonnull(loaded);
	channel->members.list = g_array_new(FALSE, TRUE, sizeof(bsn_member));
	for (gsize i = 0; i < loaded->n_members; i++) {
		const bsn_member member = {
			.size = sizeof(member),
			.role = loaded->members[i]->role,
			.algorithm = channel->suite.algorithm,
			.public_key =
				message_slice(loaded->members[i]->public_key),
		};

		g_array_append_val(channel->members.list, member);
	}
	return BSN_OK;
}

void
members_clear(Members *members)
{
	g_clear_pointer(&members->list, g_array_unref);
	arena_clear(&memory);
}

bsn_slice
members_settings(const Channel *channel)
{
	return message_slice(loaded->settings);
}

const bsn_member *
members_find(const Channel *channel, bsn_slice public_key)
{
	const GArray *list = channel->members.list;

	for (guint i = 0; i < list->len; i++)
		if (bsn_slice_equal(
			    g_array_index(list, bsn_member, i).public_key,
			    public_key))
			return &g_array_index(list, bsn_member, i);
	return NULL;
}

void
members_identify_self(Channel *channel)
{
}

void
members_follow_certificate(Channel *channel)
{
	others.followed++;
}

int32_t
members_list(Channel *channel, bsn_reply *reply, bsn_err *err)
{
	return BSN_E_STATE;
}

int32_t
members_proposals(Channel *channel, bsn_reply *reply, bsn_err *err)
{
	return BSN_E_STATE;
}

/* ---- configs ------------------------------------------------------------- */

/* The config that an envelope's update leads to, as bytes. */
static int32_t
apply_update(Channel *channel, const Common__Envelope *update, GByteArray *out,
	     bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Common__Payload *payload =
		message_unpack(&arena, &common__payload__descriptor,
			       message_slice(update->payload), NULL, NULL);

	g_assert_nonnull(payload);
	return update_apply(channel->config, channel->id,
			    message_slice(payload->data), out, err);
}

/* In an envelope of the peer of Org1MSP. */
static void
wrap(const Channel *channel, bsn_slice data, GByteArray *out)
{
	g_auto(Arena) arena = ARENA_INIT;
	const FabricOrgs *orgs = fabric_order_current->orgs;
	g_autoptr(GByteArray) creator =
		fabric_serialize("Org1MSP", orgs->peers[0]);
	g_autoptr(GByteArray) signature = NULL;
	Common__ChannelHeader header = COMMON__CHANNEL_HEADER__INIT;
	Common__SignatureHeader signer = COMMON__SIGNATURE_HEADER__INIT;
	Common__Header both = COMMON__HEADER__INIT;
	Common__Payload payload = COMMON__PAYLOAD__INIT;
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;

	header.type = COMMON__HEADER_TYPE__CONFIG;
	header.channel_id = channel->id;
	signer.creator = message_bytes(buffer_slice(creator));
	signer.nonce = fabric_text("a nonce of 24 bytes.....");
	both.channel_header = message_bytes(message_put(&arena, &header));
	both.signature_header = message_bytes(message_put(&arena, &signer));
	payload.header = &both;
	payload.data = message_bytes(data);
	envelope.payload = message_bytes(message_put(&arena, &payload));
	signature = fabric_sign(&orgs->suite, orgs->peers[0],
				message_slice(envelope.payload));
	envelope.signature = message_bytes(buffer_slice(signature));
	message_append(out, &envelope);
}

int32_t
config_from_update(Channel *channel, bsn_slice envelope, GByteArray *out,
		   bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Common__ConfigEnvelope data = COMMON__CONFIG_ENVELOPE__INIT;
	int32_t status;

	data.last_update = message_unpack(&arena, &common__envelope__descriptor,
					  envelope, NULL, NULL);
	g_assert_nonnull(data.last_update);
	status = apply_update(channel, data.last_update, bytes, err);
	if (status != BSN_OK)
		return status;
	data.config = message_unpack(&arena, &common__config__descriptor,
				     buffer_slice(bytes), NULL, NULL);
	wrap(channel, message_put(&arena, &data), out);
	return BSN_OK;
}

TxCode
config_judge(Channel *channel, const BlockTx *tx, int32_t *status)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) given = NULL;
	const Common__ConfigEnvelope *data = message_unpack(
		&arena, &common__config_envelope__descriptor,
		message_slice(tx->opened.payload->data), NULL, NULL);

	*status = BSN_OK;
	if (data == NULL || data->config == NULL || data->last_update == NULL ||
	    apply_update(channel, data->last_update, bytes, NULL) != BSN_OK)
		return TX_CODE(INVALID_CONFIG_TRANSACTION);
	given = message_pack(data->config);
	return bsn_slice_equal(buffer_slice(given), buffer_slice(bytes))
		       ? TX_CODE(VALID)
		       : TX_CODE(INVALID_CONFIG_TRANSACTION);
}

void
config_install(Channel *channel, guint64 number, const BlockTx *tx)
{
	ChannelConfig *config = NULL;

	g_assert_cmpint(genesis_config(tx->envelope, &config, NULL), ==,
			BSN_OK);
	channel_config_free(channel->config);
	channel->config = config;
	others.configs++;
}

/* ---- lifecycle ----------------------------------------------------------- */

typedef struct {
	TxJudge judge;
	Channel *channel;
} Judge;
static Judge judge;

static TxCode
endorsed(TxJudge *self, const BlockTx *tx, bsn_slice namespace,
	 const gboolean *valid, int32_t *status)
{
	for (guint i = 0; i < tx->opened.n_endorsements; i++)
		if (!valid[i])
			return TX_CODE(ENDORSEMENT_POLICY_FAILURE);
	return others.not_endorsed != NULL &&
			       bsn_slice_equal(
				       namespace,
				       bsn_slice_str(others.not_endorsed))
		       ? TX_CODE(ENDORSEMENT_POLICY_FAILURE)
		       : TX_CODE(VALID);
}

static TxCode
judge_config(TxJudge *self, const BlockTx *tx, int32_t *status)
{
	return config_judge(((Judge *)self)->channel, tx, status);
}

int32_t
indexes_open(Channel *channel, bsn_err *err)
{
	return BSN_OK;
}

void
indexes_close(Channel *channel)
{
}

void
indexes_timer(Channel *channel)
{
}

int32_t
lifecycle_open(Channel *channel, bsn_err *err)
{
	judge = (Judge){ { endorsed, judge_config }, channel };
	return BSN_OK;
}

void
lifecycle_close(Channel *channel)
{
}

TxJudge *
lifecycle_judge(Channel *channel)
{
	return &judge.judge;
}

void
lifecycle_committed(Channel *channel, const BlockOutcome *outcome)
{
	others.lifecycle++;
}

void
package_timer(Channel *channel)
{
}

/* ---- net ----------------------------------------------------------------- */

void
net_open(Channel *channel)
{
}

void
net_close(Channel *channel)
{
}

void
net_message(Channel *channel, bsn_slice from, bsn_slice bytes)
{
}

void
net_timer(Channel *channel, guint64 id)
{
}

void
net_peer_changed(Channel *channel, bsn_slice public_key, gboolean reachable)
{
}

void
net_head_moved(Channel *channel)
{
	others.head_moved++;
}

void
net_durable(Channel *channel)
{
	others.durable++;
}

void
net_behind(Channel *channel, guint64 height, bsn_slice from)
{
	others.behind = height;
}

void
net_forward(Channel *channel, const bsn_slice *envelopes, guint n)
{
	others.forwarded += n;
}

/* ---- endorse, chaincode, query ------------------------------------------- */

void
endorse_open(Channel *channel)
{
}

void
endorse_close(Channel *channel)
{
}

void
endorse_timer(Channel *channel)
{
}

void
runs_open(Channel *channel)
{
}

void
runs_close(Channel *channel)
{
}

void
runtimes_timer(Channel *channel)
{
}

void
query_close(Channel *channel)
{
}

void
query_answer_tx(Channel *channel, bsn_reply *reply, guint64 block,
		guint64 index, const char *tx_id, guint8 code,
		const Transaction *opened)
{
	const gboolean valid = code == TX_CODE(VALID);
	const bsn_tx_result result = {
		.size = sizeof(result),
		.stage = valid ? BSN_TX_COMMITTED : BSN_TX_INVALID,
		.status = valid ? BSN_OK : BSN_CONFLICT,
		.native = code,
		.tx_id = signed_id_bytes(tx_id),
		.block = block,
		.index = index,
	};

	g_assert_nonnull(opened->channel);
	services.reply->tx(reply, &result);
}

/* ---- snapshot/ ----------------------------------------------------------- */

int32_t
channel_snapshots_open(Channel *channel, bsn_err *err)
{
	return BSN_OK;
}

void
channel_snapshots_close(Channel *channel)
{
}

void
channel_snapshots_committed(Channel *channel)
{
}

void
channel_snapshots_durable(Channel *channel, guint64 cookie)
{
}

void
channel_snapshots_timer(Channel *channel)
{
}

void
net_goes_on(Channel *channel)
{
}

void
net_members_changed(Channel *channel)
{
}
