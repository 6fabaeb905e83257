/* SPDX-License-Identifier: Apache-2.0
 *
 * What a node has to remember so that it never votes twice differently, whenever
 * it is stopped. Keys: BSN_CONSENSUS_BYTE and
 *
 *	'e' 0 or 1	an epoch's record: the block that began it, and what
 *			this node has promised in it
 *	'p'		the certificate that made the newest such block final
 *
 * Epochs take turns with the two records. The block that ends one may be lost
 * in a crash that its successor's record survives; then the one before counts.
 */
#include "plugins/consensus-chainedbft/agreement.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

#define FORMAT 1u
/* Ms until a batch that the store has refused is tried again. */
#define STORE_RETRY_MS 100u

/* ---- encoding ---------------------------------------------------------- */

static void
put_record(const Agreement *agreement, GByteArray *out)
{
	const Anchor *epoch = &agreement->epoch;

	wire_put(out, FORMAT, 1);
	wire_put(out, agreement->mode->protocol, 1);
	wire_put_id(out, &epoch->id);
	wire_put(out, epoch->height, 8);
	wire_put(out, epoch->round, 8);
	wire_put(out, epoch->time_ms, 8);
	wire_put(out, agreement->root.height, 8);
	wire_put(out, agreement->voted, 8);
	wire_put(out, agreement->lock, 8);
	wire_put(out, agreement->reserved, 8);
	wire_put_sized(out, agreement->high != NULL
				    ? bytes_slice(agreement->high->bytes)
				    : bsn_slice_of(NULL, 0));
}

static gboolean
read_record(bsn_slice value, Record *record)
{
	Wire reader = wire_of(value);
	bsn_slice high;

	if (wire_u8(&reader) != FORMAT)
		return FALSE;
	record->protocol = wire_u8(&reader);
	record->epoch.id = wire_id(&reader, 1);
	record->epoch.height = wire_u64(&reader);
	record->epoch.round = wire_u64(&reader);
	record->epoch.time_ms = wire_u64(&reader);
	record->root_height = wire_u64(&reader);
	record->voted = wire_u64(&reader);
	record->lock = wire_u64(&reader);
	record->reserved = wire_u64(&reader);
	high = wire_sized(&reader, CERTIFICATE_MAX);
	if (high.len > 0)
		record->high = certificate_read(high);
	return wire_end(&reader) && (high.len == 0 || record->high != NULL);
}

/* ---- writing ----------------------------------------------------------- */

/* Whether the store took it. */
static gboolean
commit(Agreement *agreement, bsn_slice key, bsn_slice value, guint64 cookie)
{
	bsn_err err = BSN_ERR_INIT;
	const bsn_write write = { .size = sizeof(bsn_write),
				  .op = BSN_WRITE_PUT,
				  .key = key,
				  .value = value };
	int32_t status = services.store->commit(agreement->chain, &write, 1,
						cookie, &err);

	if (status < 0)
		services_log(agreement->chain, BSN_LOG_ERROR,
			     "votes cannot be stored, so none are sent: %s",
			     err.reason);
	if (status != BSN_OK)
		(void)services.timer->set(agreement->chain, TIMER_STORE,
					  STORE_RETRY_MS);
	return status == BSN_OK;
}

static void
note_batch(Agreement *agreement)
{
	const Reserving reserving = { agreement->sequence,
				      agreement->reserved };

	outbox_assign(agreement, agreement->sequence);
	agreement->dirty = FALSE;
	agreement->recorded_height = agreement->root.height;
	if (agreement->reserved > agreement->reserved_durable)
		g_array_append_val(agreement->reserving, reserving);
}

void
record_flush(Agreement *agreement)
{
	const guint8 key[] = { BSN_CONSENSUS_BYTE, 'e',
			       (guint8)agreement->record_slot };
	const gboolean asks = outbox_waiting(agreement) ||
			      agreement->reserved > agreement->reserved_durable;
	g_autoptr(GByteArray) value = g_byte_array_new();

	if (!agreement->dirty)
		return;
	put_record(agreement, value);
	if (!commit(agreement, bsn_slice_of(key, sizeof(key)),
		    buffer_slice(value),
		    asks ? BSN_CONSENSUS_BIT | (agreement->sequence + 1) : 0))
		return;
	agreement->sequence++;
	note_batch(agreement);
}

/* What the store refuses here is lost to this node alone: others have it. */
void
record_proof(Agreement *agreement, const Certificate *proof)
{
	static const guint8 key[] = { BSN_CONSENSUS_BYTE, 'p' };

	(void)commit(agreement, bsn_slice_of(key, sizeof(key)),
		     bytes_slice(proof->bytes), 0);
}

void
record_durable(Agreement *agreement, guint64 sequence)
{
	GArray *list = agreement->reserving;

	while (list->len > 0 &&
	       g_array_index(list, Reserving, 0).sequence <= sequence) {
		agreement->reserved_durable =
			MAX(agreement->reserved_durable,
			    g_array_index(list, Reserving, 0).reserved);
		g_array_remove_index(list, 0);
	}
	outbox_release(agreement, sequence);
}

/* ---- reading ----------------------------------------------------------- */

typedef struct {
	bsn_scan_sink sink; /* first */
	Record *records;
	guint n;
	Certificate **proof;
} Loader;

void
record_clear(Record *record)
{
	g_clear_pointer(&record->high, certificate_unref);
}

static gboolean
load_entry(Loader *loader, bsn_slice key, bsn_slice value)
{
	if (key.len == 2 && key.data[1] == 'p') {
		*loader->proof = certificate_read(value);
		return *loader->proof != NULL;
	}
	if (key.len != 3 || key.data[1] != 'e' || key.data[2] > 1 ||
	    loader->n > 1)
		return FALSE;
	loader->records[loader->n] = (Record){ .slot = key.data[2] };
	return read_record(value, &loader->records[loader->n++]);
}

static int32_t
load(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	return load_entry((Loader *)sink, key, value) ? BSN_OK : BSN_E_CORRUPT;
}

/* Newest epoch first. Of one that began with another protocol the one before has
 * left a record, too: this protocol's own counts. */
static gboolean
is_in_order(const Agreement *agreement, const Record *first,
	    const Record *second)
{
	if (first->epoch.height != second->epoch.height)
		return first->epoch.height > second->epoch.height;
	return first->protocol == agreement->mode->protocol;
}

int32_t
record_load(Agreement *agreement, Record records[2], guint *n,
	    Certificate **proof, bsn_err *err)
{
	static const guint8 from[] = { BSN_CONSENSUS_BYTE };
	Loader loader = { { load }, records, 0, proof };
	int32_t status = services.store->scan(
		agreement->chain, bsn_slice_of(from, sizeof(from)),
		bsn_slice_of(NULL, 0), 0, &loader.sink, err);
	const Record first = records[0];

	*n = loader.n;
	if (loader.n == 2 && !is_in_order(agreement, &first, &records[1])) {
		records[0] = records[1];
		records[1] = first;
	}
	if (status != BSN_E_CORRUPT)
		return status;
	return bsn_fail(err, status,
			"what consensus %s has stored of this node's votes "
			"cannot be read: restore the store or remove this node "
			"from the chain",
			agreement->mode->name);
}
