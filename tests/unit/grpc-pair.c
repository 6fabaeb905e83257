/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/grpc-pair.h"

#include <string.h>

const GrpcMethod grpc_pair_unary = { "/test.Test/Unary", FALSE, FALSE };
const GrpcMethod grpc_pair_down = { "/test.Test/Down", FALSE, TRUE };
const GrpcMethod grpc_pair_up = { "/test.Test/Up", TRUE, FALSE };
const GrpcMethod grpc_pair_both = { "/test.Test/Both", TRUE, TRUE };

#define SHOWN_MAX 32u

GBytes *
grpc_pattern(gsize len)
{
	guint8 *data = g_malloc(MAX(len, 1));

	for (gsize i = 0; i < len; i++)
		data[i] = (guint8)(i * 7 + (i >> 8) + (i >> 16));
	return g_bytes_new_take(data, len);
}

GrpcSent
grpc_send_text(GrpcCall *call, const char *text)
{
	g_autoptr(GBytes) message = g_bytes_new(text, strlen(text));

	return grpc_call_send(call, message);
}

void
grpc_reply_text(GrpcCall *call, const char *text)
{
	g_autoptr(GBytes) message = g_bytes_new(text, strlen(text));

	grpc_call_reply(call, message);
}

/* ---- what a call hears ---- */

GrpcTold *
grpc_told_new(void)
{
	GrpcTold *told = g_new0(GrpcTold, 1);

	told->heard = g_string_new(NULL);
	told->messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	return told;
}

void
grpc_told_free(gpointer data)
{
	GrpcTold *told = data;

	g_string_free(told->heard, TRUE);
	g_ptr_array_unref(told->messages);
	g_free(told->message);
	g_free(told->details);
	g_free(told->metadata);
	g_free(told->trailers);
	g_free(told);
}

static char *
metadata_text(const GrpcMetadata *metadata)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < grpc_metadata_count(metadata); i++) {
		const GrpcField *field = grpc_metadata_at(metadata, i);

		g_string_append_printf(text, "%s%s=", i > 0 ? "," : "",
				       field->name);
		for (gsize j = 0; j < field->len; j++) {
			if (g_ascii_isprint(field->value[j]))
				g_string_append_c(text, (char)field->value[j]);
			else
				g_string_append_printf(text, "\\%02x",
						       field->value[j]);
		}
	}
	return g_string_free(text, FALSE);
}

static void
hear(GrpcTold *told, const char *what)
{
	g_assert_false(told->closed);
	g_string_append_printf(told->heard, "%s%s",
			       told->heard->len > 0 ? " " : "", what);
}

static void
on_headers(GrpcCall *call, const GrpcMetadata *metadata, gpointer user)
{
	GrpcTold *told = user;

	hear(told, "headers");
	told->metadata = metadata_text(metadata);
}

static void
on_message(GrpcCall *call, GBytes *message, gpointer user)
{
	GrpcTold *told = user;
	gsize len = 0;
	const char *data = g_bytes_get_data(message, &len);
	g_autofree char *text =
		len <= SHOWN_MAX
			? g_strdup_printf("message:%.*s", (int)len,
					  data != NULL ? data : "")
			: g_strdup_printf("message:%" G_GSIZE_FORMAT, len);

	hear(told, text);
	g_ptr_array_add(told->messages, g_bytes_ref(message));
	if (told->reads > 0) {
		told->reads--;
		grpc_call_read(call);
	}
}

static void
on_half_closed(GrpcCall *call, gpointer user)
{
	hear(user, "half-closed");
}

static void
on_writable(GrpcCall *call, gpointer user)
{
	hear(user, "writable");
}

static void
on_closed(GrpcCall *call, const GrpcResult *result, gpointer user)
{
	GrpcTold *told = user;
	gsize len = 0;
	g_autofree char *text = g_strdup_printf(
		"closed:%s:%s", grpc_status_name(result->status),
		result->message);

	g_assert_true(g_utf8_validate(result->message, -1, NULL));
	hear(told, text);
	told->closed = TRUE;
	told->call = NULL;
	told->status = result->status;
	told->message = g_strdup(result->message);
	told->trailers = metadata_text(result->trailers);
	if (result->details != NULL) {
		const char *data = g_bytes_get_data(result->details, &len);

		told->details = g_strndup(data, len);
	}
}

const GrpcCallEvents *
grpc_told_events(void)
{
	static const GrpcCallEvents events = { on_headers, on_message,
					       on_half_closed, on_writable,
					       on_closed };

	return &events;
}

/* ---- the pair ---- */

static const GrpcMethod *
find_method(const char *path)
{
	static const GrpcMethod *const methods[] = { &grpc_pair_unary,
						     &grpc_pair_down,
						     &grpc_pair_up,
						     &grpc_pair_both };

	for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
		if (strcmp(methods[i]->path, path) == 0)
			return methods[i];
	}
	return NULL;
}

static void
on_begin(GrpcCall *call, gpointer user)
{
	GrpcPair *pair = user;
	const GrpcMethod *method = find_method(grpc_call_path(call));
	GrpcTold *told;

	if (method == NULL)
		return;
	told = grpc_told_new();
	told->call = call;
	told->reads = pair->served_reads;
	told->metadata = metadata_text(grpc_call_metadata(call));
	g_ptr_array_add(pair->served, told);
	grpc_call_accept(call, method, grpc_told_events(), told);
}

static void
count_wake(GrpcConnection *connection, gpointer user)
{
	((GrpcPair *)user)->wakes++;
}

GrpcPair *
grpc_pair_new(const GrpcLimits *client, const GrpcLimits *server, guint32 seed)
{
	GrpcPair *pair = g_new0(GrpcPair, 1);

	pair->now = GRPC_PAIR_START;
	pair->rand = g_rand_new_with_seed(seed);
	pair->piece_max = 1u << (seed % 18);
	pair->wire_up = g_byte_array_new();
	pair->wire_down = g_byte_array_new();
	pair->served = g_ptr_array_new_with_free_func(grpc_told_free);
	pair->asked = g_ptr_array_new_with_free_func(grpc_told_free);
	pair->server = grpc_server_new(server, on_begin, pair, pair->now);
	pair->client = grpc_client_new(client, "http", "test:1", pair->now);
	grpc_connection_set_wake(pair->client, count_wake, pair);
	return pair;
}

void
grpc_pair_free(GrpcPair *pair)
{
	grpc_connection_free(pair->client);
	grpc_connection_free(pair->server);
	/* Every call has been told its end. */
	for (guint i = 0; i < pair->asked->len; i++)
		g_assert_true(((GrpcTold *)pair->asked->pdata[i])->closed);
	for (guint i = 0; i < pair->served->len; i++)
		g_assert_true(((GrpcTold *)pair->served->pdata[i])->closed);
	g_ptr_array_unref(pair->served);
	g_ptr_array_unref(pair->asked);
	g_byte_array_unref(pair->wire_up);
	g_byte_array_unref(pair->wire_down);
	g_rand_free(pair->rand);
	g_free(pair);
}

/* All that one side has to say, up to a bound. */
static void
say(GrpcConnection *from, GByteArray *wire, gint64 now)
{
	const guint8 *data;
	gsize n, said = 0;

	while (said < 1u << 18 &&
	       (n = grpc_connection_output(from, &data, now)) > 0) {
		g_byte_array_append(wire, data, (guint)n);
		said += n;
	}
}

/* Carries so many bytes, in pieces. */
static void
carry(GrpcPair *pair, GByteArray *wire, GrpcConnection *to, gsize len)
{
	gsize n;

	for (gsize at = 0; at < len; at += n) {
		guint8 *piece;

		n = (gsize)g_rand_int_range(pair->rand, 1,
					    (gint32)pair->piece_max + 1);
		n = MIN(n, len - at);
		/* A copy, so that a sanitizer sees what is read beyond it. */
		piece = g_memdup2(wire->data + at, n);
		grpc_connection_receive(to, piece, n, pair->now);
		g_free(piece);
	}
	if (len > 0)
		g_byte_array_remove_range(wire, 0, (guint)len);
}

void
grpc_pair_some(GrpcPair *pair, gboolean up)
{
	GByteArray *wire = up ? pair->wire_up : pair->wire_down;

	say(up ? pair->client : pair->server, wire, pair->now);
	carry(pair, wire, up ? pair->server : pair->client,
	      (gsize)g_rand_int_range(pair->rand, 0, (gint32)wire->len + 1));
}

/* Says and carries all; answers how much that was. */
static gsize
run_one_way(GrpcPair *pair, gboolean up)
{
	GByteArray *wire = up ? pair->wire_up : pair->wire_down;
	gsize n;

	say(up ? pair->client : pair->server, wire, pair->now);
	n = wire->len;
	if (up ? pair->cut_to_server : pair->cut_to_client)
		g_byte_array_set_size(wire, 0);
	carry(pair, wire, up ? pair->server : pair->client, wire->len);
	return n;
}

void
grpc_pair_run(GrpcPair *pair)
{
	gsize up, down;

	do {
		up = run_one_way(pair, TRUE);
		down = run_one_way(pair, FALSE);
		pair->to_server += up;
		pair->to_client += down;
	} while (up > 0 || down > 0);
}

static void
tick(GrpcConnection *connection, gint64 now)
{
	if (grpc_connection_deadline(connection) <= now)
		grpc_connection_tick(connection, now);
}

void
grpc_pair_pass(GrpcPair *pair, gint64 us)
{
	pair->now += us;
	tick(pair->client, pair->now);
	tick(pair->server, pair->now);
	grpc_pair_run(pair);
}

GrpcTold *
grpc_pair_call(GrpcPair *pair, const GrpcMethod *method,
	       const GrpcMetadata *metadata, gint64 timeout)
{
	GrpcTold *told = grpc_told_new();
	GError *error = NULL;

	g_ptr_array_add(pair->asked, told);
	told->call =
		grpc_client_call(pair->client, method, metadata, timeout,
				 grpc_told_events(), told, pair->now, &error);
	g_assert_no_error(error);
	return told;
}

GrpcTold *
grpc_pair_served(GrpcPair *pair, guint i)
{
	g_assert_cmpuint(i, <, pair->served->len);
	return pair->served->pdata[i];
}
