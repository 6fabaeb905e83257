/* SPDX-License-Identifier: Apache-2.0
 *
 * serve [CERTIFICATE KEY]: the service of methods.h on a port of 127.0.0.1,
 * which is the first line that it prints. A line "shutdown" on its input makes
 * its connections leave; at the end of its input it ends. Prints how calls of
 * Hang and Stall ended.
 */
#include <stdio.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "grpc/event/transport.h"
#include "tests/grpc/methods.h"

typedef struct {
	struct event_base *base;
	SSL_CTX *tls;
	GHashTable *transports; /* a set */
} Server;

typedef struct {
	const GrpcMethod *method;
	guint messages;
	gsize bytes;
	guint left, size; /* of Count */
	GBytes *held;	  /* of Chat: could not be sent yet */
} Serving;

/* ---- what the methods do ---- */

static char *
text_of(GBytes *message)
{
	gsize len = 0;
	const char *data = g_bytes_get_data(message, &len);

	return g_strndup(data != NULL ? data : "", len);
}

static GrpcMetadata *
echoed(GrpcCall *call)
{
	const GrpcMetadata *all = grpc_call_metadata(call);
	GrpcMetadata *some = grpc_metadata_new();

	for (guint i = 0; i < grpc_metadata_count(all); i++) {
		const GrpcField *field = grpc_metadata_at(all, i);

		if (g_str_has_prefix(field->name, "x-"))
			grpc_metadata_add(some, field->name, field->value,
					  (gssize)field->len, NULL);
	}
	return some;
}

static void
do_unary(GrpcCall *call, GBytes *message)
{
	g_autoptr(GrpcMetadata) metadata = echoed(call);

	grpc_call_send_headers(call, metadata);
	grpc_call_send(call, message);
	grpc_call_finish(call, GRPC_OK, NULL, NULL, metadata);
}

static void
go_on_counting(GrpcCall *call, Serving *serving)
{
	g_autofree char *data = g_strnfill(serving->size, 'c');
	g_autoptr(GBytes) message = g_bytes_new(data, serving->size);

	while (serving->left > 0 && grpc_call_send(call, message) == GRPC_SENT)
		serving->left--;
	if (serving->left == 0)
		grpc_call_finish(call, GRPC_OK, NULL, NULL, NULL);
}

static void
do_fail(GrpcCall *call, const char *text)
{
	guint code = 0;
	int at = 0;
	g_autofree char *details = NULL;
	g_autoptr(GBytes) bytes = NULL;

	sscanf(text, "%u %n", &code, &at);
	details = g_strdup_printf("details of %s", text + at);
	bytes = g_bytes_new(details, strlen(details));
	grpc_call_finish(call, code, text + at, bytes, NULL);
}

static void
on_message(GrpcCall *call, GBytes *message, gpointer user)
{
	Serving *serving = user;
	g_autofree char *text = text_of(message);

	serving->messages++;
	serving->bytes += g_bytes_get_size(message);
	if (serving->method == &method_unary) {
		do_unary(call, message);
	} else if (serving->method == &method_count) {
		sscanf(text, "%u %u", &serving->left, &serving->size);
		go_on_counting(call, serving);
	} else if (serving->method == &method_sum) {
		grpc_call_read(call);
	} else if (serving->method == &method_fail) {
		do_fail(call, text);
	} else if (serving->method == &method_chat) {
		if (grpc_call_send(call, message) == GRPC_SENT)
			grpc_call_read(call);
		else
			serving->held = g_bytes_ref(message);
	}
}

static void
on_half_closed(GrpcCall *call, gpointer user)
{
	Serving *serving = user;
	g_autofree char *text = g_strdup_printf(
		"%u %" G_GSIZE_FORMAT, serving->messages, serving->bytes);
	g_autoptr(GBytes) message = g_bytes_new(text, strlen(text));

	if (serving->method == &method_sum)
		grpc_call_reply(call, message);
	else if (serving->method == &method_chat)
		grpc_call_finish(call, GRPC_OK, NULL, NULL, NULL);
}

static void
on_writable(GrpcCall *call, gpointer user)
{
	Serving *serving = user;

	if (serving->method == &method_count) {
		go_on_counting(call, serving);
	} else if (serving->held != NULL) {
		grpc_call_send(call, serving->held);
		g_clear_pointer(&serving->held, g_bytes_unref);
		grpc_call_read(call);
	}
}

static void
on_closed(GrpcCall *call, const GrpcResult *result, gpointer user)
{
	Serving *serving = user;

	if (serving->method == &method_hang || serving->method == &method_stall)
		printf("closed %s after %u\n", grpc_status_name(result->status),
		       serving->messages);
	fflush(stdout);
	g_clear_pointer(&serving->held, g_bytes_unref);
	g_free(serving);
}

static const GrpcCallEvents events = { NULL, on_message, on_half_closed,
				       on_writable, on_closed };

static void
on_begin(GrpcCall *call, gpointer unused)
{
	static const GrpcMethod *const methods[] = {
		&method_unary, &method_count, &method_sum,  &method_chat,
		&method_fail,  &method_hang,  &method_stall
	};

	for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
		Serving *serving;

		if (strcmp(methods[i]->path, grpc_call_path(call)) != 0)
			continue;
		serving = g_new0(Serving, 1);
		serving->method = methods[i];
		grpc_call_accept(call, methods[i], &events, serving);
	}
}

/* ---- the server ---- */

static void
on_ended(GrpcTransport *transport, const char *reason, gpointer user)
{
	Server *server = user;

	g_hash_table_remove(server->transports, transport);
	grpc_transport_free(transport);
}

static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd,
	  struct sockaddr *address, int len, void *user)
{
	Server *server = user;
	struct bufferevent *bufferevent =
		server->tls != NULL
			? bufferevent_openssl_socket_new(
				  server->base, fd, SSL_new(server->tls),
				  BUFFEREVENT_SSL_ACCEPTING,
				  BEV_OPT_CLOSE_ON_FREE)
			: bufferevent_socket_new(server->base, fd,
						 BEV_OPT_CLOSE_ON_FREE);
	GrpcConnection *connection =
		grpc_server_new(NULL, on_begin, NULL, grpc_transport_now());

	g_hash_table_add(
		server->transports,
		grpc_transport_new(bufferevent, connection, on_ended, server));
}

static void
on_input(struct bufferevent *bufferevent, void *user)
{
	Server *server = user;
	g_autofree char *line = evbuffer_readln(
		bufferevent_get_input(bufferevent), NULL, EVBUFFER_EOL_LF);
	GHashTableIter iter;
	gpointer transport;

	if (g_strcmp0(line, "shutdown") != 0)
		return;
	g_hash_table_iter_init(&iter, server->transports);
	while (g_hash_table_iter_next(&iter, &transport, NULL))
		grpc_connection_shutdown(grpc_transport_connection(transport),
					 grpc_transport_now());
}

static void
on_input_end(struct bufferevent *bufferevent, short what, void *user)
{
	event_base_loopbreak(((Server *)user)->base);
}

static SSL_CTX *
tls_context(const char *certificate, const char *key)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	g_assert_cmpint(
		SSL_CTX_use_certificate_chain_file(context, certificate), ==,
		1);
	g_assert_cmpint(
		SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM), ==,
		1);
	grpc_tls_serve(context);
	return context;
}

static struct evconnlistener *
listen_on_loopback(Server *server)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	struct evconnlistener *listener;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = evconnlistener_new_bind(
		server->base, on_accept, server, LEV_OPT_CLOSE_ON_FREE, 128,
		(struct sockaddr *)&address, (int)len);
	g_assert_nonnull(listener);
	getsockname(evconnlistener_get_fd(listener),
		    (struct sockaddr *)&address, &len);
	printf("%u\n", ntohs(address.sin_port));
	fflush(stdout);
	return listener;
}

int
main(int argc, char **argv)
{
	Server server = { .base = event_base_new() };
	struct evconnlistener *listener;
	struct bufferevent *input;
	GHashTableIter iter;
	gpointer transport;

	if (argc == 3)
		server.tls = tls_context(argv[1], argv[2]);
	server.transports = g_hash_table_new(NULL, NULL);
	listener = listen_on_loopback(&server);
	evutil_make_socket_nonblocking(0);
	input = bufferevent_socket_new(server.base, 0, 0);
	bufferevent_setcb(input, on_input, NULL, on_input_end, &server);
	bufferevent_enable(input, EV_READ);
	event_base_dispatch(server.base);
	g_hash_table_iter_init(&iter, server.transports);
	while (g_hash_table_iter_next(&iter, &transport, NULL))
		grpc_transport_free(transport);
	g_hash_table_unref(server.transports);
	evconnlistener_free(listener);
	bufferevent_free(input);
	SSL_CTX_free(server.tls);
	event_base_free(server.base);
	return 0;
}
