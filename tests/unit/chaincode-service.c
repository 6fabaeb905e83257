/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/chaincode-service.h"

#include <string.h>

#include "plugins/chaincode/package.h"
#include "plugins/kit/sink.h"

#define SERVICE_OF(pointer, member)                                           \
	((Service *)(void *)((char *)(pointer)-G_STRUCT_OFFSET(Service,       \
							       member)))

Peer *
service_peer(void)
{
	static const char *const listen[] = { IO_PLUGIN " 127.0.0.1:0", NULL };
	static const char *const connect[] = { IO_PLUGIN " 127.0.0.1:0",
					       NULL };
	const IoConfig config = { .listen = listen,
				  .connect = connect,
				  .queue_max = 32u << 20 };

	return peer_new(&config);
}

/* ---- what it says ---- */

void
service_say_bytes(Service *service, const void *data, gsize len)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, len);

	if (service->call != NULL)
		grpc_call_send(service->call, bytes);
}

static void
say(Service *service, const ShimMessage *message)
{
	g_autoptr(GBytes) bytes = shim_encode(message);

	if (service->call != NULL)
		grpc_call_send(service->call, bytes);
}

void
service_say(Service *service, guint32 type, const char *tx_id,
	    const char *payload)
{
	const ShimMessage message = { .type = type,
				      .tx_id = bsn_slice_str(tx_id),
				      .channel_id = bsn_slice_str("ch"),
				      .payload = bsn_slice_str(payload) };

	say(service, &message);
}

void
service_register(Service *service, const char *name)
{
	g_autofree char *id =
		g_strdup_printf("\x12%c%s", (int)strlen(name), name);

	service_say(service, SHIM_REGISTER, "", id);
}

void
service_complete(Service *service, const char *tx_id)
{
	service_say(service, SHIM_COMPLETED, tx_id, "\x08\xc8\x01");
}

/* ---- what happens to it ---- */

static void
on_message(GrpcCall *call, GBytes *bytes, gpointer user)
{
	Service *service = user;
	ShimMessage message;

	g_assert_cmpint(shim_decode(bytes_slice(bytes), &message, NULL), ==,
			BSN_OK);
	service->told_n++;
	g_string_append_printf(service->log, "%s ",
			       shim_type_name(message.type));
	if (service->told != NULL)
		service->told(service, &message);
	grpc_call_read(call);
}

static void
on_closed(GrpcCall *call, const GrpcResult *result, gpointer user)
{
	((Service *)user)->call = NULL;
}

static void
on_call(GrpcCall *call, gpointer user)
{
	static const GrpcMethod method = { "/protos.Chaincode/Connect", TRUE,
					   TRUE };
	static const GrpcCallEvents events = { .message = on_message,
					       .closed = on_closed };
	Service *service = SERVICE_OF(user, owner);

	g_assert_cmpstr(grpc_call_path(call), ==, method.path);
	service->call = call;
	grpc_call_accept(call, &method, &events, service);
	if (service->begun != NULL)
		service->begun(service);
	else
		service_register(service, SERVICE_ID);
}

static void
settled(LinkOwner *owner, const char *reason)
{
	Service *service = SERVICE_OF(owner, owner);

	if (reason != NULL || service->over)
		link_free(g_steal_pointer(&service->link));
	service->over = FALSE;
}

static bsn_io_events *
accepted(bsn_io_acceptor *acceptor, bsn_io_stream *stream,
	 const bsn_io_peer *peer)
{
	Service *service = SERVICE_OF(acceptor, acceptor);
	const IoFixture *fixture = peer_fixture(service->peer);

	link_free(service->link);
	service->connections++;
	service->link = link_accept(fixture->io, fixture->account, stream,
				    on_call, &service->owner);
	return link_events(service->link);
}

/* ---- making one ---- */

Service *
service_new(Peer *peer, const bsn_io_tls *tls)
{
	const IoFixture *fixture = peer_fixture(peer);
	Service *service = g_new0(Service, 1);
	TextSink *address = text_sink_new();

	service->peer = peer;
	service->owner.settled = settled;
	service->acceptor.accepted = accepted;
	service->log = g_string_new(NULL);
	g_assert_cmpint(fixture->io->listen(fixture->account, "127.0.0.1:0",
					    tls, NULL, &service->acceptor,
					    &service->listener, &address->sink,
					    NULL),
			==, BSN_OK);
	service->address = g_strdup(address->text->str);
	text_sink_free(address);
	return service;
}

void
service_free(Service *service)
{
	link_free(service->link);
	peer_fixture(service->peer)->io->listener_close(service->listener);
	g_string_free(service->log, TRUE);
	g_free(service->address);
	g_free(service);
}

int32_t
service_install(Service *service, const char *json, bsn_err *err)
{
	g_autoptr(GByteArray) package = g_byte_array_new();
	g_autofree char *text = g_strdup_printf("{\"address\":\"%s\"%s}",
						service->address, json);
	const ChaincodeFile file = { "connection.json", FALSE,
				     bsn_slice_str(text) };

	g_assert_cmpint(chaincode_package_write("svc_1", "ccaas", "", &file, 1,
						package, NULL),
			==, BSN_OK);
	return peer_start(service->peer, SERVICE_ID, package, err);
}
