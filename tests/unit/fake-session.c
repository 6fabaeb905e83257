/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fake-session.h"

#include "tests/unit/fake-private.h"

bsn_session *
fake_session_new(void)
{
	bsn_session *session = g_new0(bsn_session, 1);

	session->pushed = g_byte_array_new();
	return session;
}

void
fake_session_free(bsn_session *session)
{
	g_byte_array_unref(session->pushed);
	g_free(session);
}

static int32_t
push(bsn_session *session, bsn_slice data)
{
	if (session->closed)
		return BSN_UNAVAILABLE;
	if (session->pushed->len + data.len > BSN_SESSION_QUEUE_MAX)
		return BSN_BUSY;
	g_byte_array_append(session->pushed, data.data, (guint)data.len);
	return BSN_OK;
}

static void
close_session(bsn_session *session)
{
	session->closed = TRUE;
}

static uint64_t
waiting(bsn_session *session)
{
	return session->pushed->len;
}

const bsn_session_service fake_session_table = {
	.size = sizeof(bsn_session_service),
	.push = push,
	.close = close_session,
	.waiting = waiting,
};
