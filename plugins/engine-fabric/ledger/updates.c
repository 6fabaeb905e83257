/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/updates.h"

#include "ledger/updates/updates.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"

/* Two numbers, each of them a length and so many bytes. */
#define VERSION_MAX 18u

typedef struct {
	GByteArray *out;
	bsn_slice namespace; /* of the write before */
	bsn_slice collection;
} Writer;

/* A number without leading zeros, after how many bytes it has. */
static gsize
put_number(guint8 *out, guint64 number)
{
	gsize len = 0;

	while (len < 8 && number >> 8 * len != 0)
		len++;
	out[0] = (guint8)len;
	for (gsize i = 0; i < len; i++)
		out[1 + i] = (guint8)(number >> 8 * (len - 1 - i));
	return 1 + len;
}

static void
put_write(GByteArray *out, Updates__KVWrite *write)
{
	Updates__KVWrite *list[] = { write };
	Updates__KVWrites writes = UPDATES__KVWRITES__INIT;

	writes.n_writes = 1;
	writes.writes = list;
	message_append(out, &writes);
}

static gboolean
put_item(gpointer key, gpointer value, gpointer data)
{
	const StateItem *item = value;
	Writer *writer = data;
	Updates__KVWrite write = UPDATES__KVWRITE__INIT;
	guint8 version[VERSION_MAX];
	gsize len = put_number(version, item->version.block);
	bsn_slice namespace;
	bsn_slice collection;
	bsn_slice name;
	gboolean same;

	len += put_number(version + len, item->version.tx);
	if (!state_key_split(item->key, &namespace, &collection, &name) ||
	    namespace.len == 0)
		return FALSE;
	same = bsn_slice_equal(namespace, writer->namespace);
	if (!same)
		write.namespace_ = (char *)namespace.data;
	if (!same || !bsn_slice_equal(collection, writer->collection))
		write.collection = (char *)collection.data;
	write.key = message_bytes(name);
	write.is_delete = !item->exists;
	write.value = message_bytes(item->value);
	write.version_bytes = message_bytes(bsn_slice_of(version, len));
	put_write(writer->out, &write);
	writer->namespace = namespace;
	writer->collection = collection;
	return FALSE;
}

/* A repeated field is the encodings of its entries in a row. */
void
updates_put(GByteArray *out, GTree *updates)
{
	Writer writer = { .out = out };

	g_tree_foreach(updates, put_item, &writer);
}
