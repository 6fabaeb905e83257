/* SPDX-License-Identifier: Apache-2.0
 *
 * In what two endorsers' results differ, for whoever has to find out why a
 * chaincode does not give the same everywhere.
 */
#include <string.h>

#include <bsn/helpers/error.h>
#include <bsn/helpers/json.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/kit/sink.h"

/* Bytes of a key or value that are shown. */
#define SHOWN_MAX 24u

/* Printable text in quotes, other bytes in hex; shortened. */
static char *
shown(ProtobufCBinaryData bytes)
{
	const bsn_slice all = message_slice(bytes);
	const gsize n = MIN(bytes.len, SHOWN_MAX);
	const char *more = bytes.len > n ? "..." : "";
	GString *text = g_string_new(NULL);
	char *end;

	if (bsn_is_text(all)) {
		g_string_append_len(text, (const char *)bytes.data, (gssize)n);
		/* Not in the middle of a character. */
		if (!g_utf8_validate(text->str, (gssize)text->len,
				     (const char **)&end))
			g_string_truncate(text, (gsize)(end - text->str));
		g_string_prepend_c(text, '"');
		g_string_append_printf(text, "%s\"", more);
	} else {
		g_string_append(text, "0x");
		for (gsize i = 0; i < n; i++)
			g_string_append_printf(text, "%02x", bytes.data[i]);
		g_string_append(text, more);
	}
	bsn_reason_mend(text->str);
	return g_string_free(text, FALSE);
}

/* A key as people know it: composite ones have U+0000 between their parts. */
static char *
shown_key(ProtobufCBinaryData key)
{
	const gsize n = MIN(key.len, 2 * SHOWN_MAX);
	char *text =
		n > 0 ? g_strndup((const char *)key.data, n) : g_strdup("");

	for (gsize i = 0; i < n; i++)
		text[i] = key.data[i] == 0 ? '/' : (char)key.data[i];
	bsn_reason_mend(text);
	return text;
}

static gboolean
equal(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
	return bsn_slice_equal(message_slice(a), message_slice(b));
}

/* ---- one namespace ---- */

static char *
write_text(const Kvrwset__KVWrite *write)
{
	if (write == NULL)
		return g_strdup("not written");
	return write->is_delete ? g_strdup("deleted") : shown(write->value);
}

static char *
read_text(const Kvrwset__KVRead *read)
{
	if (read == NULL)
		return g_strdup("not read");
	if (read->version == NULL)
		return g_strdup("not there");
	return g_strdup_printf("as of block %" G_GUINT64_FORMAT
			       " transaction %" G_GUINT64_FORMAT,
			       read->version->block_num, read->version->tx_num);
}

static char *
say(const char *name, ProtobufCBinaryData key, const char *what, char *a,
    char *b)
{
	g_autofree char *which = shown_key(key);
	char *text = g_strdup_printf("key %s of %s is %s%s and %s", which, name,
				     what, a, b);

	g_free(a);
	g_free(b);
	return text;
}

static int
compare_keys(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
	const int order = memcmp(a.data != NULL ? a.data : (const uint8_t *)"",
				 b.data != NULL ? b.data : (const uint8_t *)"",
				 MIN(a.len, b.len));

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static gboolean
same_version(const Kvrwset__KVRead *a, const Kvrwset__KVRead *b)
{
	if (a->version == NULL || b->version == NULL)
		return a->version == b->version;
	return a->version->block_num == b->version->block_num &&
	       a->version->tx_num == b->version->tx_num;
}

static gboolean
same_write(const Kvrwset__KVWrite *a, const Kvrwset__KVWrite *b)
{
	return !a->is_delete == !b->is_delete && equal(a->value, b->value);
}

/* Walks two lists that are in order of keys side by side. */
#define DIFFER_LIST(Type, list, same, text_of, what)                          \
	for (gsize i = 0, j = 0; i < a->n_##list || j < b->n_##list;) {       \
		const Type *x = i < a->n_##list ? a->list[i] : NULL;          \
		const Type *y = j < b->n_##list ? b->list[j] : NULL;          \
		const int order = x == NULL   ? 1                             \
				  : y == NULL ? -1                            \
					      : compare_keys(x->key, y->key); \
                                                                              \
		if (order == 0 && same(x, y)) {                               \
			i++;                                                  \
			j++;                                                  \
			continue;                                             \
		}                                                             \
		return say(name, order <= 0 ? x->key : y->key, what,          \
			   text_of(order <= 0 ? x : NULL),                    \
			   text_of(order >= 0 ? y : NULL));                   \
	}

static char *
differ_writes(const char *name, const Kvrwset__KVRWSet *a,
	      const Kvrwset__KVRWSet *b)
{
	DIFFER_LIST(Kvrwset__KVWrite, writes, same_write, write_text, "")
	return NULL;
}

static char *
differ_reads(const char *name, const Kvrwset__KVRWSet *a,
	     const Kvrwset__KVRWSet *b)
{
	DIFFER_LIST(Kvrwset__KVRead, reads, same_version, read_text, "read ")
	return NULL;
}

static char *
differ_ranges(const char *name, const Kvrwset__KVRWSet *a,
	      const Kvrwset__KVRWSet *b)
{
	for (gsize i = 0;
	     i < MIN(a->n_range_queries_info, b->n_range_queries_info); i++) {
		g_autoptr(GByteArray) x =
			message_pack(a->range_queries_info[i]);
		g_autoptr(GByteArray) y =
			message_pack(b->range_queries_info[i]);
		g_autofree char *from = NULL;
		g_autofree char *to = NULL;

		if (bsn_slice_equal(buffer_slice(x), buffer_slice(y)))
			continue;
		from = shown_key(a->range_queries_info[i]->start_key);
		to = shown_key(a->range_queries_info[i]->end_key);
		return g_strdup_printf("the range from \"%s\" to \"%s\" of %s "
				       "was read with other keys or versions",
				       from, to, name);
	}
	return a->n_range_queries_info == b->n_range_queries_info
		       ? NULL
		       : g_strdup_printf("%s was queried for %zu ranges and "
					 "for %zu",
					 name, a->n_range_queries_info,
					 b->n_range_queries_info);
}

static char *
metadata_text(const Kvrwset__KVMetadataWrite *write)
{
	return write == NULL ? g_strdup("not set")
			     : g_strdup_printf("set to %zu entries",
					       write->n_entries);
}

static gboolean
same_metadata(const Kvrwset__KVMetadataWrite *a,
	      const Kvrwset__KVMetadataWrite *b)
{
	g_autoptr(GByteArray) x = message_pack(a);
	g_autoptr(GByteArray) y = message_pack(b);

	return bsn_slice_equal(buffer_slice(x), buffer_slice(y));
}

static char *
differ_metadata(const char *name, const Kvrwset__KVRWSet *a,
		const Kvrwset__KVRWSet *b)
{
	DIFFER_LIST(Kvrwset__KVMetadataWrite, metadata_writes, same_metadata,
		    metadata_text, "with metadata ")
	return NULL;
}

static char *
differ_namespace(const TransactionNamespace *a, const TransactionNamespace *b)
{
	char *text;

	/* Whoever lies may send what cannot be read. */
	if (a->set == NULL || b->set == NULL)
		return g_strdup_printf("what was read and is written of %s",
				       a->name);
	text = differ_writes(a->name, a->set, b->set);
	if (text == NULL)
		text = differ_metadata(a->name, a->set, b->set);
	if (text == NULL)
		text = differ_reads(a->name, a->set, b->set);
	return text != NULL ? text : differ_ranges(a->name, a->set, b->set);
}

/* ---- all of it ---- */

static const TransactionNamespace *
find_namespace(const Transaction *tx, const char *name)
{
	for (guint i = 0; i < tx->n_namespaces; i++)
		if (strcmp(tx->namespaces[i].name, name) == 0)
			return &tx->namespaces[i];
	return NULL;
}

static char *
differ_results(const Transaction *a, const Transaction *b)
{
	char *text = NULL;

	for (guint i = 0; i < a->n_namespaces && text == NULL; i++) {
		const TransactionNamespace *one = &a->namespaces[i];
		const TransactionNamespace *other =
			find_namespace(b, one->name);

		text = other != NULL ? differ_namespace(one, other)
				     : g_strdup_printf("only the first uses %s",
						       one->name);
	}
	for (guint i = 0; i < b->n_namespaces && text == NULL; i++)
		if (find_namespace(a, b->namespaces[i].name) == NULL)
			text = g_strdup_printf("only the second uses %s",
					       b->namespaces[i].name);
	return text;
}

static char *
differ_event(const Transaction *a, const Transaction *b)
{
	const Protos__ChaincodeEvent *x = a->event;
	const Protos__ChaincodeEvent *y = b->event;
	g_autofree char *p = NULL;
	g_autofree char *q = NULL;

	if (equal(a->action->events, b->action->events))
		return NULL;
	if (x == NULL || y == NULL)
		return g_strdup_printf("only the %s has an event",
				       x != NULL ? "first" : "second");
	if (strcmp(x->event_name, y->event_name) != 0)
		return g_strdup_printf("the event is %s and %s", x->event_name,
				       y->event_name);
	p = shown(x->payload);
	q = shown(y->payload);
	return g_strdup_printf("the event %s says %s and %s", x->event_name, p,
			       q);
}

static char *
differ_response(const Transaction *a, const Transaction *b)
{
	const Protos__Response *x = a->action->response;
	const Protos__Response *y = b->action->response;
	g_autofree char *p = NULL;
	g_autofree char *q = NULL;

	if (x == NULL || y == NULL)
		return NULL;
	if (x->status != y->status)
		return g_strdup_printf("the status is %d and %d", x->status,
				       y->status);
	if (strcmp(x->message, y->message) != 0)
		return g_strdup_printf("the message is \"%.40s\" and "
				       "\"%.40s\"",
				       x->message, y->message);
	if (equal(x->payload, y->payload))
		return NULL;
	p = shown(x->payload);
	q = shown(y->payload);
	return g_strdup_printf("the response is %s and %s", p, q);
}

static char *
differ_chaincode(const Transaction *a, const Transaction *b)
{
	const Protos__ChaincodeID *x = a->action->chaincode_id;
	const Protos__ChaincodeID *y = b->action->chaincode_id;

	return x == NULL || y == NULL || strcmp(x->version, y->version) == 0
		       ? NULL
		       : g_strdup_printf("the chaincode's version is %s and %s",
					 x->version, y->version);
}

/* Results as they are in a response; whatever is wrong with them otherwise. */
static gboolean
open_payload(Arena *arena, bsn_slice bytes, Transaction *tx)
{
	const Protos__ProposalResponsePayload *payload = message_unpack(
		arena, &protos__proposal_response_payload__descriptor, bytes,
		NULL, NULL);
	Common__ChannelHeader *none = arena_room(arena, sizeof(*none));

	common__channel_header__init(none);
	*tx = (Transaction){ .channel = none };
	if (payload == NULL)
		return FALSE;
	tx->extension = message_slice(payload->extension);
	/* The code is of no interest: without headers it is always bad. */
	(void)transaction_open_results(arena, tx);
	if (tx->action != NULL && tx->action->events.len > 0)
		tx->event = message_unpack(
			arena, &protos__chaincode_event__descriptor,
			message_slice(tx->action->events), NULL, NULL);
	return tx->action != NULL;
}

char *
differ_explain(bsn_slice a, bsn_slice b)
{
	g_auto(Arena) arena = ARENA_INIT;
	char *(*const parts[])(const Transaction *, const Transaction *) = {
		differ_results,
		differ_event,
		differ_response,
		differ_chaincode,
	};
	Transaction x, y;
	char *text = NULL;

	if (open_payload(&arena, a, &x) && open_payload(&arena, b, &y))
		for (guint i = 0; i < G_N_ELEMENTS(parts) && text == NULL; i++)
			text = parts[i](&x, &y);
	return text != NULL ? text : g_strdup("their bytes are not the same");
}
