/* SPDX-License-Identifier: Apache-2.0
 *
 * Other hosts: who is connected, and who is called.
 */
#include "host/gateway/json.h"
#include "host/gateway/routes.h"

static json_t *
host_json(const PeerHost *host)
{
	json_t *object = json_object();
	g_autoptr(GString) id = g_string_new(NULL);

	for (guint i = 0; i < HOST_ID_LEN; i++)
		g_string_append_printf(id, "%02x", host->id[i]);
	json_object_set_new(object, "id", json_text(id->str));
	json_object_set_new(object, "name", json_text(host->identity->name));
	json_object_set_new(object, "organisation",
			    json_text(host->identity->organisation));
	json_object_set_new(object, "algorithm",
			    json_text(host->identity->algorithm));
	json_object_set_new(object, "certificate",
			    json_text(host->identity->fingerprint));
	return object;
}

static json_t *
names_json(const char *const *names)
{
	json_t *list = json_array();

	for (; *names != NULL; names++)
		json_array_append_new(list, json_text(*names));
	return list;
}

static void
add_peer(void *data, const PeerView *view)
{
	json_t *object = host_json(view->host);

	json_object_set_new(object, "address", json_text(view->address));
	json_object_set_new(object, "dialled", json_boolean(view->dialled));
	json_object_set_new(object, "connected_ms",
			    json_u64((guint64)view->connected_ms));
	json_object_set_new(object, "chains", names_json(view->chains));
	json_object_set_new(object, "received_bytes",
			    json_u64(view->received));
	json_object_set_new(object, "sent_bytes", json_u64(view->sent));
	json_object_set_new(object, "waiting_bytes", json_u64(view->waiting));
	json_object_set_new(object, "dropped_frames",
			    json_u64(view->dropped));
	json_array_append_new(json_object_get(data, "peers"), object);
}

static void
add_dial(void *data, const DialView *view)
{
	json_t *object = json_object();

	json_object_set_new(object, "address", json_text(view->address));
	json_object_set_new(object, "connected",
			    json_boolean(view->connected));
	json_object_set_new(object, "failures", json_u64(view->failures));
	json_object_set_new(object, "next_ms",
			    view->next_ms < 0
				    ? json_null()
				    : json_u64((guint64)view->next_ms));
	json_object_set_new(object, "last_error", json_text(view->last_error));
	json_array_append_new(json_object_get(data, "calls"), object);
}

void
peers_list(Exchange *exchange)
{
	static const PeersVisitor visitor = { add_peer, add_dial };
	const Peers *peers = exchange->gateway->deps.peers;
	json_t *body = json_object();

	json_object_set_new(body, "self",
			    peers != NULL ? host_json(peers_self(peers))
					  : json_null());
	json_object_set_new(body, "peers", json_array());
	json_object_set_new(body, "calls", json_array());
	if (peers != NULL)
		peers_visit(peers, &visitor, body);
	exchange_answer(exchange, 200, body);
}
