/* SPDX-License-Identifier: Apache-2.0
 *
 * Parts of the engine that most tests are without: nobody has private data,
 * snapshots or calls of Fabric's clients. All are weak, so that a test that has
 * such a part, or a stand-in of its own that notes something, has that.
 */
#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/gateway/gateway.h"
#include "plugins/engine-fabric/private/private.h"
#include "plugins/engine-fabric/snapshot/snapshot.h"

#define ABSENT __attribute__((weak))

/* ---- net/ ---- */

/* Nobody has asked anything. */
ABSENT void
net_answer(Channel *channel, NetQuestion *question, int32_t status,
	   bsn_slice answer, const bsn_err *err)
{
	(void)channel;
	(void)question;
	(void)status;
	(void)answer;
	(void)err;
}

ABSENT void
net_members_changed(Channel *channel)
{
	(void)channel;
}

ABSENT void
net_goes_on(Channel *channel)
{
	(void)channel;
}

/* ---- chaincode/ ---- */

ABSENT void
runs_timer(Channel *channel)
{
	(void)channel;
}

/* ---- private/ ---- */

ABSENT int32_t
private_open(Channel *channel, bsn_err *err)
{
	(void)channel;
	(void)err;
	return BSN_OK;
}

ABSENT void
private_close(Channel *channel)
{
	(void)channel;
}

ABSENT const char *
private_stranger_to(Channel *channel, const Transaction *results,
		    gboolean reads, MspIdentity *who)
{
	(void)channel;
	(void)results;
	(void)reads;
	(void)who;
	return NULL;
}

/* There is nothing to give to anybody. */
ABSENT PrivateSpread *
private_spread(Channel *channel, const char *tx_id, guint64 height,
	       bsn_slice sets, PrivateDone done, gpointer owner)
{
	(void)channel;
	(void)tx_id;
	(void)height;
	(void)sets;
	done(owner, BSN_OK, NULL);
	return NULL;
}

ABSENT void
private_cancel(PrivateSpread *spread)
{
	(void)spread;
}

ABSENT PrivateSource *
private_source(Channel *channel)
{
	(void)channel;
	return NULL;
}

ABSENT void
private_committed(Channel *channel, guint64 number)
{
	(void)channel;
	(void)number;
}

ABSENT void
private_durable(Channel *channel, guint64 cookie)
{
	(void)channel;
	(void)cookie;
}

ABSENT void
private_members_changed(Channel *channel)
{
	(void)channel;
}

ABSENT void
private_given(Channel *channel, NetQuestion *question, bsn_slice bytes)
{
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = bsn_fail(&err, BSN_NOT_OFFERED, "it is absent");

	(void)bytes;
	net_answer(channel, question, status, bsn_slice_of(NULL, 0), &err);
}

ABSENT void
private_asked(Channel *channel, NetQuestion *question, bsn_slice bytes)
{
	private_given(channel, question, bytes);
}

ABSENT void
private_timer(Channel *channel)
{
	(void)channel;
}

ABSENT void
private_peer_changed(Channel *channel)
{
	(void)channel;
}

ABSENT json_t *
private_json(Channel *channel)
{
	(void)channel;
	return json_object();
}

/* ---- snapshot/ ---- */

ABSENT int32_t
channel_snapshots_open(Channel *channel, bsn_err *err)
{
	(void)channel;
	(void)err;
	return BSN_OK;
}

ABSENT void
channel_snapshots_close(Channel *channel)
{
	(void)channel;
}

ABSENT void
channel_snapshots_committed(Channel *channel)
{
	(void)channel;
}

ABSENT void
channel_snapshots_timer(Channel *channel)
{
	(void)channel;
}

ABSENT void
channel_snapshots_durable(Channel *channel, guint64 cookie)
{
	(void)channel;
	(void)cookie;
}

ABSENT void
channel_snapshots_asked(Channel *channel, NetQuestion *question,
			bsn_slice bytes)
{
	private_given(channel, question, bytes);
}

ABSENT guint64
channel_first_block(const Channel *channel)
{
	(void)channel;
	return 0;
}

ABSENT int32_t
channel_snapshots_ready(const Channel *channel, bsn_err *err)
{
	(void)channel;
	(void)err;
	return BSN_OK;
}

/* ---- gateway/ ---- */

ABSENT void
gateway_open(Channel *channel)
{
	(void)channel;
}

ABSENT void
gateway_close(Channel *channel)
{
	(void)channel;
}

ABSENT void
gateway_durable(Channel *channel)
{
	(void)channel;
}

ABSENT void
gateway_committed(Channel *channel, guint64 block, const char *tx_id,
		  TxCode code)
{
	(void)channel;
	(void)block;
	(void)tx_id;
	(void)code;
}

ABSENT void
gateway_timer(Channel *channel)
{
	(void)channel;
}

ABSENT void
gateway_config_changed(Channel *channel)
{
	(void)channel;
}
