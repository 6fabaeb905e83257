/* SPDX-License-Identifier: Apache-2.0
 *
 * What a node has to remember so that it never votes twice differently,
 * whenever it is stopped. Keys: BSN_CONSENSUS_BYTE and
 *
 *	'v' height		view, votes and lock of an undecided height
 *	'b' height, 0 or 1	a proposal that it voted for: digest, bytes
 *	'd'			the last decision: height, digest, certificate
 *
 * A height's records stay until the engine has made the height durable: until
 * then a crash may bring the height back.
 */
#include "plugins/consensus-pbft/agreement.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

#define FORMAT 1u
#define KEY_LEN 11u
/* Ms until a batch that the store has refused is tried again. */
#define STORE_RETRY_MS 100u

typedef struct {
	guint8 bytes[KEY_LEN];
	guint len;
} Key;

static Key
key_of(char what, guint64 height, guint number)
{
	const guint64 big_endian = GUINT64_TO_BE(height);
	Key key = { { BSN_CONSENSUS_BYTE, (guint8)what }, 2 };

	if (what == 'd')
		return key;
	memcpy(key.bytes + 2, &big_endian, sizeof(big_endian));
	key.len = 10;
	if (what == 'b')
		key.bytes[key.len++] = (guint8)number;
	return key;
}

/* ---- encoding ---------------------------------------------------------- */

static void
put_choice(GByteArray *out, const Choice *choice)
{
	wire_put(out, choice->is ? 1 : 0, 1);
	wire_put(out, choice->view, 8);
	wire_put_id(out, &choice->digest);
}

static Choice
read_choice(Wire *reader)
{
	Choice choice = { .is = wire_bool(reader) };

	choice.view = wire_u64(reader);
	choice.digest = wire_id(reader, choice.is ? 1 : 0);
	return choice;
}

static bsn_slice
slice_or_none(GBytes *bytes)
{
	return bytes != NULL ? bytes_slice(bytes) : bsn_slice_of(NULL, 0);
}

static void
put_round(GByteArray *out, const Round *round)
{
	wire_put(out, FORMAT, 1);
	wire_put(out, round->view, 8);
	wire_put(out, round->changing ? 1 : 0, 1);
	put_choice(out, &round->prepared);
	put_choice(out, &round->committed);
	put_choice(out, &round->lock);
	wire_put_sized(out, slice_or_none(round->lock_certificate));
}

static GBytes *
read_copy(Wire *reader, guint64 max)
{
	bsn_slice bytes = wire_sized(reader, max);

	return g_bytes_new(bytes.data, bytes.len);
}

static gboolean
read_round(bsn_slice value, Round *round)
{
	Wire reader = wire_of(value);

	if (wire_u8(&reader) != FORMAT)
		return FALSE;
	round->view = wire_u64(&reader);
	round->restored = TRUE;
	round->changing = wire_bool(&reader);
	round->prepared = read_choice(&reader);
	round->committed = read_choice(&reader);
	round->lock = read_choice(&reader);
	round->lock_certificate = read_copy(&reader, CERTIFICATE_MAX);
	return wire_end(&reader);
}

static gboolean
read_body(bsn_slice value, Body *body)
{
	Wire reader = wire_of(value);

	body->digest = wire_id(&reader, 1);
	body->bytes = read_copy(&reader, BSN_PROPOSAL_MAX);
	body->stored = TRUE;
	return wire_end(&reader);
}

static gboolean
read_decision(bsn_slice value, Decision *last)
{
	Wire reader = wire_of(value);

	if (wire_u8(&reader) != FORMAT)
		return FALSE;
	last->height = wire_u64(&reader);
	last->digest = wire_id(&reader, 1);
	last->certificate = read_copy(&reader, CERTIFICATE_MAX);
	return wire_end(&reader);
}

/* ---- writing ----------------------------------------------------------- */

typedef struct {
	GArray *writes;	    /* bsn_write */
	GPtrArray *buffers; /* what they point to */
} Batch;

static bsn_slice
own(Batch *batch, GByteArray *bytes)
{
	g_ptr_array_add(batch->buffers, bytes);
	return buffer_slice(bytes);
}

static void
add(Batch *batch, Key key, GByteArray *value)
{
	GByteArray *copy = g_byte_array_new();
	bsn_write write = { .size = sizeof(bsn_write),
			    .op = value != NULL ? BSN_WRITE_PUT
						: BSN_WRITE_DELETE };

	g_byte_array_append(copy, key.bytes, key.len);
	write.key = own(batch, copy);
	if (value != NULL)
		write.value = own(batch, value);
	g_array_append_val(batch->writes, write);
}

static void
add_round(Batch *batch, Round *round)
{
	GByteArray *value = g_byte_array_new();

	put_round(value, round);
	add(batch, key_of('v', round->height, 0), value);
	for (guint i = 0; i < BODIES; i++) {
		const Body *body = &round->bodies[i];

		if (body->bytes == NULL || body->stored)
			continue;
		value = g_byte_array_new();
		wire_put_id(value, &body->digest);
		wire_put_sized(value, bytes_slice(body->bytes));
		add(batch, key_of('b', round->height, i), value);
	}
}

static void
add_decision(Batch *batch, const Decision *last)
{
	GByteArray *value = g_byte_array_new();

	wire_put(value, FORMAT, 1);
	wire_put(value, last->height, 8);
	wire_put_id(value, &last->digest);
	wire_put_sized(value, bytes_slice(last->certificate));
	add(batch, key_of('d', 0, 0), value);
}

static void
add_deletions(Batch *batch, const Agreement *agreement)
{
	for (guint i = 0; i < agreement->kept->len; i++) {
		guint64 height = g_array_index(agreement->kept, guint64, i);

		if (height > agreement->applied)
			continue;
		add(batch, key_of('v', height, 0), NULL);
		for (guint j = 0; j < BODIES; j++)
			add(batch, key_of('b', height, j), NULL);
	}
}

static Batch
batch_new(void)
{
	return (Batch){
		g_array_new(FALSE, FALSE, sizeof(bsn_write)),
		g_ptr_array_new_with_free_func(
			(GDestroyNotify)g_byte_array_unref),
	};
}

/* Whether the store took it. */
static gboolean
batch_commit(Batch *batch, Agreement *agreement, guint64 cookie)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = services.store->commit(
		agreement->chain, (const bsn_write *)batch->writes->data,
		batch->writes->len, cookie, &err);

	if (status < 0)
		services_log(agreement->chain, BSN_LOG_ERROR,
			     "votes cannot be stored, so none are sent: %s",
			     err.reason);
	if (status != BSN_OK)
		(void)services.timer->set(agreement->chain, TIMER_STORE,
					  STORE_RETRY_MS);
	g_array_unref(batch->writes);
	g_ptr_array_unref(batch->buffers);
	return status == BSN_OK;
}

static void
note_kept(Agreement *agreement, guint64 height)
{
	for (guint i = 0; i < agreement->kept->len; i++)
		if (g_array_index(agreement->kept, guint64, i) == height)
			return;
	g_array_append_val(agreement->kept, height);
}

static void
forget_deleted(Agreement *agreement)
{
	for (guint i = agreement->kept->len; i > 0; i--)
		if (g_array_index(agreement->kept, guint64, i - 1) <=
		    agreement->applied)
			g_array_remove_index_fast(agreement->kept, i - 1);
}

static void
mark_stored(Agreement *agreement, guint64 sequence)
{
	outbox_assign(agreement, sequence);
	forget_deleted(agreement);
	agreement->last_dirty = FALSE;
	for (guint i = 0; i < WINDOW; i++) {
		Round *round = agreement->rounds[i];

		if (round == NULL || !round->dirty)
			continue;
		round->dirty = FALSE;
		for (guint j = 0; j < BODIES; j++)
			round->bodies[j].stored = TRUE;
		note_kept(agreement, round->height);
	}
}

void
record_flush(Agreement *agreement)
{
	const guint64 sequence = agreement->sequence + 1;
	gboolean dirty = agreement->last_dirty;
	Batch batch;

	outbox_forget(agreement);
	for (guint i = 0; i < WINDOW; i++)
		dirty = dirty || (agreement->rounds[i] != NULL &&
				  agreement->rounds[i]->dirty);
	if (!dirty)
		return;
	batch = batch_new();
	add_deletions(&batch, agreement);
	if (agreement->last_dirty)
		add_decision(&batch, &agreement->last);
	for (guint i = 0; i < WINDOW; i++)
		if (agreement->rounds[i] != NULL && agreement->rounds[i]->dirty)
			add_round(&batch, agreement->rounds[i]);
	if (!batch_commit(&batch, agreement,
			  outbox_waiting(agreement)
				  ? BSN_CONSENSUS_BIT | sequence
				  : 0))
		return;
	agreement->sequence = sequence;
	mark_stored(agreement, sequence);
}

void
record_decision(Agreement *agreement)
{
	Batch batch = batch_new();

	add_decision(&batch, &agreement->last);
	agreement->last_dirty = !batch_commit(&batch, agreement, 0);
}

/* ---- reading ----------------------------------------------------------- */

typedef struct {
	bsn_scan_sink sink; /* first */
	Agreement *agreement;
} Loader;

static guint64
height_of(bsn_slice key)
{
	guint64 big_endian = 0;

	if (key.len >= 10)
		memcpy(&big_endian, key.data + 2, sizeof(big_endian));
	return GUINT64_FROM_BE(big_endian);
}

/* The round of a record, NULL when the height is over. */
static Round *
round_of(Agreement *agreement, bsn_slice key)
{
	guint64 height = height_of(key);

	note_kept(agreement, height);
	if (height < agreement->height || height >= agreement->height + WINDOW)
		return NULL;
	return agreement_round(agreement, height);
}

static gboolean
load_entry(Agreement *agreement, bsn_slice key, bsn_slice value)
{
	Round *round;

	if (key.len == 2 && key.data[1] == 'd')
		return read_decision(value, &agreement->last);
	if (key.len != 10 && key.len != KEY_LEN)
		return FALSE;
	round = round_of(agreement, key);
	if (round == NULL)
		return TRUE;
	if (key.len == 10 && key.data[1] == 'v')
		return read_round(value, round);
	return key.len == KEY_LEN && key.data[1] == 'b' &&
	       key.data[10] < BODIES &&
	       read_body(value, &round->bodies[key.data[10]]);
}

static int32_t
load(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Loader *loader = (Loader *)sink;

	return load_entry(loader->agreement, key, value) ? BSN_OK
							 : BSN_E_CORRUPT;
}

int32_t
record_load(Agreement *agreement, bsn_err *err)
{
	static const guint8 from[] = { BSN_CONSENSUS_BYTE };
	Loader loader = { { load }, agreement };
	int32_t status = services.store->scan(
		agreement->chain, bsn_slice_of(from, sizeof(from)),
		bsn_slice_of(NULL, 0), 0, &loader.sink, err);

	if (status != BSN_E_CORRUPT)
		return status;
	return bsn_fail(err, status,
			"what consensus pbft has stored of this node's votes "
			"cannot be read: restore the store or remove this "
			"node from the chain");
}
