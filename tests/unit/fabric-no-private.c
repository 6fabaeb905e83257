/* SPDX-License-Identifier: Apache-2.0
 *
 * In the place of private/, for tests in which there is no private data.
 */
#include "plugins/engine-fabric/private/private.h"

PrivateSource *
private_source(Channel *channel)
{
	(void)channel;
	return NULL;
}

void
private_committed(Channel *channel, guint64 number)
{
	(void)channel;
	(void)number;
}

void
private_members_changed(Channel *channel)
{
	(void)channel;
}

void
private_peer_changed(Channel *channel)
{
	(void)channel;
}

void
private_given(Channel *channel, NetQuestion *question, bsn_slice bytes)
{
	(void)channel;
	(void)question;
	(void)bytes;
	g_assert_not_reached();
}

void
private_asked(Channel *channel, NetQuestion *question, bsn_slice bytes)
{
	private_given(channel, question, bytes);
}

json_t *
private_json(Channel *channel)
{
	(void)channel;
	return json_object();
}

int32_t
private_open(Channel *channel, bsn_err *err)
{
	(void)channel;
	(void)err;
	return BSN_OK;
}

void
private_close(Channel *channel)
{
	(void)channel;
}

void
private_timer(Channel *channel)
{
	(void)channel;
	g_assert_not_reached();
}
