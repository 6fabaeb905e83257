/* SPDX-License-Identifier: Apache-2.0
 *
 * The protocol of its own of the gateway tests' engine: letters.
 *   others  come back as they came
 *   !       ends the connection, after what was echoed
 *   #       floods the client until it is told that there is too much
 *   ?       the client's name and organisation
 * A client that is called "auditor" is not taken.
 */
#include <string.h>

#include <bsn/ext/stream.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/service/services.h"
#include "tests/unit/gateway_engine.h"

gint gateway_stream_open;
gint gateway_stream_closed;

static GMutex mutex;
static GHashTable *names; /* of sessions; under mutex */

static const bsn_session_service *
sessions(void)
{
	return bsn_host_session(&host_as_plugins_see_it);
}

static void
remember(bsn_session *session, char *name)
{
	g_autoptr(GMutexLocker) holder G_GNUC_UNUSED =
		g_mutex_locker_new(&mutex);

	if (names == NULL)
		names = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	if (name != NULL)
		g_hash_table_insert(names, session, name);
	else
		g_assert_true(g_hash_table_remove(names, session));
}

static int32_t
opened(bsn_ledger *ledger, bsn_session *session, const bsn_client *client,
       bsn_err *err)
{
	if (bsn_slice_equal(client->name, bsn_slice_str("auditor")))
		return bsn_fail(err, BSN_DENIED, "auditors do not talk");
	g_assert_cmpuint(client->certificate.len, >, 0);
	g_assert_cmpuint(client->public_key.len, >, 0);
	remember(session,
		 g_strdup_printf("%.*s of %.*s", (int)client->name.len,
				 client->name.data,
				 (int)client->organisation.len,
				 client->organisation.data));
	g_atomic_int_inc(&gateway_stream_open);
	return BSN_OK;
}

static void
flood(bsn_session *session)
{
	g_autofree char *text = g_strnfill(65536, '7');

	while (sessions()->push(session, bsn_slice_str(text)) == BSN_OK)
		continue;
}

static void
tell_name(bsn_session *session)
{
	g_autoptr(GMutexLocker) holder G_GNUC_UNUSED =
		g_mutex_locker_new(&mutex);
	const char *name = g_hash_table_lookup(names, session);

	sessions()->push(session, bsn_slice_str(name));
}

static void
act_on(bsn_session *session, guint8 letter)
{
	switch (letter) {
	case '!':
		sessions()->close(session);
		break;
	case '#':
		flood(session);
		break;
	case '?':
		tell_name(session);
		break;
	default:
		sessions()->push(session, bsn_slice_of(&letter, 1));
		break;
	}
}

static void
received(bsn_ledger *ledger, bsn_session *session, bsn_slice bytes)
{
	for (guint64 i = 0; i < bytes.len; i++)
		act_on(session, bytes.data[i]);
}

static void
closed(bsn_ledger *ledger, bsn_session *session)
{
	remember(session, NULL);
	g_atomic_int_add(&gateway_stream_open, -1);
	g_atomic_int_inc(&gateway_stream_closed);
}

static const bsn_engine_stream stream = {
	.size = sizeof(stream),
	.opened = opened,
	.received = received,
	.closed = closed,
};

const void *
gateway_stream_query(const char *id)
{
	return strcmp(id, BSN_ENGINE_STREAM_ID) == 0 ? &stream : NULL;
}
